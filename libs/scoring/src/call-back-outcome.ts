/** What a call-back found out. `null`: not asked or not answered. */
export interface CallBackOutcome {
  readonly reached: boolean;
  readonly resolved: boolean | null;
  /** 1 very dissatisfied to 5 very satisfied. */
  readonly satisfaction: number | null;
  /** Whether dissatisfaction is the handling unit's fault, in the caller's judgement. */
  readonly unitAtFault: boolean | null;
}

export type CallBackDecision = 'close' | 'rework';

/** Only someone who was reached can be satisfied: unreachable is its own outcome (*rule*). */
export const isSatisfied = (outcome: Pick<CallBackOutcome, 'reached' | 'satisfaction'>): boolean =>
  outcome.reached && outcome.satisfaction !== null && outcome.satisfaction >= 4;

export const isDissatisfied = (outcome: Pick<CallBackOutcome, 'reached' | 'satisfaction'>): boolean =>
  outcome.reached && outcome.satisfaction !== null && outcome.satisfaction <= 2;

export const isResolved = (outcome: Pick<CallBackOutcome, 'reached' | 'resolved'>): boolean =>
  outcome.reached && outcome.resolved === true;

/**
 * Unresolved, or dissatisfied through the unit's fault, goes back to the lead (*rule*, Shanghai). Whoever can't be reached can't ask for
 * rework, and whoever said nothing about the result did not call it unresolved: both close.
 */
export const decide = (outcome: CallBackOutcome): CallBackDecision => {
  if (!outcome.reached) return 'close';
  if (outcome.resolved === false) return 'rework';
  return isDissatisfied(outcome) && outcome.unitAtFault === true ? 'rework' : 'close';
};
