import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { isOpen } from '../domain/dispatch-case.js';
import type { DispatchEvent, DispatchState } from '../domain/dispatch-case.js';
import type { DispatchFacts } from '../domain/facts.js';
import { identityOf, inStatus } from '../domain/orders.js';
import { clocksAreBehind, isHeardOf } from '../domain/told-clocks.js';

export interface ReachMilestone { readonly workOrderId: string; readonly milestone: string; readonly note: MaskedText | null }

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
