/** Short ways to write facts in specs of clocks: when, and about which order. */
import type { DemandKind, EventEnvelope, Level, PlainEvent, Source, Urgency, WorkOrderRole } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { FactEvent, WorkOrderFact } from './facts.js';

export type HappenedFact = EventEnvelope<FactEvent>;

export interface SampleOrder {
  readonly workOrderId: string;
  readonly department: string;
  readonly role: WorkOrderRole;
  readonly round: number;
  readonly cause: WorkOrderFact['cause'];
}

export const order = (id: string, role: WorkOrderRole = 'lead', round = 1, cause: WorkOrderFact['cause'] = 'dispatch'): SampleOrder => ({
  workOrderId: id, department: `${id}-department`, role, round, cause,
});

const happened = (source: Source, at: string, event: PlainEvent<FactEvent['type']>) => ({
  ...event,
  metadata: {
    id: deterministicId(event.type, at), source, streamId: 'case', streamVersion: 1, occurredAt: at, recordedAt: at, correlationId: 'c', causationId: 'c',
    actor: { id: source, role: 'system', department: null, territory: null },
  },
}) as HappenedFact;

export const registered = (at: string, urgency: Urgency = 'normal') => happened('intake', at, {
  type: 'lianban.case.registered.v1',
  data: {
    caseNo: 'LB20260302-000001', title: 'Lamp', description: 'Dark', channel: 'grid', category: null, territory: 'grid-01', location: null,
    requester: { kind: 'resident', ref: '5f0c7c1e-7f5a-4f43-9a6e-0f7d1c7c0a01' }, urgency,
  },
});
export const contacted = (at: string) => happened('intake', at, { type: 'lianban.case.contacted.v1', data: { note: null } });
export const accepted = (at: string, level: Level, greenChannel = false) =>
  happened('intake', at, { type: 'lianban.case.accepted.v1', data: { level, category: null, greenChannel } });
export const reRated = (at: string, level: Level, greenChannel = false) =>
  happened('intake', at, { type: 'lianban.case.re-rated.v1', data: { level, previousLevel: 'general', greenChannel, previousGreenChannel: false, reason: 'x' } });
export const kindSet = (at: string, kind: DemandKind) => happened('intake', at, { type: 'lianban.demand.kind-set.v1', data: { kind, previousKind: null, reason: null } });
export const urged = (at: string) => happened('intake', at, { type: 'lianban.case.urged.v1', data: { ordinal: 1, text: null } });
export const supplemented = (at: string) => happened('intake', at, { type: 'lianban.case.supplemented.v1', data: { ordinal: 1, text: 'x' } });
const message = { department: null, text: 'x', asks: false, waitsUntil: null, answers: null };
/** A question of the unit of that order. */
export const asked = (at: string, about: SampleOrder, waitsUntil: string | null, name = 'q') =>
  happened('intake', at, { type: 'lianban.message.sent.v1', data: { ...message, messageId: uuid(name), side: 'handler', department: about.department, asks: true, waitsUntil } });
export const requesterWrote = (at: string, answers: string | null = 'q') =>
  happened('intake', at, { type: 'lianban.message.sent.v1', data: { ...message, messageId: uuid('a'), side: 'requester', answers: answers && uuid(answers) } });
