import type { MaskedText } from '@lianban/contracts';
import { notEnded, withoutJoined } from '../domain/case-in-status.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

export const withdraw = (state: IntakeState, command: { readonly reason: MaskedText | null }): IntakeEvent[] => {
  withoutJoined(notEnded(state), 'joined-so-not-withdrawn');
  return [{ type: 'lianban.case.withdrawn.v1', data: { reason: command.reason } }];
};
