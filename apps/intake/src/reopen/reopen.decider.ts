import type { MaskedText } from '@lianban/contracts';
import { inStatus } from '../domain/case-in-status.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

/** What was refused was never a case; it is registered anew, with what has changed. */
export const reopen = (state: IntakeState, command: { readonly reason: MaskedText }): IntakeEvent[] => {
  inStatus(state, 'closed', 'withdrawn');
  return [{ type: 'lianban.case.reopened.v1', data: { reason: command.reason } }];
};
