import type { EventByType } from '@lianban/contracts';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';

/** Reaction to a call-back that asks for rework: the same lead gets a new order, one round on (首接负责: who answered stays the lead). */
export const rework = (
  state: DispatchState,
  recorded: EventByType<'lianban.call-back.recorded.v2'>['data'],
  facts: DispatchFacts,
  workOrderId: string,
): DispatchEvent[] => {
  const asked = recorded.decision === 'rework' && recorded.round === state.round && state.answer?.round === state.round;
  if (!asked || facts.ended) return [];
  return [{
    type: 'lianban.work-order.issued.v1',
    data: { workOrderId, department: recorded.lead, role: 'lead', round: state.round + 1, cause: 'rework' },
  }];
};
