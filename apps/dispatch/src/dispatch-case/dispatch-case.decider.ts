/** Sending a case to a lead and any assistants (派单). */
import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isOpen } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { returnsOf } from '../domain/dispute.js';
import type { DisputeRules } from '../domain/dispute.js';
import type { DispatchFacts } from '../domain/facts.js';
import { routingChosen } from '../domain/routing-choice.js';
import type { Proposed } from '../domain/routing-choice.js';
import { requireSendable, roundOf, sendOut } from '../domain/send-out.js';
import type { Sending } from '../domain/send-out.js';

export interface Dispatch extends Sending { readonly note: MaskedText | null }

/**
 * The first dispatch, or the next one after the lead returned. Assistants who stay on the list keep their open orders.
 * @param proposed what was proposed for the case; null when nothing could be
 */
export const dispatch = (state: DispatchState, command: Dispatch, facts: DispatchFacts, { returnsUntilRuling }: DisputeRules, proposed: Proposed | null = null): DispatchEvent[] => {
  requireSendable(state, command, facts);
  const lead = state.workOrders.find((order) => isOpen(order) && order.role === 'lead');
  if (lead) throw new DomainError('state-conflict', say('department-has-case', { department: lead.department }));
  const returns = returnsOf(state, facts);
  if (returns >= returnsUntilRuling) throw new DomainError('state-conflict', say('ruling-needed', { returns, most: returnsUntilRuling }));
  const sent = sendOut(state, command, facts, command.note);
  return proposed === null ? sent : [...sent, routingChosen(proposed, command.lead, roundOf(state, facts), false)];
};
