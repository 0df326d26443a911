/**
 * What the departments do with their work orders. `[]` means it is already so: signing twice is an acknowledgement repeated.
 * Returning and completing carry words of their own, so doing them twice is a conflict.
 */
import { DomainError } from '@lianban/contracts';
import type { MaskedText, WorkOrderStatus } from '@lianban/contracts';
import { cancelled, identityOf } from './dispatch.js';
import { isOpen } from './dispatch-case.js';
import { endHold } from './hold.js';
import { clocksAreBehind, isHeardOf } from './told-clocks.js';
import type { DispatchEvent, DispatchState, NewDispatchEvent, WorkOrder } from './dispatch-case.js';
import type { DispatchFacts } from './facts.js';

/** Whether an order can be returned at `at`; it counts working time, so it comes from outside. Null: not known yet. */
export type WithinReturnWindow = (order: WorkOrder, at: string) => boolean | null;

export interface Sign { readonly workOrderId: string; readonly note: MaskedText | null }
export interface Progress { readonly workOrderId: string; readonly note: MaskedText }
export interface ReachMilestone { readonly workOrderId: string; readonly milestone: string; readonly note: MaskedText | null }
export interface Return { readonly workOrderId: string; readonly reason: MaskedText; readonly suggestedDepartment: string | null }
export interface Complete {
  readonly workOrderId: string;
  readonly result: MaskedText;
  /** Why the lead answers although an assistant is still open; null when it does not. */
  readonly withoutAssistants: MaskedText | null;
}

export const sign = (state: DispatchState, command: Sign, facts: DispatchFacts): DispatchEvent[] => {
  const order = inStatus(state, facts, command.workOrderId, 'dispatched', 'signed', 'in-progress');
  if (order.status !== 'dispatched') return [];
  return [{ type: 'lianban.work-order.signed.v1', data: { ...identityOf(order), note: command.note } }];
};

export const progress = (state: DispatchState, command: Progress, facts: DispatchFacts): DispatchEvent[] => {
  const order = inStatus(state, facts, command.workOrderId, 'signed', 'in-progress');
  return [{ type: 'lianban.work-order.progressed.v1', data: { ...identityOf(order), note: command.note } }];
};

/** Work may go on after the answer, so a milestone is reported until the case ends, by an order of its last round. Reported again in a round it is already so. */
export const reachMilestone = (state: DispatchState, { workOrderId, milestone, note }: ReachMilestone, facts: DispatchFacts): DispatchEvent[] => {
  const order = inStatus(state, facts, workOrderId, 'signed', 'in-progress', 'completed');
  if (order.round < state.round && !isOpen(order)) throw new DomainError('state-conflict', `The work order is of round ${order.round}; the case is in round ${state.round}`);
  const { milestones = [] } = facts;
  if (!milestones.includes(milestone)) {
    if (!isHeardOf(facts, order)) clocksAreBehind();
    const reason = milestones.length === 0 ? 'the case has no milestones' : `the case has no such milestone, only ${milestones.join(', ')}`;
    throw new DomainError('validation-failed', `milestone: ${reason}`, [{ field: 'milestone', reason }]);
  }
  if (state.milestones.some((reached) => reached.milestone === milestone && reached.round === order.round)) return [];
  return [{ type: 'lianban.milestone.reached.v1', data: { milestone, ...identityOf(order), note } }];
};

/** Not theirs (退单): only inside the window, and not once they have begun to work on it (首接负责). */
export const returnOrder = (
  state: DispatchState,
  command: Return,
  facts: DispatchFacts,
  at: string,
  withinReturnWindow: WithinReturnWindow,
): DispatchEvent[] => {
  const order = inStatus(state, facts, command.workOrderId, 'dispatched', 'signed');
  if (!(withinReturnWindow(order, at) ?? clocksAreBehind())) {
    throw new DomainError('return-window-closed', `An order can be returned within 2 working days of its issue, ${order.issuedAt}`);
  }
  const { reason, suggestedDepartment } = command;
  return [{ type: 'lianban.work-order.returned.v1', data: { ...identityOf(order), reason, suggestedDepartment } }];
};

/** Completing the lead's order answers the case. It waits for the assistants, except with a recorded reason. */
export const complete = (state: DispatchState, command: Complete, facts: DispatchFacts, at: string): NewDispatchEvent[] => {
  const { result } = command;
  const order = inStatus(state, facts, command.workOrderId, 'signed', 'in-progress');
  const openAssistants = order.role === 'lead' ? state.workOrders.filter((other) => other.role === 'assist' && isOpen(other)) : [];
  const withoutAssistants = openAssistants.length > 0 ? command.withoutAssistants : null;
  if (openAssistants.length > 0 && withoutAssistants === null) {
    throw new DomainError('assistants-open', `Not finished: ${openAssistants.map((other) => other.department).join(', ')}`);
  }
  const completed: DispatchEvent = { type: 'lianban.work-order.completed.v1', data: { ...identityOf(order), result, withoutAssistants } };
  if (order.role === 'assist') return [completed];
  const { workOrderId, round, department: lead } = order;
  return [
    // The answer ends a hold: what is answered waits for nothing.
    ...endHold(state, 'answered', null, at),
    ...openAssistants.map((other) => cancelled(other, 'answered-without')),
    completed,
    { type: 'lianban.case.answered.v1', data: { workOrderId, round, lead, result } },
  ];
};

const inStatus = (state: DispatchState, facts: DispatchFacts, workOrderId: string, ...allowed: WorkOrderStatus[]): WorkOrder => {
  const order = state.workOrders.find((candidate) => candidate.workOrderId === workOrderId);
  if (!order) throw new DomainError('not-found', 'There is no such work order');
  if (!allowed.includes(order.status)) {
    throw new DomainError('state-conflict', `The work order is ${order.status}; this needs ${allowed.join(' or ')}`);
  }
  // The orders of an ended case are cancelled in reaction; this closes the moment in between.
  if (facts.ended) throw new DomainError('state-conflict', 'The case has ended');
  return order;
};
