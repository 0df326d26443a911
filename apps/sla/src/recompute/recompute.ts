import type { EventStore, Tx } from '@lianban/event-store';
import { actOnDueCases, dueMetrics } from '@lianban/timers';
import type { ActedOn, DueWork, Timer } from '@lianban/timers';
import { idsOf } from '../clock-ids.js';
import { clockStream } from '../clock-stream.js';
import type { SlaState } from '../domain/case-clocks.js';
import type { SlaFacts } from '../domain/facts.js';
import { nextInstants } from '../domain/next-instants.js';
import { react } from '../domain/react.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { SlaSettings } from '../settings.js';
import { setTimers } from '../sweep/timer-rows.js';

interface Wish {
  readonly caseId: string;
  /** Id of the event that changed the rules. */
  readonly causeId: string;
}

export interface RecomputeOptions {
  readonly store: EventStore;
  readonly book: Pick<RuleBook, 'current'>;
  readonly now: Date;
  readonly quietMs: number;
  readonly limit: number;
}

/** Looks at the clocks of some cases again, under the rules of now. */
export const recompute = ({ store, book, now, quietMs, limit }: RecomputeOptions): Promise<ActedOn<Wish>> =>
  actOnDueCases({ store, source: 'sla', now, limit }, async (tx): Promise<DueWork<SlaState, SlaFacts, Wish>> => {
    const rules = await book.current(tx);
    return {
      stream: clockStream(rules),
      due: lockWishes,
      decide: ({ streamId, state, facts, due: { causeId } }) =>
        react(state, facts, rules, idsOf(streamId)).map((event) => ({ ...event, cause: { id: causeId, correlationId: causeId } })),
      rows: ({ streamId: caseId, state, facts, events, due }, write) => {
        write(dropWishes, due);
        if (events.length > 0) write(setTimers, { caseId, events, next: nextInstants(state, facts, rules, idsOf(caseId).clock), now, quietMs });
      },
      putOff: putOffWishes,
    };
  });

const lockWishes = async (tx: Tx, now: Date, limit: number): Promise<Wish[]> => {
  const { rows } = await tx.query<{ case_id: string; cause_id: string }>(
    `SELECT r.case_id, r.cause_id FROM recompute r JOIN case_fact f ON f.case_id = r.case_id
      WHERE r.look_at <= $1 ORDER BY r.case_id LIMIT $2 FOR UPDATE OF f, r SKIP LOCKED`, [now, limit]);
  return rows.map(({ case_id: caseId, cause_id: causeId }) => ({ caseId, causeId }));
};

const dropWishes = async (tx: Tx, wishes: readonly Wish[]): Promise<void> => {
  await tx.query('DELETE FROM recompute WHERE case_id = ANY ($1)', [wishes.map(({ caseId }) => caseId)]);
};

const putOffWishes = async (tx: Tx, later: readonly { readonly due: Wish; readonly until: Date }[]): Promise<void> => {
  await tx.query('UPDATE recompute r SET look_at = l.until FROM unnest($1::text[], $2::timestamptz[]) AS l(case_id, until) WHERE r.case_id = l.case_id',
    [later.map(({ due }) => due.caseId), later.map(({ until }) => until)]);
};

const dueWishes = dueMetrics('lianban_recomputes', 'Cases whose clocks are to be computed anew under changed rules', 'SELECT look_at AS at FROM recompute');

/** Recomputes cases that a change of the rules may affect, for as long as the process runs. */
export const recomputeTimer = (store: EventStore, book: Pick<RuleBook, 'current'>, { quietMs, intervalMs }: SlaSettings): Timer => ({
  name: 'recompute',
  intervalMs,
  metrics: dueWishes,
  act: (now) => recompute({ store, book, now, quietMs, limit: 50 }),
});
