/** Opening, recording and cancelling call-backs (回访). `[]` means it is already so; a second outcome is a conflict. */
import { DomainError } from '@lianban/contracts';
import type { EventByType } from '@lianban/contracts';
import { decide as decideOutcome } from '@lianban/scoring';
import type { SatisfactionEvent, SatisfactionState } from './case-call-backs.js';
import type { SatisfactionFacts } from './facts.js';

export interface Outcome {
  readonly reached: boolean;
  readonly resolved: boolean | null;
  /** 1 very dissatisfied to 5 very satisfied. */
  readonly satisfaction: number | null;
  readonly comment: string | null;
  readonly unitAtFault: boolean | null;
}
export interface RecordOutcome extends Outcome {
  readonly callBackId: string;
  /** Department of the caller; null for someone of none, such as a call-back centre. */
  readonly callerDepartment: string | null;
}

/** Reaction to an answer: one call-back for each round. */
export const openCallBack = (
  state: SatisfactionState,
  answered: EventByType<'lianban.case.answered.v1'>['data'],
  answeredAt: string,
  facts: SatisfactionFacts,
  callBackId: string,
): SatisfactionEvent[] => {
  const { round, lead, workOrderId } = answered;
  if (facts.ended || state.callBacks.some((callBack) => callBack.round === round)) return [];
  return [{ type: 'lianban.call-back.opened.v1', data: { callBackId, round, lead, workOrderId, answeredAt } }];
};

export const recordOutcome = (state: SatisfactionState, command: RecordOutcome, facts: SatisfactionFacts): SatisfactionEvent[] => {
  const { callBackId, callerDepartment, ...given } = command;
  const callBack = state.callBacks.find((candidate) => candidate.callBackId === callBackId);
  if (!callBack) throw new DomainError('not-found', 'There is no such call-back');
  if (callerDepartment === callBack.lead) {
    throw new DomainError('call-back-by-handling-unit', 'Someone who is not of the handling unit asks the requester');
  }
  if (callBack.status !== 'due') throw new DomainError('state-conflict', `The call-back is ${callBack.status}`);
  // The due call-backs of an ended case are cancelled in reaction; this closes the moment in between.
  if (facts.ended) throw new DomainError('state-conflict', 'The case has ended');
  checkOutcome(given);
  const decision = decideOutcome(given);
  const { round, lead } = callBack;
  return [{
    type: 'lianban.call-back.recorded.v1',
    data: { callBackId, round, lead, ...given, decision, reworks: state.reworks + (decision === 'rework' ? 1 : 0) },
  }];
};

/** Reaction to the end of a case: nobody needs to be asked any more. */
export const cancelDue = (state: SatisfactionState): SatisfactionEvent[] =>
  state.callBacks
    .filter(({ status }) => status === 'due')
    .map(({ callBackId, round }) => ({ type: 'lianban.call-back.cancelled.v1', data: { callBackId, round, reason: 'case-ended' } }));

/** Who was not reached said nothing; who was reached said at least whether it is resolved. */
const checkOutcome = ({ reached, resolved, satisfaction }: Outcome): void => {
  const errors: { field: string; reason: string }[] = [];
  if (reached && resolved === null) errors.push({ field: 'resolved', reason: 'is required when the requester was reached' });
  if (!reached && resolved !== null) errors.push({ field: 'resolved', reason: 'must be absent when the requester was not reached' });
  if (!reached && satisfaction !== null) errors.push({ field: 'satisfaction', reason: 'must be absent when the requester was not reached' });
  if (errors.length > 0) throw new DomainError('validation-failed', 'The outcome contradicts itself', errors);
};
