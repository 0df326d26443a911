import type { Level, MaskedText } from '@lianban/contracts';
import { inStatus } from '../domain/case-in-status.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

/** Another level for a case that is being handled; the same again is already so. */
export const reRate = (state: IntakeState, command: { readonly level: Level; readonly greenChannel: boolean | null; readonly reason: MaskedText }): IntakeEvent[] => {
  const { level: previousLevel, greenChannel: previousGreenChannel } = inStatus(state, 'accepted');
  const { level, reason } = command;
  const greenChannel = command.greenChannel ?? previousGreenChannel;
  if (previousLevel === null || (level === previousLevel && greenChannel === previousGreenChannel)) return [];
  return [{ type: 'lianban.case.re-rated.v1', data: { level, previousLevel, greenChannel, previousGreenChannel, reason } }];
};
