/**
 * Which clocks a case should have by what is known of it, and what ended each. A function of the facts alone, not of the order they came in:
 * that is what makes every interleaving of the sources end in the same clocks.
 */
import type { ClockKind } from '@lianban/contracts';
import type { ClockIdentity } from './case-clocks.js';
import type { SlaFacts, WorkOrderFact } from './facts.js';

export interface ClockPlan extends ClockIdentity {
  readonly startedAt: string;
  /** What the clock waits for has happened. */
  readonly stoppedAt: string | null;
  /** What it waits for will not happen any more: its work order or call-back ended otherwise. The end of the case is judged apart. */
  readonly droppedAt: string | null;
}

/** A clock's id follows from what it times, so that a reaction done again names the same clock. */
export type ClockIdOf = (kind: ClockKind, round: number, workOrderId: string | null) => string;

export const planClocks = (facts: SlaFacts, clockIdOf: ClockIdOf): ClockPlan[] => {
  const { registered, accepted } = facts;
  // Urgency and the day of the case come with the registration: before it is known nothing has a limit.
  if (!registered) return [];
  const orders = Object.entries(facts.workOrders);
  return [
    { ...named(clockIdOf, 'contact', 1), startedAt: registered.at, stoppedAt: facts.contactedAt, droppedAt: null },
    // Limits of the lead, of signing and of assistants need the level; they wait for the acceptance.
    ...(accepted ? [{ ...named(clockIdOf, 'lead', 1), startedAt: accepted.at, stoppedAt: facts.answeredAt[1] ?? null, droppedAt: null }] : []),
    ...(accepted ? orders.map(([id, order]) => signing(clockIdOf, id, order)) : []),
    ...(accepted ? orders.filter(([, { role }]) => role === 'assist').map(([id, order]) => assisting(clockIdOf, id, order)) : []),
    ...orders.filter(([, { role, cause }]) => role === 'lead' && cause === 'rework').map(([id, { round, department, issuedAt }]): ClockPlan => ({
      // One clock for the round: another lead after a return works against the time that is left. The id tells no order.
      ...named(clockIdOf, 'rework', round), workOrderId: id, department,
      startedAt: issuedAt, stoppedAt: facts.answeredAt[round] ?? null, droppedAt: null,
    })),
    ...Object.values(facts.callBacks).map(({ round, answeredAt, recordedAt, cancelledAt }): ClockPlan => ({
      ...named(clockIdOf, 'call-back', round), startedAt: answeredAt, stoppedAt: recordedAt, droppedAt: cancelledAt,
    })),
  ];
};

const named = (clockIdOf: ClockIdOf, kind: ClockKind, round: number): ClockIdentity => ({
  clockId: clockIdOf(kind, round, null), kind, round, milestone: null, workOrderId: null, department: null,
});

const signing = (clockIdOf: ClockIdOf, workOrderId: string, order: WorkOrderFact): ClockPlan => ({
  clockId: clockIdOf('sign', order.round, workOrderId), kind: 'sign', round: order.round, milestone: null, workOrderId, department: order.department,
  startedAt: order.issuedAt,
  stoppedAt: order.signedAt ?? order.returnedAt ?? order.completedAt,
  droppedAt: order.cancelledAt,
});

const assisting = (clockIdOf: ClockIdOf, workOrderId: string, order: WorkOrderFact): ClockPlan => ({
  clockId: clockIdOf('assist', order.round, workOrderId), kind: 'assist', round: order.round, milestone: null, workOrderId, department: order.department,
  startedAt: order.issuedAt,
  stoppedAt: order.completedAt,
  droppedAt: order.returnedAt ?? order.cancelledAt,
});
