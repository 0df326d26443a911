/** Events of a case for specs, and what satisfaction has heard of it. */
import { expect } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { decisionsOf, someone } from '@lianban/testing';
import { evolve, initialState } from './case-call-backs.js';
import type { SatisfactionEvent } from './case-call-backs.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { SatisfactionFacts } from './facts.js';

export const callBackId = '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11';
export const joinedCallBack = '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c12';
export const joinedId = '0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e03';
export const workOrderId = '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21';
export const answeredAt = '2026-02-09T09:00:00.000Z';
export const opened = (round = 1, id = callBackId, demandCaseId: string | null = null): SatisfactionEvent => ({
  type: 'lianban.call-back.opened.v2', data: { callBackId: id, round, demandCaseId, lead: 'housing', workOrderId, answeredAt, since: answeredAt },
});
export const cancelled = (reason: 'case-ended' | 'demand-left' | 'rework', id = callBackId, demandCaseId: string | null = null): SatisfactionEvent =>
  ({ type: 'lianban.call-back.cancelled.v2', data: { callBackId: id, round: 1, demandCaseId, reason } });
export const happy = { reached: true, resolved: true, satisfaction: 5, comment: null, unitAtFault: null };
export const recorded: SatisfactionEvent = {
  type: 'lianban.call-back.recorded.v2', data: { callBackId, round: 1, demandCaseId: null, lead: 'housing', ...happy, decision: 'close', reworks: 0 },
};
export const unhappy: SatisfactionEvent = {
  type: 'lianban.call-back.recorded.v2',
  data: { callBackId, round: 1, demandCaseId: null, lead: 'housing', ...happy, resolved: false, satisfaction: 1, decision: 'rework', reworks: 1 },
};

export const { given } = decisionsOf('satisfaction', { initialState, evolve });
export const at = (minute: number) => new Date(Date.parse(answeredAt) + minute * 60_000).toISOString();
/** The events of other services, some minutes after the answer. */
export const told = {
  registered: { source: 'intake', type: 'lianban.case.registered.v1', data: { caseNo: 'LB1', title: 'Lamp' } },
  answered: { source: 'dispatch', type: 'lianban.case.answered.v1', data: { workOrderId, round: 1, lead: 'housing', result: 'Done.' } },
  answeredAgain: { source: 'dispatch', type: 'lianban.case.answered.v1', data: { workOrderId, round: 2, lead: 'housing', result: 'Done.' } },
  joined: { source: 'intake', type: 'lianban.demand.joined.v1', data: { demandCaseId: joinedId, caseNo: 'LB2', title: 'Dark' } },
  left: { source: 'intake', type: 'lianban.demand.left.v1', data: { demandCaseId: joinedId } },
  closed: { source: 'intake', type: 'lianban.case.closed.v1', data: { callBackId, round: 1 } },
  reopened: { source: 'intake', type: 'lianban.case.reopened.v1', data: { reason: 'x' } },
  merged: { source: 'intake', type: 'lianban.case.merged.v1', data: { intoCaseId: joinedId, reason: null } },
  unmerged: { source: 'intake', type: 'lianban.case.unmerged.v1', data: { fromCaseId: joinedId, reason: null } },
} as const;
export type Told = keyof typeof told;
export const factsOf = (...names: Told[]): SatisfactionFacts => names.reduce(
  (facts, name, index) => evolveFacts(facts, { ...told[name], metadata: { occurredAt: at(index), actor: someone } } as unknown as EventEnvelope), initialFacts);

/** Makes an event from words: `opened own` names the event and whose requester it is about. */
export const eventOf = (words: string) => {
  const [what, whose] = words.split(' ');
  return { type: expect.stringContaining(`lianban.call-back.${what}.`), data: { demandCaseId: whose === 'own' ? null : joinedId } };
};
