/** Events of a case as its life is told in specs, and what intake has heard of it. */
import { maskText } from '@lianban/contracts';
import { decisionsOf, history, minuteOf } from '@lianban/testing';
import { evolveFacts, initialFacts } from './facts.js';
import type { IntakeFacts } from './facts.js';
import { evolve, initialState } from './intake-case.js';
import type { IntakeEvent } from './intake-case.js';

export const caseId = '0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e01';
export const lamp = {
  caseNo: 'LB20260209-000001', title: maskText('Lamp is dark'), description: maskText('The lamp at the gate is dark.'), channel: 'grid', category: 'a/b/c',
  territory: 'riverside-grid-01', location: null, requester: { kind: 'resident', ref: '5f0c7c1e-7f5a-4f43-9a6e-0f7d1c7c0a01' }, urgency: 'normal',
} as const;

export const registered: IntakeEvent = { type: 'lianban.case.registered.v1', data: lamp };
export const contacted: IntakeEvent = { type: 'lianban.case.contacted.v1', data: { note: null } };
export const accepted: IntakeEvent = { type: 'lianban.case.accepted.v1', data: { level: 'general', category: 'a/b/c', greenChannel: false } };
export const refused: IntakeEvent = { type: 'lianban.case.refused.v1', data: { reason: 'malicious', text: maskText('No.') } };
export const onTheSpot: IntakeEvent = { type: 'lianban.case.handled-on-the-spot.v1', data: { result: maskText('Done.') } };
export const withdrawn: IntakeEvent = { type: 'lianban.case.withdrawn.v1', data: { reason: null } };
export const closed: IntakeEvent = { type: 'lianban.case.closed.v1', data: { callBackId: lamp.requester.ref, round: 1 } };

export const reRated: IntakeEvent = { type: 'lianban.case.re-rated.v1', data: { level: 'complex', previousLevel: 'general', greenChannel: false, previousGreenChannel: false, reason: maskText('x') } };
export const kindSet: IntakeEvent = { type: 'lianban.demand.kind-set.v1', data: { kind: 'help', previousKind: null, reason: null } };
export const reopened: IntakeEvent = { type: 'lianban.case.reopened.v1', data: { reason: maskText('Dark again.') } };

export const urged: IntakeEvent = { type: 'lianban.case.urged.v1', data: { ordinal: 1, text: null } };
export const supplemented: IntakeEvent = { type: 'lianban.case.supplemented.v1', data: { ordinal: 1, text: maskText('The second one too.') } };
export const messageIds = [1, 2, 3, 4, 5].map((n) => `0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e1${n}`) as unknown as readonly [string, string, string, string, string];
const message = { department: null, text: maskText('x'), asks: false, waitsUntil: null, answers: null };
export const asked = (messageId: string, waitsUntil: string | null): IntakeEvent =>
  ({ type: 'lianban.message.sent.v1', data: { ...message, messageId, side: 'handler', department: 'housing', asks: true, waitsUntil } });
export const said = (messageId: string, answers: string | null = null): IntakeEvent => ({ type: 'lianban.message.sent.v1', data: { ...message, messageId, side: 'requester', answers } });

export const [intoCaseId, joinedId, strangerId] = ['0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e02', '0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e03', '0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e04'] as const;
export const merged: IntakeEvent = { type: 'lianban.case.merged.v1', data: { intoCaseId, reason: null } };
export const unmerged: IntakeEvent = { type: 'lianban.case.unmerged.v1', data: { fromCaseId: intoCaseId, reason: null } };
export const joined: IntakeEvent = { type: 'lianban.demand.joined.v1', data: { demandCaseId: joinedId, caseNo: 'LB20260209-000002', title: maskText('Dark') } };
export const repeated = {
  type: 'lianban.demand.repeated.v1', data: { ofCaseId: strangerId, caseNo: 'LB20260101-000001', similarity: 72, sameRequester: true, samePlace: true, requester: 'p-123456789012345678901234' },
} as const satisfies IntakeEvent;
export const left: IntakeEvent = { type: 'lianban.demand.left.v1', data: { demandCaseId: joinedId } };

/** What satisfaction has said, in its order: whose requester, decision, round. */
export const told = (...outcomes: (readonly [demandCaseId: string | null, decision: 'close' | 'rework', round?: number, occurredAt?: string])[]): IntakeFacts =>
  history('satisfaction', caseId, outcomes.map(([demandCaseId, decision, round = 1, occurredAt = minuteOf(1_000)]) => ({
    type: 'lianban.call-back.recorded.v2' as const, occurredAt,
    data: {
      callBackId: lamp.requester.ref, round, demandCaseId, lead: 'housing', reached: true, resolved: decision === 'close', satisfaction: null, comment: null,
      unitAtFault: null, decision, reworks: decision === 'close' ? 0 : 1,
    },
  }))).reduce(evolveFacts, initialFacts);
export const dispatchedAt = (occurredAt: string): IntakeFacts => evolveFacts(initialFacts, history('dispatch', caseId, [
  { type: 'lianban.case.dispatched.v1', occurredAt, data: { round: 1, lead: 'housing', assist: [], note: null } },
])[0]!);
/** As it was stored before its time was kept. */
export const dispatchedOnce: IntakeFacts = { dispatched: true };

export const { given } = decisionsOf('intake', { initialState, evolve });
