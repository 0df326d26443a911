/** Publishes the figures of cases that were counted before `case.counted` existed. Each case is published once; then none is due any more. */
import type { EventStore, Tx } from '@lianban/event-store';
import { actOnDueCases, dueMetrics } from '@lianban/timers';
import type { ActedOn, DueCase, DueWork, Timer } from '@lianban/timers';
import type { SatisfactionState } from '../domain/case-call-backs.js';
import { withCount } from '../domain/count.js';
import type { SatisfactionFacts } from '../domain/facts.js';
import { satisfactionStream } from '../satisfaction-stream.js';

const work: DueWork<SatisfactionState, SatisfactionFacts, DueCase> = {
  stream: satisfactionStream,
  due: async (tx, now, limit) => {
    const { rows } = await tx.query<{ case_id: string }>(
      `SELECT r.case_id FROM case_rate r JOIN case_fact f ON f.case_id = r.case_id::text
        WHERE r.tell_at <= $1 ORDER BY r.tell_at, r.case_id LIMIT $2 FOR UPDATE OF f SKIP LOCKED`, [now, limit]);
    return rows.map(({ case_id: caseId }) => ({ caseId }));
  },
  // Nothing new has happened, so the event gets the time of the last one in the stream.
  decide: ({ state, facts, history }) => withCount(state, facts, []).map((event) => ({ ...event, occurredAt: history.at(-1)?.metadata.occurredAt ?? facts.rates.registeredAt ?? undefined })),
  rows: ({ due }, write) => write(noteTold, due),
  putOff: async (tx, later) => {
    await tx.query('UPDATE case_rate r SET tell_at = l.until FROM unnest($1::uuid[], $2::timestamptz[]) AS l(case_id, until) WHERE r.case_id = l.case_id',
      [later.map(({ due }) => due.caseId), later.map(({ until }) => until)]);
  },
};

const noteTold = async (tx: Tx, cases: readonly DueCase[]): Promise<void> => {
  await tx.query('UPDATE case_rate SET tell_at = NULL WHERE case_id = ANY ($1::uuid[])', [cases.map(({ caseId }) => caseId)]);
};

const untoldCounts = dueMetrics('lianban_untold_counts', 'Cases counted by a release before, of which no event has told yet', 'SELECT tell_at AS at FROM case_rate WHERE tell_at IS NOT NULL');

export const tellCounts = (store: EventStore, now: Date, limit: number): Promise<ActedOn<DueCase>> => actOnDueCases({ store, source: 'satisfaction', now, limit }, () => work);

export const tellCountsTimer = (store: EventStore): Timer => ({
  name: 'tell-counts',
  intervalMs: 60_000,
  metrics: untoldCounts,
  act: (now) => tellCounts(store, now, 100),
});
