import type { DemandKind, Level, MaskedText } from '@lianban/contracts';
import { inStatus } from '../domain/case-in-status.js';
import { setKind } from '../domain/demand-kind.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

/** Another level or kind for a case that is being handled; the same again is already so. */
export const reRate = (state: IntakeState, command: { readonly level: Level; readonly greenChannel: boolean | null; readonly kind?: DemandKind | null; readonly reason: MaskedText }): IntakeEvent[] => {
  const { level: previousLevel, greenChannel: previousGreenChannel, kind } = inStatus(state, 'accepted');
  const { level, reason } = command;
  const greenChannel = command.greenChannel ?? previousGreenChannel;
  const corrected = setKind(kind, command.kind ?? null, reason);
  if (previousLevel === null || (level === previousLevel && greenChannel === previousGreenChannel)) return corrected;
  return [...corrected, { type: 'lianban.case.re-rated.v1', data: { level, previousLevel, greenChannel, previousGreenChannel, reason } }];
};
