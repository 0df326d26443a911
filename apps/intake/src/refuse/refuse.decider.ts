import type { MaskedText, RefusalReason } from '@lianban/contracts';
import { inStatus, withoutJoined } from '../domain/case-in-status.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

export interface Refuse {
  readonly reason: RefusalReason;
  readonly text: MaskedText;
}

export const refuse = (state: IntakeState, command: Refuse): IntakeEvent[] => {
  withoutJoined(inStatus(state, 'registered'), 'joined-so-not-refused');
  return [{ type: 'lianban.case.refused.v1', data: { reason: command.reason, text: command.text } }];
};
