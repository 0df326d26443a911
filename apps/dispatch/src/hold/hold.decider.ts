/** Holding a case (docs/domain.md, "Hold"): the clocks of those who handle it stop for a named reason, until it is resumed or its review comes. */
import { DomainError, noSuchCase, refusedField } from '@lianban/contracts';
import type { HoldReason, MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isOpen } from '../domain/case-orders.js';
import type { DispatchState, NewDispatchEvent } from '../domain/case-orders.js';
import { isKnown } from '../domain/facts.js';
import type { DispatchFacts } from '../domain/facts.js';
import { requireOpenCase } from '../domain/orders.js';
import { endHold, isOver } from '../domain/standing-hold.js';
import { clockOf, clocksAreBehind } from '../domain/told-clocks.js';

export interface Hold {
  readonly holdId: string;
  readonly reason: HoldReason;
  readonly note: MaskedText | null;
  /** The case wakes then by itself. */
  readonly reviewAt: string;
}

/** A hold must be reviewed within a year (*default*): what takes longer is a project, not a case on hold. */
const longestDays = 366;

export const hold = (state: DispatchState, command: Hold, facts: DispatchFacts, at: string): NewDispatchEvent[] => {
  requireOpenCase(facts);
  if (!state.workOrders.some(isOpen)) throw new DomainError('state-conflict', say('nobody-has-case'));
  if (state.hold && !isOver(state.hold, at)) throw new DomainError('state-conflict', say('on-hold-until', { at: state.hold.reviewAt }));
  const before = state.holds.at(-1);
  if (before && Date.parse(at) < Date.parse(before.to)) throw new DomainError('state-conflict', say('was-on-hold-until', { at: before.to }));
  const ahead = Date.parse(command.reviewAt) - Date.parse(at);
  if (ahead <= 0) throw refusedField('reviewAt', say('review-after-beginning'));
  if (ahead > longestDays * 86_400_000) throw refusedField('reviewAt', say('review-within-days', { days: longestDays }));
  const lead = state.workOrders.findLast(({ role, round }) => role === 'lead' && round === state.round);
  const { dueAt } = (lead && clockOf(facts, state, lead.workOrderId)) ?? clocksAreBehind();
  if (Date.parse(at) > Date.parse(dueAt)) throw new DomainError('state-conflict', say('due-before-hold', { dueAt }));
  return [...endHold(state, 'review-date', null, at), { type: 'lianban.case.held.v1', data: { ...command } }];
};

export const resume = (state: DispatchState, command: { readonly note: MaskedText | null }, facts: DispatchFacts, at: string): NewDispatchEvent[] => {
  if (!isKnown(facts) && state.round === 0) throw noSuchCase();
  if (!state.hold) throw new DomainError('state-conflict', say('not-on-hold'));
  return endHold(state, 'command', command.note, at);
};

/** The review date has come. `[]` when somebody ended that hold before, or the case is over. */
export const wake = (state: DispatchState, holdId: string): NewDispatchEvent[] =>
  (state.hold?.holdId === holdId ? endHold(state, 'review-date', null, state.hold.reviewAt) : []);
