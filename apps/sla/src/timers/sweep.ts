import { ConflictError, foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { clockFold } from '../clock-fold.js';
import { fire } from '../domain/react.js';
import { dropTimers, lockDueCases } from './timer-rows.js';

export interface SweepResult {
  /** Cases that had a timer due and were looked at. */
  readonly cases: number;
  readonly breaches: number;
  /** Lost races; their timers stay and are tried in the next sweep, in a new transaction. */
  readonly conflicts: number;
}

/**
 * One batch of due timers in one transaction, any number of processes at once. Idempotent: what fires is decided from the clock's events
 * under the case's lock, so a timer that was fired by another, or whose clock stopped in the meantime, does nothing.
 */
export const sweep = (store: EventStore, now: Date, limit: number): Promise<SweepResult> =>
  store.transaction(async (tx) => {
    const due = await lockDueCases(tx, now, limit);
    let breaches = 0;
    let conflicts = 0;
    // Streams in the order of their ids, as every transaction that appends to several.
    for (const caseId of due.sort()) {
      try {
        breaches += await fireCase(store, tx, caseId, now);
      } catch (error) {
        // A lost race leaves the transaction usable and the other cases alone.
        if (!(error instanceof ConflictError)) throw error;
        conflicts += 1;
      }
    }
    return { cases: due.length, breaches, conflicts };
  });

const fireCase = async (store: EventStore, tx: Tx, caseId: string, now: Date): Promise<number> => {
  const history = await store.read(caseId, tx);
  const state = foldEvents(clockFold, history);
  const breaches = fire(state, now.toISOString());
  for (const [at, breach] of breaches.entries()) {
    // The breach of a clock follows from its start.
    const started = history.find(({ type, data }) => type === 'lianban.clock.started.v1' && data.clockId === breach.data.clockId);
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
