import { cancelled, isDue } from '../domain/case-call-backs.js';
import type { CallBack, SatisfactionEvent, SatisfactionState } from '../domain/case-call-backs.js';
import type { SatisfactionFacts } from '../domain/facts.js';

/**
 * Decides which call-backs follow from other services' events. After the last answer each demand of the case is called back once, also one that joined later. A case
 * that has ended gets no call-back. `idOf` makes the id of a new call-back.
 */
export const followCase = (state: SatisfactionState, facts: SatisfactionFacts, idOf: (demandCaseId: string | null) => string): SatisfactionEvent[] => {
  if (facts.ended) return state.callBacks.filter(isDue).map((callBack) => cancelled(callBack, 'case-ended'));
  const demands = [{ caseId: null, at: facts.unmergedAt }, ...facts.joined ?? []];
  const hasLeft = ({ demandCaseId }: CallBack): boolean => !demands.some(({ caseId }) => caseId === demandCaseId);
  const left = state.callBacks.filter((callBack) => isDue(callBack) && hasLeft(callBack)).map((callBack) => cancelled(callBack, 'demand-left'));
  const answer = answerOf(state, facts);
  const ofRound = state.callBacks.filter(({ round }) => round === answer?.round);
  // A rework was ordered. The next call-back comes after the next answer.
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

/** Cases answered before answers were stored: takes the answer from the last call-back. */
const answerOf = ({ callBacks }: SatisfactionState, { answer }: SatisfactionFacts): SatisfactionFacts['answer'] & {} | null => {
  if (answer !== undefined) return answer;
  const last = callBacks.at(-1);
  return last ? { ...last, at: last.answeredAt } : null;
};
