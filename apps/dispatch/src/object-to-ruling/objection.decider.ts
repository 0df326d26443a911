/** A department that a ruling names may object to it once (裁定异议). Somebody other than the person who ruled decides. */
import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { dueDate } from '@lianban/working-time';
import type { WorkingCalendar } from '@lianban/working-time';
import { isOpen } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState, Ruling } from '../domain/case-orders.js';
import { standingRuling } from '../domain/dispute.js';
import type { DispatchFacts } from '../domain/facts.js';

/** @throws DomainError `not-found` when no ruling binds the case */
export const rulingToObjectTo = (state: DispatchState, facts: DispatchFacts): Ruling => {
  const ruling = standingRuling(state, facts);
  if (!ruling) throw new DomainError('not-found', say('no-ruling'));
  if (facts.ended) throw new DomainError('state-conflict', say('case-ended'));
  return ruling;
};

/** @param days working days after a ruling within which its lead may object, by that unit's calendar */
export const object = (state: DispatchState, reason: MaskedText, facts: DispatchFacts, at: string, calendar: WorkingCalendar, days: number): DispatchEvent[] => {
  const { rulingId, lead, at: ruledAt, objection } = rulingToObjectTo(state, facts);
  if (objection) throw new DomainError('state-conflict', say('objected-already'));
  if (!state.workOrders.some((order) => isOpen(order) && order.role === 'lead' && order.department === lead)) throw new DomainError('state-conflict', say('ruling-carried-out', { department: lead }));
  const { dueAt } = dueDate({ start: ruledAt, kind: 'working', amount: days, unit: 'days' }, calendar);
  if (Date.parse(at) > Date.parse(dueAt)) throw new DomainError('state-conflict', say('objection-window-over', { days, at: ruledAt, dueAt }));
  return [{ type: 'lianban.ruling.objected.v1', data: { rulingId, department: lead, reason } }];
};

/** `isMe`: whether the actor of an event is who decides now. `[]` when it was decided so already. */
export const decideObjection = (state: DispatchState, { upheld, reason }: { readonly upheld: boolean; readonly reason: MaskedText }, facts: DispatchFacts, isMe: (actorId: string) => boolean): DispatchEvent[] => {
  const { ruling } = state;
  if (upheld && ruling?.objection?.status === 'upheld' && !facts.ended) return [];
  const { rulingId, lead, by, objection } = rulingToObjectTo(state, facts);
  if (!objection) throw new DomainError('state-conflict', say('no-objection'));
  if (objection.status === 'rejected') {
    if (!upheld) return [];
    throw new DomainError('state-conflict', say('objection-decided'));
  }
  if (isMe(by) || isMe(objection.by)) throw new DomainError('forbidden', say('not-own-ruling'));
  return [{ type: 'lianban.objection.decided.v1', data: { rulingId, department: lead, upheld, reason } }];
};
