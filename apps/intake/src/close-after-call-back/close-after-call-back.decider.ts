import { hasEnded, inThisLife } from '../domain/case-in-status.js';
import { own } from '../domain/facts.js';
import type { IntakeFacts } from '../domain/facts.js';
import type { IntakeCase, IntakeEvent, IntakeState } from '../domain/intake-case.js';

/** Reaction to a recorded call-back. The case may have ended otherwise meanwhile: then there is nothing to close. */
export const closeAfterCallBack = (state: IntakeState, facts: IntakeFacts): IntakeEvent[] =>
  (state === null || hasEnded(state) ? [] : closing(state, facts));

/** Closes when the requesters of all its demands have been called back in one round of its present life, and none wants more. */
export const closing = (current: Pick<IntakeCase, 'joined' | 'closedRound' | 'reopenedAt'>, { outcomes = {} }: IntakeFacts): IntakeEvent[] => {
  const { joined, closedRound } = current;
  const last = [own, ...joined].map((demand) => outcomes[demand]).map((outcome) => (inThisLife(current, outcome?.at) ? outcome : undefined));
  const [first] = last;
  if (!first || first.round <= closedRound || last.some((outcome) => outcome?.round !== first.round || outcome.decision !== 'close')) return [];
  return [{ type: 'lianban.case.closed.v1', data: { callBackId: (last.at(-1) ?? first).callBackId, round: first.round } }];
};