export const questionLapsed = (at: string, about: SampleOrder, name = 'q') => happened('intake', at, { type: 'lianban.question.lapsed.v1', data: { messageId: uuid(name), department: about.department } });
export const reopened = (at: string) => happened('intake', at, { type: 'lianban.case.reopened.v1', data: { reason: 'x' } });
const uuid = (name: string) => `00000000-0000-4000-8000-${[...name].map((letter) => letter.charCodeAt(0).toString(16)).join('').padStart(12, '0').slice(-12)}`;
export const held = (at: string, reviewAt: string, name = 'a') => happened('dispatch', at, { type: 'lianban.case.held.v1', data: { holdId: uuid(name), reason: 'funds', note: null, reviewAt } });
export const resumed = (at: string, name = 'a', cause: 'command' | 'review-date' = 'command') => happened('dispatch', at, { type: 'lianban.case.resumed.v1', data: { holdId: uuid(name), cause, note: null } });
export const escalatedRework = (at: string, round: number) => happened('dispatch', at, {
  type: 'lianban.case.escalated.v1', data: { toTier: 'subdistrict', territory: 'riverside', fromTier: 'grid', round, cause: 'rework', supervisionId: null, reason: null },
});
export const extended = (at: string, about: SampleOrder, days: number, name = 'e') => happened('dispatch', at, {
  type: 'lianban.extension.granted.v1',
  data: { extensionId: uuid(name), workOrderId: about.workOrderId, department: about.department, round: about.round, ordinal: 1, by: { kind: 'working', amount: days, unit: 'days' }, previousDueAt: at, reason: 'x' },
});
export const extensionRefused = (at: string, about: SampleOrder, name = 'e') => happened('dispatch', at, {
  type: 'lianban.extension.refused.v1', data: { extensionId: uuid(name), workOrderId: about.workOrderId, department: about.department, round: about.round, reason: 'x' },
});
export const refused = (at: string) => happened('intake', at, { type: 'lianban.case.refused.v1', data: { reason: 'in-legal-procedure', text: 'Before the court.' } });
export const handledOnTheSpot = (at: string) => happened('intake', at, { type: 'lianban.case.handled-on-the-spot.v1', data: { result: 'Done.' } });
const other = '00000000-0000-4000-8000-0000000000aa';
export const merged = (at: string) => happened('intake', at, { type: 'lianban.case.merged.v1', data: { intoCaseId: other, reason: null } });
export const unmerged = (at: string) => happened('intake', at, { type: 'lianban.case.unmerged.v1', data: { fromCaseId: other, reason: null } });
export const withdrawn = (at: string) => happened('intake', at, { type: 'lianban.case.withdrawn.v1', data: { reason: null } });
export const closed = (at: string, callBackId = 'cb', round = 1) => happened('intake', at, { type: 'lianban.case.closed.v1', data: { callBackId, round } });

const identity = ({ workOrderId, department, role, round }: SampleOrder) => ({ workOrderId, department, role, round });
export const issued = (at: string, about: SampleOrder) =>
  happened('dispatch', at, { type: 'lianban.work-order.issued.v1', data: { ...identity(about), cause: about.cause } });
export const orderSigned = (at: string, about: SampleOrder) =>
  happened('dispatch', at, { type: 'lianban.work-order.signed.v1', data: { ...identity(about), note: null } });
export const milestoneReached = (at: string, about: SampleOrder, milestone: string) =>
  happened('dispatch', at, { type: 'lianban.milestone.reached.v1', data: { ...identity(about), milestone, note: null } });
export const orderReturned = (at: string, about: SampleOrder) =>
  happened('dispatch', at, { type: 'lianban.work-order.returned.v1', data: { ...identity(about), reason: 'Not ours.', suggestedDepartment: null } });
export const orderCompleted = (at: string, about: SampleOrder) =>
  happened('dispatch', at, { type: 'lianban.work-order.completed.v1', data: { ...identity(about), result: 'Done.', withoutAssistants: null } });
export const orderCancelled = (at: string, about: SampleOrder, reason: 'case-ended' | 're-dispatched' | 'answered-without' | 'transferred') =>
  happened('dispatch', at, { type: 'lianban.work-order.cancelled.v1', data: { ...identity(about), reason } });
export const assistantDue = (at: string, about: SampleOrder, dueAt: string) =>
  happened('dispatch', at, { type: 'lianban.assistance.terms-set.v1', data: { workOrderId: identity(about).workOrderId, department: identity(about).department, round: identity(about).round, required: true, dueAt } });
export const answered = (at: string, about: SampleOrder) =>
  happened('dispatch', at, { type: 'lianban.case.answered.v1', data: { workOrderId: about.workOrderId, round: about.round, lead: about.department, result: 'Done.' } });

export const callBackOpened = (at: string, callBackId: string, round: number, demand: string | null = null) => happened('satisfaction', at, {
  type: 'lianban.call-back.opened.v2', data: { callBackId, round, demandCaseId: demand, lead: 'lead-department', workOrderId: 'lead', answeredAt: at, since: at },
});
export const callBackRecorded = (at: string, callBackId: string, round: number, decision: 'close' | 'rework') => happened('satisfaction', at, {
  type: 'lianban.call-back.recorded.v2',
  data: {
    callBackId, round, demandCaseId: null, lead: 'lead-department', reached: true, resolved: decision === 'close', satisfaction: decision === 'close' ? 5 : 1,
    comment: null, unitAtFault: null, decision, reworks: decision === 'rework' ? round : round - 1,
  },
});
export const callBackCancelled = (at: string, callBackId: string, round: number) =>
  happened('satisfaction', at, { type: 'lianban.call-back.cancelled.v2', data: { callBackId, round, demandCaseId: null, reason: 'case-ended' } });
