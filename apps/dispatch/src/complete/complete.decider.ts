import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isOpen } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState, NewDispatchEvent } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { cancelled, identityOf, inStatus } from '../domain/orders.js';
import { endHold } from '../domain/standing-hold.js';

export interface Complete {
  readonly workOrderId: string;
  readonly result: MaskedText;
  /** Why the lead answers although an assistant has not finished; null if all have. */
  readonly withoutAssistants: MaskedText | null;
}

/** Completing the lead's order answers the case. It waits for the required assistants, except with a recorded reason, and never for the optional ones. */
export const complete = (state: DispatchState, command: Complete, facts: DispatchFacts, at: string): NewDispatchEvent[] => {
  const { result } = command;
  const order = inStatus(state, facts, command.workOrderId, 'signed', 'in-progress');
  const openAssistants = order.role === 'lead' ? state.workOrders.filter((other) => other.role === 'assist' && isOpen(other)) : [];
  const awaited = openAssistants.filter(({ required }) => required);
  const withoutAssistants = awaited.length > 0 ? command.withoutAssistants : null;
  if (awaited.length > 0 && withoutAssistants === null) {
    throw new DomainError('assistants-open', say('assistants-not-finished', { departments: awaited.map((other) => other.department) }));
  }
  const completed: DispatchEvent = { type: 'lianban.work-order.completed.v1', data: { ...identityOf(order), result, withoutAssistants } };
  if (order.role === 'assist') return [completed];
  const { workOrderId, round, department: lead } = order;
  return [
    // The answer ends a hold: an answered case waits for nothing.
    ...endHold(state, 'answered', null, at),
    ...openAssistants.map((other) => cancelled(other, 'answered-without')),
    completed,
    { type: 'lianban.case.answered.v1', data: { workOrderId, round, lead, result } },
  ];
};
