import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { decide as decideOutcome } from '@lianban/scoring';
import { say } from '@lianban/texts';
import type { FieldRefusal } from '@lianban/texts';
import { noSuchCallBack } from '../domain/case-call-backs.js';
import { cancelled, isDue } from '../domain/case-call-backs.js';
import type { SatisfactionEvent, SatisfactionState } from '../domain/case-call-backs.js';
import { demandOf } from '../domain/facts.js';
import type { SatisfactionFacts } from '../domain/facts.js';

export interface Outcome {
  readonly reached: boolean;
  readonly resolved: boolean | null;
  /** 1 very dissatisfied to 5 very satisfied. */
  readonly satisfaction: number | null;
  readonly comment: MaskedText | null;
  readonly unitAtFault: boolean | null;
}

export interface RecordOutcome extends Outcome {
  readonly callBackId: string;
  /** Department of the caller; null if they have none, e.g. in a call-back centre. */
  readonly callerDepartment: string | null;
  /** Whether this actor id is the caller's. */
  isCaller(actorId: string): boolean;
}

export const recordOutcome = (state: SatisfactionState, command: RecordOutcome, facts: SatisfactionFacts): SatisfactionEvent[] => {
  const { callBackId, callerDepartment, isCaller, ...given } = command;
  const callBack = state.callBacks.find((candidate) => candidate.callBackId === callBackId);
  if (!callBack) throw noSuchCallBack();
  const { answer } = facts;
  const hasAnswered = answer?.by !== undefined && answer.round === callBack.round && isCaller(answer.by);
  if (callerDepartment === callBack.lead || hasAnswered) {
    throw new DomainError('call-back-by-handling-unit', say('call-back-by-others'));
  }
  if (callBack.status !== 'due') throw new DomainError('state-conflict', say('call-back-is', { status: callBack.status }));
  // The end of a case cancels its due call-backs a moment later. This check covers that moment.
  if (facts.ended) throw new DomainError('state-conflict', say('case-ended'));
  const { round, lead, demandCaseId } = callBack;
  if (demandCaseId !== null && demandOf(facts, demandCaseId) === null) throw new DomainError('state-conflict', say('demand-has-left'));
  checkOutcome(given);
  const decision = decideOutcome(given);
  const others = state.callBacks.filter((other) => other !== callBack && isDue(other));
  return [
    {
      type: 'lianban.call-back.recorded.v2',
      data: { callBackId, round, demandCaseId, lead, ...given, decision, reworks: state.reworks + (decision === 'rework' ? 1 : 0) },
    },
    ...(decision === 'rework' ? others.map((other) => cancelled(other, 'rework')) : []),
  ];
};

/** If the requester was not reached, there is nothing to say. If reached, at least `resolved` must be given. */
const checkOutcome = ({ reached, resolved, satisfaction }: Outcome): void => {
  const errors: FieldRefusal[] = [];
  if (reached && resolved === null) errors.push({ field: 'resolved', reason: say('required-when-reached') });
  if (!reached && resolved !== null) errors.push({ field: 'resolved', reason: say('absent-when-not-reached') });
  if (!reached && satisfaction !== null) errors.push({ field: 'satisfaction', reason: say('absent-when-not-reached') });
  if (errors.length > 0) throw new DomainError('validation-failed', say('outcome-contradicts-itself'), errors);
};
