import type { MaskedText } from '@lianban/contracts';
import { known, notEnded } from '../domain/case-in-status.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

/**
 * `at` is when it was made, of one that is entered later. The first by its time counts, so one from before another is recorded too. A merged case's requester is
 * owed a word all the same; of a case that ended otherwise only what came before its end counts (docs/domain.md, "The clock of the first contact").
 */
export const contact = (state: IntakeState, { note, at = null }: { readonly note: MaskedText | null; readonly at?: string | null }): IntakeEvent[] => {
  const current = known(state);
  const isBefore = (end: string | null) => at !== null && end !== null && Date.parse(at) < Date.parse(end);
  if (current.contactedAt !== null && !isBefore(current.contactedAt)) return [];
  if (current.status !== 'merged' && !isBefore(current.endedAt)) notEnded(state);
  return [{ type: 'lianban.case.contacted.v1', data: { note } }];
};
