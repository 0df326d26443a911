import { UnreadableEvent } from '@lianban/contracts';
import { ConflictError, foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { asDispatchEvents, dispatchStream } from '../dispatch-stream.js';
import { wake } from '../domain/hold.js';
import { projectWorkOrders } from '../work-orders/project-work-orders.js';

interface Review {
  readonly case_id: string;
  readonly hold_id: string;
  readonly review_at: Date;
}

/**
 * Wakes held cases whose review has come, in one transaction, any number of processes at once; each wakes at the time of its review,
 * whenever that was noticed. Cases that somebody else has in hand are passed over until the next time.
 * A review that was past when the hold was entered waits until the case has been quiet for `quietMs`: an import may not have come so far yet.
 * @param unreadable cases that this build can't read, with the reason: found ones are added, known ones left to a newer build
 * @returns how many were looked at
 */
export const wakeHeldCases = (store: EventStore, now: Date, limit: number, quietMs: number, unreadable: Map<string, string> = new Map()): Promise<number> =>
  store.transaction(async (tx) => {
    const { rows } = await tx.query<Review>(
      `SELECT h.case_id, h.hold_id, h.review_at FROM hold_review h JOIN case_fact f ON f.case_id = h.case_id::text
        WHERE COALESCE(h.look_at, h.review_at) <= $1 AND h.case_id <> ALL($3::uuid[]) ORDER BY COALESCE(h.look_at, h.review_at) LIMIT $2 FOR UPDATE OF f SKIP LOCKED`,
      [now, limit, [...unreadable.keys()]],
    );
    // Streams in the order of their ids, as every transaction that appends to several.
    for (const review of rows.sort((a, b) => (a.case_id < b.case_id ? -1 : 1))) {
      try {
        await wakeCase(store, tx, review, now, quietMs);
      } catch (error) {
        // Neither breaks the transaction; the row stays, after a lost race for the next time.
        if (error instanceof UnreadableEvent) unreadable.set(review.case_id, error.message);
        else if (!(error instanceof ConflictError)) throw error;
      }
    }
    return rows.length;
  });

const wakeCase = async (store: EventStore, tx: Tx, { case_id: caseId, hold_id: holdId, review_at: reviewAt }: Review, now: Date, quietMs: number): Promise<void> => {
  const history = await store.read(caseId, tx);
  const decided = wake(foldEvents(dispatchStream, history), holdId);
  if (decided.length === 0) {
    await tx.query('DELETE FROM hold_review WHERE case_id = $1 AND hold_id = $2', [caseId, holdId]);
    return;
  }
  const held = history.findLast(({ type }) => type === 'lianban.case.held.v1');
  const enteredLate = held !== undefined && new Date(held.metadata.recordedAt) >= reviewAt;
  const quietFrom = Date.parse(history.at(-1)?.metadata.recordedAt ?? '') + quietMs;
  if (enteredLate && now.getTime() < quietFrom) {
    await tx.query('UPDATE hold_review SET look_at = $3 WHERE case_id = $1 AND hold_id = $2', [caseId, holdId, new Date(quietFrom)]);
    return;
  }
  const events = await store.append(tx, caseId, history.length, decided, {
    occurredAt: reviewAt.toISOString(), recordedAt: new Date().toISOString(),
    correlationId: held?.metadata.correlationId ?? caseId, causationId: held?.metadata.id ?? caseId,
    actor: { id: 'dispatch', role: 'system', department: null, territory: null },
  });
  await projectWorkOrders(tx, [{ events: asDispatchEvents(events), demand: null }]);
};
