/** A ruling on a case that nobody wants, or that several want (争议裁定). */
import type { MaskedText } from '@lianban/contracts';
import { isOpen } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { standingRuling } from '../domain/dispute.js';
import type { DispatchFacts } from '../domain/facts.js';
import { requireSendable, roundOf, sendOut } from '../domain/send-out.js';
import type { Sending } from '../domain/send-out.js';

export interface Rule extends Sending { readonly rulingId: string; readonly basis: MaskedText; readonly responsibilityId?: string | undefined }

/** It may take the case from a lead that has it. `[]` when the same lead and assistants have it by a ruling already. */
export const rule = (state: DispatchState, command: Rule, facts: DispatchFacts): DispatchEvent[] => {
  requireSendable(state, command, facts);
  const { rulingId, lead, assist, basis, responsibilityId } = command;
  const open = state.workOrders.filter(isOpen);
  const named = [`lead ${lead}`, ...assist.map((department) => `assist ${department}`)].sort();
  const stays = open.map(({ role, department }) => `${role} ${department}`).sort().join() === named.join();
  const sent = sendOut(state, command, facts, null);
  const newTerms = sent.filter(({ type }) => type === 'lianban.assistance.terms-set.v1');
  if (stays && newTerms.length === 0 && standingRuling(state, facts)?.lead === lead) return [];
  const leads = state.workOrders.filter(({ role }) => role === 'lead');
  return [
    {
      type: 'lianban.case.ruled.v1',
      data: {
        rulingId, round: roundOf(state, facts), lead, assist: [...assist], previousLead: leads.at(-1)?.department ?? null,
        returns: leads.filter(({ status }) => status === 'returned').length, basis,
        ...(responsibilityId === undefined ? {} : { responsibilityId }),
      },
    },
    ...(stays ? newTerms : sent),
  ];
};
