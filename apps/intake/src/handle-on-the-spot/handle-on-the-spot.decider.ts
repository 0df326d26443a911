import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { inStatus, inThisLife } from '../domain/case-in-status.js';
import type { IntakeFacts } from '../domain/facts.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

/** Closes without a call-back, so it is only for what no department has been given since it was last opened (docs/domain.md, "On the spot"). */
export const handleOnTheSpot = (state: IntakeState, command: { readonly result: MaskedText }, facts: IntakeFacts): IntakeEvent[] => {
  const current = inStatus(state, 'registered', 'accepted');
  if (facts.dispatched && inThisLife(current, facts.dispatchedAt)) throw new DomainError('state-conflict', say('dispatched-so-lead-answers'));
  return [{ type: 'lianban.case.handled-on-the-spot.v1', data: { result: command.result } }];
};
