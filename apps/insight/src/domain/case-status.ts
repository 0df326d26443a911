/**
 * The status analysts filter by. A returned case waits for its next dispatch and is `accepted` again.
 */
export const caseStatuses = [
  'registered', 'accepted', 'refused', 'merged', 'withdrawn', 'dispatched', 'in-progress', 'answered', 'rework', 'closed',
] as const;
export type CaseStatus = (typeof caseStatuses)[number];

/** No unit owes anything any more. */
export const endedStatuses = ['refused', 'merged', 'withdrawn', 'closed'] as const satisfies readonly CaseStatus[];
export const isEnded = (status: CaseStatus): boolean => (endedStatuses as readonly CaseStatus[]).includes(status);

/** What the status is derived from: columns of several services, each complete or not yet there. */
export interface StatusFacts {
  readonly accepted: boolean;
  readonly refused: boolean;
  readonly withdrawn: boolean;
  /** Into another case, and not unmerged since. */
  readonly merged: boolean;
  /** After a call-back or on the spot. */
  readonly closed: boolean;
  /** Round of the newest lead work order; 0 before the first dispatch. */
  readonly round: number;
  /** Round of the last answer; 0 when there is none. */
  readonly answeredRound: number;
  /** The last call-back ordered rework of this round; 0 when it did not. */
  readonly reworkOfRound: number;
  /** State of the lead's work order that is open now. */
  readonly openLead: 'none' | 'dispatched' | 'taken';
}

/**
 * Derived from what is so, never from what came last: the events of two services may arrive in either order, and the result
 * must be the same. An ending wins; then the newest round decides.
 */
export const statusOf = (facts: StatusFacts): CaseStatus => {
  if (facts.closed) return 'closed';
  if (facts.withdrawn) return 'withdrawn';
  if (facts.refused) return 'refused';
  if (facts.merged) return 'merged';
  // Rework lasts from the outcome until the next answer, signed or not. The work order says who does it.
  const reworked = facts.reworkOfRound > 0 && facts.answeredRound <= facts.reworkOfRound;
  if (reworked || (facts.round > 1 && facts.answeredRound < facts.round)) return 'rework';
  if (facts.answeredRound > 0) return 'answered';
  if (facts.openLead === 'taken') return 'in-progress';
  if (facts.openLead === 'dispatched') return 'dispatched';
  return facts.accepted ? 'accepted' : 'registered';
};
