import { UnreadableEvent } from '@lianban/contracts';
import { ConflictError, foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { loadFactsOf } from '@lianban/service-kit';
import { clockFold, idsOf } from '../clock-fold.js';
import { currentFacts } from '../domain/facts.js';
import type { SlaFacts } from '../domain/facts.js';
import { nextInstants, react } from '../domain/react.js';
import { tellPeople } from '../notices/tell-people.js';
import type { RuleBook } from '../rules/rule-book.js';
import { setTimers } from '../timers/timer-rows.js';

interface Wish {
  readonly case_id: string;
  readonly cause_id: string;
}

export interface RecomputeOptions {
  readonly store: EventStore;
  readonly book: Pick<RuleBook, 'current'>;
  readonly now: Date;
  readonly quietMs: number;
  readonly limit: number;
}

/**
 * Looks at the clocks of some cases again under the current rules, in one transaction, any number of processes at once.
 * @returns how many cases were looked at, and which could not be read; those are left out until the rules change again
 * @throws ConflictError when another has changed a case meanwhile: nothing was done then, try again
 */
export const recompute = ({ store, book, now, quietMs, limit }: RecomputeOptions): Promise<{ cases: number; events: number; unreadable: string[] }> =>
  store.transaction(async (tx) => {
    const rules = await book.current(tx);
    const wishes = await takeWishes(tx, limit);
    const caseIds = wishes.map(({ case_id }) => case_id);
    const facts = await loadFactsOf(tx, caseIds);
    let written = 0;
    const unreadable: string[] = [];
    for (const { case_id: caseId, cause_id } of wishes) {
      try {
        const history = await store.read(caseId, tx);
        const state = foldEvents(clockFold, history);
        const known = currentFacts(facts.get(caseId)?.data as SlaFacts);
        const decided = react(state, known, rules, idsOf(caseId));
        if (decided.length === 0) continue;
        const events = await store.append(tx, caseId, history.length, decided, {
          occurredAt: now.toISOString(), recordedAt: now.toISOString(), correlationId: cause_id, causationId: cause_id,
          actor: { id: 'sla', role: 'system', department: null, territory: null },
        });
        const next = nextInstants(foldEvents(clockFold, events, state), known, rules, idsOf(caseId).clock);
        await setTimers(tx, [{ caseId, events, next, now, quietMs }]);
        await tellPeople(tx, [{ caseId, events, facts: known, rules }]);
        written += events.length;
      } catch (error) {
        if (!(error instanceof UnreadableEvent) || error instanceof ConflictError) throw error;
        unreadable.push(caseId);
      }
    }
    return { cases: wishes.length, events: written, unreadable };
  });

/** Locked by the rows of `case_fact`, as everyone who writes clocks of a case. */
const takeWishes = async (tx: Tx, limit: number): Promise<Wish[]> => {
  const { rows } = await tx.query<Wish>(
    `WITH taken AS (
       SELECT r.case_id FROM recompute r JOIN case_fact f ON f.case_id = r.case_id ORDER BY r.case_id LIMIT $1 FOR UPDATE OF f SKIP LOCKED
     ) DELETE FROM recompute r USING taken t WHERE r.case_id = t.case_id RETURNING r.case_id, r.cause_id`,
    [limit],
  );
  return rows.sort((a, b) => (a.case_id < b.case_id ? -1 : 1));
};
