import { DomainError, refusedField } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isOpen } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { identityOf, inStatus } from '../domain/orders.js';
import { clocksAreBehind, isHeardOf } from '../domain/told-clocks.js';

export interface ReachMilestone { readonly workOrderId: string; readonly milestone: string; readonly note: MaskedText | null }

/** Work may go on after the answer, so a milestone is reported until the case ends, by an order of its last round. Reported again in a round it is already so. */
export const reachMilestone = (state: DispatchState, { workOrderId, milestone, note }: ReachMilestone, facts: DispatchFacts): DispatchEvent[] => {
  const order = inStatus(state, facts, workOrderId, 'signed', 'in-progress', 'completed');
  if (order.round < state.round && !isOpen(order)) throw new DomainError('state-conflict', say('order-of-earlier-round', { order: order.round, now: state.round }));
  const { milestones = [] } = facts;
  if (!milestones.includes(milestone)) {
    if (!isHeardOf(facts, order)) clocksAreBehind();
    throw refusedField('milestone', milestones.length === 0 ? say('no-milestones') : say('no-such-milestone', { known: milestones }));
  }
  if (state.milestones.some((reached) => reached.milestone === milestone && reached.round === order.round)) return [];
  return [{ type: 'lianban.milestone.reached.v1', data: { milestone, ...identityOf(order), note } }];
};
