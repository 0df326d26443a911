/** What a requester says of their own open case, unasked (docs/domain.md, "What the requester says"). Each time counts: nothing here is already so. */
import type { MaskedText } from '@lianban/contracts';
import { notEnded } from '../domain/case-in-status.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

export const urge = (state: IntakeState, { text }: { readonly text: MaskedText | null }): IntakeEvent[] =>
  [{ type: 'lianban.case.urged.v1', data: { ordinal: notEnded(state).urgings + 1, text } }];

export const supplement = (state: IntakeState, { text }: { readonly text: MaskedText }): IntakeEvent[] =>
  [{ type: 'lianban.case.supplemented.v1', data: { ordinal: notEnded(state).supplements + 1, text } }];
