/** Opening, recording and cancelling call-backs (回访). `[]` means it is already so; a second outcome is a conflict. */
import { DomainError } from '@lianban/contracts';
import type { EventByType, MaskedText } from '@lianban/contracts';
import { decide as decideOutcome } from '@lianban/scoring';
import type { CallBack, SatisfactionEvent, SatisfactionState } from './case-call-backs.js';
import { demandOf } from './facts.js';
import type { SatisfactionFacts } from './facts.js';

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
  /** Department of the caller; null for someone of none, such as a call-back centre. */
  readonly callerDepartment: string | null;
  /** Whether the actor of an event is the one who calls. */
  isCaller(actorId: string): boolean;
}

/**
 * Reaction to whatever the others say: each demand the case answers is called back once after the last answer, also one that joined later,
 * and no other; nobody is asked for a case that has ended. `idOf` names the call-back of a demand that is opened now.
 */
export const followCase = (state: SatisfactionState, facts: SatisfactionFacts, idOf: (demandCaseId: string | null) => string): SatisfactionEvent[] => {
  if (facts.ended) return state.callBacks.filter(isDue).map((callBack) => cancelled(callBack, 'case-ended'));
  const demands = [{ caseId: null, at: facts.unmergedAt }, ...facts.joined ?? []];
  const hasLeft = ({ demandCaseId }: CallBack): boolean => !demands.some(({ caseId }) => caseId === demandCaseId);
  const left = state.callBacks.filter((callBack) => isDue(callBack) && hasLeft(callBack)).map((callBack) => cancelled(callBack, 'demand-left'));
  const answer = answerOf(state, facts);
  const ofRound = state.callBacks.filter(({ round }) => round === answer?.round);
  // Rework was asked for: the next answer is asked about.
  if (answer === null || ofRound.some(({ decision }) => decision === 'rework')) return left;
  const { round, lead, workOrderId, at: answeredAt } = answer;
  return [
    ...left,
    ...demands.filter(({ caseId }) => !ofRound.some(({ demandCaseId, status }) => demandCaseId === caseId && status !== 'cancelled')).map(({ caseId, at }): SatisfactionEvent => ({
      type: 'lianban.call-back.opened.v2',
      data: { callBackId: idOf(caseId), round, demandCaseId: caseId, lead, workOrderId, answeredAt, since: at !== undefined && Date.parse(at) > Date.parse(answeredAt) ? at : answeredAt },
    })),
  ];
};

/** Of a case that was answered before answers were remembered: what its last call-back says. */
const answerOf = ({ callBacks }: SatisfactionState, { answer }: SatisfactionFacts): SatisfactionFacts['answer'] & {} | null => {
  if (answer !== undefined) return answer;
  const last = callBacks.at(-1);
  return last ? { ...last, at: last.answeredAt } : null;
};

const isDue = ({ status }: CallBack): boolean => status === 'due';

const cancelled = ({ callBackId, round, demandCaseId }: CallBack, reason: EventByType<'lianban.call-back.cancelled.v2'>['data']['reason']): SatisfactionEvent => ({
  type: 'lianban.call-back.cancelled.v2', data: { callBackId, round, demandCaseId, reason },
});

export const recordOutcome = (state: SatisfactionState, command: RecordOutcome, facts: SatisfactionFacts): SatisfactionEvent[] => {
  const { callBackId, callerDepartment, isCaller, ...given } = command;
  const callBack = state.callBacks.find((candidate) => candidate.callBackId === callBackId);
  if (!callBack) throw new DomainError('not-found', 'There is no such call-back');
  const { answer } = facts;
  const hasAnswered = answer?.by !== undefined && answer.round === callBack.round && isCaller(answer.by);
  if (callerDepartment === callBack.lead || hasAnswered) {
    throw new DomainError('call-back-by-handling-unit', 'Someone who is not of the handling unit asks the requester');
  }
  if (callBack.status !== 'due') throw new DomainError('state-conflict', `The call-back is ${callBack.status}`);
  // What is due for nothing any more is cancelled in reaction; this closes the moment in between.
  if (facts.ended) throw new DomainError('state-conflict', 'The case has ended');
  const { round, lead, demandCaseId } = callBack;
  if (demandCaseId !== null && demandOf(facts, demandCaseId) === null) throw new DomainError('state-conflict', 'The demand has left the case');
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

/** Who was not reached said nothing; who was reached said at least whether it is resolved. */
const checkOutcome = ({ reached, resolved, satisfaction }: Outcome): void => {
  const errors: { field: string; reason: string }[] = [];
  if (reached && resolved === null) errors.push({ field: 'resolved', reason: 'is required when the requester was reached' });
  if (!reached && resolved !== null) errors.push({ field: 'resolved', reason: 'must be absent when the requester was not reached' });
  if (!reached && satisfaction !== null) errors.push({ field: 'satisfaction', reason: 'must be absent when the requester was not reached' });
  if (errors.length > 0) throw new DomainError('validation-failed', 'The outcome contradicts itself', errors);
};
