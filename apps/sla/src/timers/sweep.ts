import { UnreadableEvent } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { ConflictError, foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { loadFacts } from '@lianban/service-kit';
import { clockFold, idsOf } from '../clock-fold.js';
import { evolve } from '../domain/case-clocks.js';
import { currentFacts, initialFacts } from '../domain/facts.js';
import { fire, nextInstants } from '../domain/react.js';
import type { Rules } from '../domain/react.js';
import { tellPeople } from '../notices/tell-people.js';
import { advanceTimers, dueClocks, lockDueCases, putOff } from './timer-rows.js';

export interface SweepResult {
  /** Cases that had a timer due and were looked at. */
  readonly cases: number;
  /** Events written: warnings, breaches, closed windows, supervision. */
  readonly fired: number;
  readonly breaches: number;
  /** Lost races; their timers stay and are tried in the next sweep, in a new transaction. */
  readonly conflicts: number;
  /** Cases whose clocks this build can't read; put off, so that they don't hold up the others. */
  readonly unreadable: readonly { readonly caseId: string; readonly error: string }[];
}

/** Until a newer build has had time to come. */
const putOffMs = 60_000;

/**
 * One batch of due timers in one transaction, any number of processes at once. Idempotent: what fires is decided from the clock's events
 * under the case's lock, so a timer that was fired by another, or whose clock stopped in the meantime, does nothing.
 */
export const sweep = (store: EventStore, rulesOf: (tx: Tx) => Promise<Rules>, now: Date, limit: number): Promise<SweepResult> =>
  store.transaction(async (tx) => {
    const rules = await rulesOf(tx);
    const due = await lockDueCases(tx, now, limit);
    let fired = 0;
    let breaches = 0;
    let conflicts = 0;
    const unreadable: { caseId: string; error: string }[] = [];
    // Streams in the order of their ids, as every transaction that appends to several.
    for (const caseId of due.sort()) {
      try {
        const done = await fireCase(store, tx, caseId, rules, now);
        fired += done.fired;
        breaches += done.breaches;
      } catch (error) {
        // Neither a lost race nor a stream this build can't read breaks the transaction, so the other cases go on.
        if (error instanceof ConflictError) conflicts += 1;
        else if (error instanceof UnreadableEvent) {
          unreadable.push({ caseId, error: error.message });
          await putOff(tx, caseId, new Date(now.getTime() + putOffMs));
        } else throw error;
      }
    }
    return { cases: due.length, fired, breaches, conflicts, unreadable };
  });

const fireCase = async (store: EventStore, tx: Tx, caseId: string, rules: Rules, now: Date): Promise<{ fired: number; breaches: number }> => {
  const history = await store.read(caseId, tx);
  const state = foldEvents(clockFold, history);
  const facts = currentFacts((await loadFacts(tx, caseId, initialFacts)).data);
  const due = await dueClocks(tx, caseId, now);
  const events = fire(state, facts, rules, now.toISOString(), due, idsOf(caseId));
  const appended: EventEnvelope[] = [];
  for (const [at, event] of events.entries()) {
    // What time does to a clock follows from its start.
    const started = history.find(({ type, data }) => type === 'lianban.clock.started.v2' && 'clockId' in event.data && data.clockId === event.data.clockId);
    appended.push(...await store.append(tx, caseId, history.length + at, [event], {
      occurredAt: event.occurredAt ?? now.toISOString(),
      recordedAt: new Date().toISOString(),
      correlationId: started?.metadata.correlationId ?? caseId,
      causationId: started?.metadata.id ?? caseId,
      actor: { id: 'sla', role: 'system', department: null, territory: null },
    }));
  }
  await tellPeople(tx, [{ caseId, events: appended, facts }]);
  await advanceTimers(tx, due, nextInstants(events.reduce(evolve, state), facts, rules, idsOf(caseId).clock));
  return { fired: events.length, breaches: events.filter(({ type }) => type === 'lianban.clock.breached.v2').length };
};
