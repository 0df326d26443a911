import { cancelled, isDue } from '../domain/case-call-backs.js';
import type { CallBack, SatisfactionEvent, SatisfactionState } from '../domain/case-call-backs.js';
import type { SatisfactionFacts } from '../domain/facts.js';

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
