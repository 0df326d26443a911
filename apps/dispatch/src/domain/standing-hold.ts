/** How a hold ends; many decisions end it. */
import type { EventByType, MaskedText } from '@lianban/contracts';
import type { DispatchState, NewDispatchEvent } from './case-orders.js';

/** Its review has come. */
export const isOver = ({ reviewAt }: NonNullable<DispatchState['hold']>, at: string): boolean => Date.parse(at) >= Date.parse(reviewAt);

/** Ends the current hold. If its review was before `at`, the hold ended at the review, whether or not an event says so. */
export const endHold = (state: DispatchState, cause: EventByType<'lianban.case.resumed.v1'>['data']['cause'], note: MaskedText | null, at: string): NewDispatchEvent[] => {
  const { hold: standing } = state;
  if (!standing) return [];
  const { holdId, reviewAt } = standing;
  if (isOver(standing, at)) return [{ type: 'lianban.case.resumed.v1', data: { holdId, cause: 'review-date', note: null }, occurredAt: reviewAt }];
  return [{ type: 'lianban.case.resumed.v1', data: { holdId, cause, note } }];
};
