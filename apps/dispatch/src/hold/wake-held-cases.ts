import type { EventStore, Tx } from '@lianban/event-store';
import { actOnDueCases, dueMetrics } from '@lianban/timers';
import type { ActedOn, Timer } from '@lianban/timers';
import { dispatchStream } from '../dispatch-stream.js';
import { wake } from './hold.decider.js';
import type { DispatchSettings } from '../settings.js';

interface Review {
  readonly caseId: string;
  readonly holdId: string;
  readonly reviewAt: Date;
}

/**
 * Ends holds whose review has come, with the time of the review, even when the timer ran late.
 * A review that was past when the hold was entered waits until the case has been quiet for `quietMs`: an import may not have come so far yet.
 */
export const wakeHeldCases = (store: EventStore, now: Date, limit: number, quietMs: number): Promise<ActedOn<Review>> =>
  actOnDueCases({ store, source: 'dispatch', now, limit }, () => ({
    stream: dispatchStream,
    due: lockReviews,
    decide: ({ state, history, due: { holdId, reviewAt } }) => {
      const woken = wake(state, holdId);
      const held = history.findLast(({ type }) => type === 'lianban.case.held.v1');
      if (woken.length === 0 || !held) return [];
      const quietFrom = new Date(Date.parse(history.at(-1)?.metadata.recordedAt ?? '') + quietMs);
      if (new Date(held.metadata.recordedAt) >= reviewAt && now < quietFrom) return { lookAgainAt: quietFrom };
      return woken.map((event) => ({ ...event, occurredAt: reviewAt.toISOString(), cause: held.metadata }));
    },
    rows: ({ events, due }, write) => {
      // Ending a hold removes its review; a review that ended no hold is removed too.
      if (events.length === 0) write(dropReviews, due);
    },
    putOff: putOffReviews,
  }));

const lockReviews = async (tx: Tx, now: Date, limit: number): Promise<Review[]> => {
  const { rows } = await tx.query<{ case_id: string; hold_id: string; review_at: Date }>(
    `SELECT h.case_id, h.hold_id, h.review_at FROM hold_review h JOIN case_fact f ON f.case_id = h.case_id::text
      WHERE COALESCE(h.look_at, h.review_at) <= $1 ORDER BY COALESCE(h.look_at, h.review_at) LIMIT $2 FOR UPDATE OF f, h SKIP LOCKED`, [now, limit]);
  return rows.map(({ case_id: caseId, hold_id: holdId, review_at: reviewAt }) => ({ caseId, holdId, reviewAt }));
};

const dropReviews = async (tx: Tx, reviews: readonly Review[]): Promise<void> => {
  await tx.query('DELETE FROM hold_review WHERE case_id = ANY ($1::uuid[]) AND hold_id = ANY ($2::uuid[])', [reviews.map(({ caseId }) => caseId), reviews.map(({ holdId }) => holdId)]);
};

const putOffReviews = async (tx: Tx, later: readonly { readonly due: Review; readonly until: Date }[]): Promise<void> => {
  await tx.query('UPDATE hold_review h SET look_at = l.until FROM unnest($1::uuid[], $2::timestamptz[]) AS l(case_id, until) WHERE h.case_id = l.case_id',
    [later.map(({ due }) => due.caseId), later.map(({ until }) => until)]);
};

const dueReviews = dueMetrics('lianban_hold_reviews', 'Holds whose review has come and whose case has not been woken yet', 'SELECT COALESCE(look_at, review_at) AS at FROM hold_review');

/** Wakes held cases for as long as the process runs. */
export const wakeTimer = (store: EventStore, { quietMs }: Pick<DispatchSettings, 'quietMs'>): Timer => ({
  name: 'holds',
  // A review is a matter of days.
  intervalMs: 5_000,
  metrics: dueReviews,
  act: (now) => wakeHeldCases(store, now, 50, quietMs),
});
