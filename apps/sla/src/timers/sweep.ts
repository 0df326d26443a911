import { UnreadableEvent } from '@lianban/contracts';
import { ConflictError, foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { clockFold } from '../clock-fold.js';
import { fire } from '../domain/react.js';
import { dropTimers, dueClocks, lockDueCases, putOff } from './timer-rows.js';

export interface SweepResult {
  /** Cases that had a timer due and were looked at. */
  readonly cases: number;
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
export const sweep = (store: EventStore, now: Date, limit: number): Promise<SweepResult> =>
  store.transaction(async (tx) => {
    const due = await lockDueCases(tx, now, limit);
    let breaches = 0;
    let conflicts = 0;
    const unreadable: { caseId: string; error: string }[] = [];
    // Streams in the order of their ids, as every transaction that appends to several.
    for (const caseId of due.sort()) {
      try {
        breaches += await fireCase(store, tx, caseId, now);
      } catch (error) {
        // Neither a lost race nor a stream this build can't read breaks the transaction, so the other cases go on.
        if (error instanceof ConflictError) conflicts += 1;
        else if (error instanceof UnreadableEvent) {
          unreadable.push({ caseId, error: error.message });
          await putOff(tx, caseId, new Date(now.getTime() + putOffMs));
        } else throw error;
      }
    }
    return { cases: due.length, breaches, conflicts, unreadable };
  });

const fireCase = async (store: EventStore, tx: Tx, caseId: string, now: Date): Promise<number> => {
  const history = await store.read(caseId, tx);
  const state = foldEvents(clockFold, history);
  const breaches = fire(state, now.toISOString(), await dueClocks(tx, caseId, now));
  for (const [at, breach] of breaches.entries()) {
    // The breach of a clock follows from its start.
    const started = history.find(({ type, data }) => type === 'lianban.clock.started.v2' && data.clockId === breach.data.clockId);
    await store.append(tx, caseId, history.length + at, [breach], {
      occurredAt: breach.occurredAt,
      recordedAt: new Date().toISOString(),
      correlationId: started?.metadata.correlationId ?? caseId,
      causationId: started?.metadata.id ?? caseId,
      actor: { id: 'sla', role: 'system', department: null, territory: null },
    });
  }
  const breached = new Set(breaches.map(({ data }) => data.clockId));
  const done = state.clocks.filter(({ clockId, status }) => status !== 'running' || breached.has(clockId));
  await dropTimers(tx, done.map(({ clockId }) => clockId));
  return breaches.length;
};
