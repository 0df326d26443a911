/** Holding a case (domain.md, rule 5): the clocks of those who handle it stand still for a named reason, until it is resumed or its review comes. */
import { DomainError } from '@lianban/contracts';
import type { EventByType, HoldReason, MaskedText } from '@lianban/contracts';
import { isOpen } from './dispatch-case.js';
import type { DispatchEvent, DispatchState } from './dispatch-case.js';
import type { DispatchFacts } from './facts.js';

export interface Hold {
  readonly holdId: string;
  readonly reason: HoldReason;
  readonly note: MaskedText | null;
  /** The case wakes then by itself. */
  readonly reviewAt: string;
}

/** A hold is looked at again within a year (*default*): what takes longer is a project, not a case at rest. */
const longestDays = 366;

export const hold = (state: DispatchState, command: Hold, facts: DispatchFacts, at: string): DispatchEvent[] => {
  if (facts.demand === null && !facts.accepted) throw new DomainError('not-found', 'There is no such case');
  if (facts.ended) throw new DomainError('state-conflict', 'The case has ended');
  if (!state.workOrders.some(isOpen)) throw new DomainError('state-conflict', 'Nobody has the case: only what is being handled can be held');
  if (state.hold) throw new DomainError('state-conflict', `The case is on hold already, until ${state.hold.reviewAt}`);
  if (state.awakeSince !== null && Date.parse(at) < Date.parse(state.awakeSince)) throw new DomainError('state-conflict', `The case was on hold until ${state.awakeSince}`);
  const ahead = Date.parse(command.reviewAt) - Date.parse(at);
  if (ahead <= 0) throw invalidReview('must lie after the beginning of the hold');
  if (ahead > longestDays * 86_400_000) throw invalidReview(`must lie within ${longestDays} days`);
  return [{ type: 'lianban.case.held.v1', data: { ...command } }];
};

export const resume = (state: DispatchState, command: { readonly note: MaskedText | null }, facts: DispatchFacts): DispatchEvent[] => {
  if (facts.demand === null && !facts.accepted && state.round === 0) throw new DomainError('not-found', 'There is no such case');
  if (!state.hold) throw new DomainError('state-conflict', 'The case is not on hold');
  return endHold(state, 'command', command.note);
};

/** The review date has come. `[]` when somebody ended that hold before, or the case is over. */
export const wake = (state: DispatchState, holdId: string): DispatchEvent[] =>
  (state.hold?.holdId === holdId ? endHold(state, 'review-date', null) : []);

export const endHold = (state: DispatchState, cause: EventByType<'lianban.case.resumed.v1'>['data']['cause'], note: MaskedText | null): DispatchEvent[] =>
  (state.hold ? [{ type: 'lianban.case.resumed.v1', data: { holdId: state.hold.holdId, cause, note } }] : []);

const invalidReview = (reason: string): DomainError => new DomainError('validation-failed', `reviewAt ${reason}`, [{ field: 'reviewAt', reason }]);
