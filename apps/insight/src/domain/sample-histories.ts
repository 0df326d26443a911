/** Histories the tests of insight share: one event stream per service, as the services would write them. */
import { type Derivation, type EventEnvelope, type Source, sources } from '@lianban/contracts';
import { history, minuteOf } from '@lianban/testing';

export const caseId = '3e6c1a4b-9d0f-4b7a-8a5e-2f1f6f0e9b10';
const lead = '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21';
const assist = '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c22';
const rework = '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c23';
const contactClock = 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31';
const leadClock = 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a32';
const reworkClock = 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a33';
const firstCallBack = '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11';
const secondCallBack = '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c12';

export type Histories = Readonly<Record<Source, readonly EventEnvelope[]>>;
/** A service that is not named has written nothing. */
export const histories = (written: Partial<Histories>): Histories => ({ ...(Object.fromEntries(sources.map((source) => [source, []])) as unknown as Histories), ...written });

const registered = {
  type: 'lianban.case.registered.v1',
  data: {
    caseNo: 'LB20260209-000001', title: 'Lamp is dark', description: 'The lamp at the east gate is dark.', channel: 'grid', category: null,
    territory: 'riverside-grid-01', location: 'East gate', requester: { kind: 'resident', ref: '5f0c7c1e-7f5a-4f43-9a6e-0f7d1c7c0a01' }, urgency: 'normal',
  },
} as const;
const accepted = { type: 'lianban.case.accepted.v1', data: { level: 'general', category: '城乡建设/市政/路灯', greenChannel: false } } as const;
const derivation = {
  policy: { id: 'p', effectiveFrom: '2007-01-01T00:00:00+08:00' }, calendarVersion: null, matched: [] as Derivation['matched'], calendarUnit: null, extensions: [] as Derivation['extensions'], held: [] as Derivation['held'],
  holidays: [] as Derivation['holidays'], makeUpDays: [] as string[], extensionCap: null, start: minuteOf(1),
  limit: { kind: 'elapsed', amount: 2, unit: 'hours' },
} as const;
const startedClock = (clockId: string, kind: 'contact' | 'lead' | 'rework', round: number, start: number, due: number) => ({
  type: 'lianban.clock.started.v2',
  data: { clockId, kind, round, milestone: null, workOrderId: null, department: null, startedAt: minuteOf(start), dueAt: minuteOf(due), warnAt: [] as string[], provisional: false, derivation },
  occurredAt: minuteOf(start),
} as const);
/** What satisfaction says the case counts: for each rate numerator and denominator. */
const counted = (minute: number, department: string | null, ...[response, resolution, satisfaction]: readonly (readonly [number, number])[]) => {
  const share = ([numerator, denominator]: readonly [number, number] = [0, 0]) => ({ numerator, denominator });
  return {
    type: 'lianban.case.counted.v1', occurredAt: minuteOf(minute),
    data: { period: '2026-02', department, formula: 'three-rates.v2', response: share(response), resolution: share(resolution), satisfaction: share(satisfaction) },
  } as const;
};
const clock = (clockId: string, kind: 'contact' | 'lead' | 'rework', round: number) => ({ clockId, kind, round, milestone: null, workOrderId: null, department: null });

/** A lamp: answered late, not satisfied, reworked by another unit, closed. Each index is a prefix that may be all there is yet. */
export const reworkedLamp = histories({
  intake: history('intake', caseId, [
    registered,
    accepted,
    { type: 'lianban.case.contacted.v1', data: { note: null }, occurredAt: minuteOf(3) },
    { type: 'lianban.case.closed.v1', data: { callBackId: secondCallBack, round: 2 }, occurredAt: minuteOf(90) },
  ]),
  dispatch: history('dispatch', caseId, [
    { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'urban-management', assist: ['landscaping'], note: null }, occurredAt: minuteOf(5) },
    { type: 'lianban.work-order.issued.v1', data: { workOrderId: lead, department: 'urban-management', role: 'lead', round: 1, cause: 'dispatch' }, occurredAt: minuteOf(5) },
    { type: 'lianban.work-order.issued.v1', data: { workOrderId: assist, department: 'landscaping', role: 'assist', round: 1, cause: 'dispatch' }, occurredAt: minuteOf(5) },
    { type: 'lianban.work-order.returned.v1', data: { workOrderId: assist, department: 'landscaping', role: 'assist', round: 1, reason: 'No tree near', suggestedDepartment: null }, occurredAt: minuteOf(6) },
    { type: 'lianban.work-order.signed.v1', data: { workOrderId: lead, department: 'urban-management', role: 'lead', round: 1, note: null }, occurredAt: minuteOf(7) },
    { type: 'lianban.work-order.progressed.v1', data: { workOrderId: lead, department: 'urban-management', role: 'lead', round: 1, note: 'Part ordered' }, occurredAt: minuteOf(8) },
    { type: 'lianban.work-order.completed.v1', data: { workOrderId: lead, department: 'urban-management', role: 'lead', round: 1, result: 'Replaced', withoutAssistants: null }, occurredAt: minuteOf(40) },
    { type: 'lianban.case.answered.v1', data: { workOrderId: lead, round: 1, lead: 'urban-management', result: 'Replaced' }, occurredAt: minuteOf(40) },
    { type: 'lianban.work-order.issued.v1', data: { workOrderId: rework, department: 'power-supply', role: 'lead', round: 2, cause: 'rework' }, occurredAt: minuteOf(50) },
    { type: 'lianban.work-order.signed.v1', data: { workOrderId: rework, department: 'power-supply', role: 'lead', round: 2, note: 'On the way' }, occurredAt: minuteOf(51) },
    { type: 'lianban.work-order.completed.v1', data: { workOrderId: rework, department: 'power-supply', role: 'lead', round: 2, result: 'Cable mended', withoutAssistants: null }, occurredAt: minuteOf(80) },
    { type: 'lianban.case.answered.v1', data: { workOrderId: rework, round: 2, lead: 'power-supply', result: 'Cable mended' }, occurredAt: minuteOf(80) },
  ]),
  sla: history('sla', caseId, [
    startedClock(contactClock, 'contact', 1, 1, 121),
    startedClock(leadClock, 'lead', 1, 2, 30),
    { type: 'lianban.clock.stopped.v2', data: { ...clock(contactClock, 'contact', 1), dueAt: minuteOf(121), stoppedAt: minuteOf(3), outcome: 'met' }, occurredAt: minuteOf(3) },
    { type: 'lianban.clock.breached.v2', data: { ...clock(leadClock, 'lead', 1), dueAt: minuteOf(30) }, occurredAt: minuteOf(30) },
    { type: 'lianban.clock.stopped.v2', data: { ...clock(leadClock, 'lead', 1), dueAt: minuteOf(30), stoppedAt: minuteOf(40), outcome: 'late' }, occurredAt: minuteOf(40) },
    startedClock(reworkClock, 'rework', 2, 50, 70),
    { type: 'lianban.clock.breached.v2', data: { ...clock(reworkClock, 'rework', 2), dueAt: minuteOf(70) }, occurredAt: minuteOf(70) },
    { type: 'lianban.clock.corrected.v2', data: { ...clock(reworkClock, 'rework', 2), dueAt: minuteOf(70), stoppedAt: minuteOf(69) }, occurredAt: minuteOf(69) },
  ]),
  satisfaction: history('satisfaction', caseId, [
    counted(3, null, [1, 1]),
    counted(5, 'urban-management', [1, 1]),
    { type: 'lianban.call-back.opened.v2', data: { callBackId: firstCallBack, round: 1, demandCaseId: null, lead: 'urban-management', workOrderId: lead, answeredAt: minuteOf(40), since: minuteOf(40) }, occurredAt: minuteOf(40) },
    { type: 'lianban.call-back.recorded.v2', data: { callBackId: firstCallBack, round: 1, demandCaseId: null, lead: 'urban-management', reached: true, resolved: false, satisfaction: 2, comment: 'Dark again', unitAtFault: true, decision: 'rework', reworks: 1 }, occurredAt: minuteOf(50) },
    counted(50, 'urban-management', [1, 1], [0, 1], [0, 1]),
    { type: 'lianban.call-back.opened.v2', data: { callBackId: secondCallBack, round: 2, demandCaseId: null, lead: 'power-supply', workOrderId: rework, answeredAt: minuteOf(80), since: minuteOf(80) }, occurredAt: minuteOf(80) },
    counted(80, 'power-supply', [1, 1], [0, 1], [0, 1]),
    { type: 'lianban.call-back.recorded.v2', data: { callBackId: secondCallBack, round: 2, demandCaseId: null, lead: 'power-supply', reached: true, resolved: true, satisfaction: 5, comment: null, unitAtFault: null, decision: 'close', reworks: 1 }, occurredAt: minuteOf(90) },
    counted(90, 'power-supply', [1, 1], [1, 1], [1, 1]),
  ]),
});

const assisting = { workOrderId: assist, department: 'landscaping', round: 1 };
const release = '4b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c51';
const handing = (n: number) => ({ transferId: `6a0f9a52-0d7d-4d53-9f5c-00000000000${n}`, workOrderId: lead, round: 1, from: 'urban-management', to: 'landscaping' });

/** A demand the requester withdraws while the department works on it and a call-back is due. */
export const withdrawnLamp = histories({
  intake: history('intake', caseId, [registered, accepted, { type: 'lianban.case.withdrawn.v1', data: { reason: 'Solved' }, occurredAt: minuteOf(20) }]),
  dispatch: history('dispatch', caseId, [
    ...reworkedLamp.dispatch.slice(0, 3),
    { type: 'lianban.assistance.terms-set.v1', data: { ...assisting, required: false, dueAt: null }, occurredAt: minuteOf(6) },
    { type: 'lianban.assistance.release-requested.v1', data: { releaseId: release, ...assisting, ground: 'not-needed', lead: 'urban-management', reason: 'No tree' }, occurredAt: minuteOf(6) },
    { type: 'lianban.assistance.release-refused.v1', data: { releaseId: release, ...assisting, reason: 'A tree' }, occurredAt: minuteOf(7) },
    { type: 'lianban.transfer.requested.v1', data: { ...handing(1), reason: 'Not the lamp' }, occurredAt: minuteOf(8) },
    { type: 'lianban.transfer.declined.v1', data: { ...handing(1), reason: 'Not the tree' }, occurredAt: minuteOf(9) },
    { type: 'lianban.transfer.requested.v1', data: { ...handing(2), reason: 'The tree' }, occurredAt: minuteOf(10) },
    { type: 'lianban.transfer.agreed.v1', data: { ...handing(2), note: null }, occurredAt: minuteOf(11) },
    { type: 'lianban.assistance.released.v1', data: { ...assisting, releaseId: null, reason: null }, occurredAt: minuteOf(12) },
    { type: 'lianban.work-order.cancelled.v1', data: { workOrderId: lead, department: 'urban-management', role: 'lead', round: 1, reason: 'case-ended' }, occurredAt: minuteOf(20) },
    { type: 'lianban.work-order.cancelled.v1', data: { workOrderId: assist, department: 'landscaping', role: 'assist', round: 1, reason: 'case-ended' }, occurredAt: minuteOf(20) },
  ]),
  sla: history('sla', caseId, [
    startedClock(contactClock, 'contact', 1, 1, 10),
    startedClock(leadClock, 'lead', 1, 2, 30),
    { type: 'lianban.clock.breached.v2', data: { ...clock(contactClock, 'contact', 1), dueAt: minuteOf(10) }, occurredAt: minuteOf(10) },
    { type: 'lianban.clock.stopped.v2', data: { ...clock(contactClock, 'contact', 1), dueAt: minuteOf(10), stoppedAt: minuteOf(20), outcome: 'late' }, occurredAt: minuteOf(20) },
    { type: 'lianban.clock.cancelled.v2', data: { ...clock(leadClock, 'lead', 1), reason: 'case-ended' }, occurredAt: minuteOf(20) },
  ]),
  satisfaction: history('satisfaction', caseId, [
    counted(10, 'urban-management', [0, 1]),
    { type: 'lianban.call-back.opened.v2', data: { callBackId: firstCallBack, round: 1, demandCaseId: null, lead: 'urban-management', workOrderId: lead, answeredAt: minuteOf(15), since: minuteOf(15) }, occurredAt: minuteOf(15) },
    { type: 'lianban.call-back.cancelled.v2', data: { callBackId: firstCallBack, round: 1, demandCaseId: null, reason: 'case-ended' }, occurredAt: minuteOf(20) },
  ]),
});

/** Withdrawn at minute 5, which sla hears only after it has recorded the breach of minute 10. */
export const lateNewsLamp = histories({
  intake: history('intake', caseId, [registered, { type: 'lianban.case.withdrawn.v1', data: { reason: null }, occurredAt: minuteOf(5) }]),
  sla: history('sla', caseId, [
    startedClock(contactClock, 'contact', 1, 1, 10),
    { type: 'lianban.clock.breached.v2', data: { ...clock(contactClock, 'contact', 1), dueAt: minuteOf(10) }, occurredAt: minuteOf(10) },
    { type: 'lianban.clock.cancelled.v2', data: { ...clock(contactClock, 'contact', 1), reason: 'case-ended' }, occurredAt: minuteOf(5) },
  ]),
});

export const onTheSpotLamp = histories({
  intake: history('intake', caseId, [registered, { type: 'lianban.case.found-on-visit.v1', data: { visitId: lead, firmId: null, householdId: assist } }, { type: 'lianban.case.handled-on-the-spot.v1', data: { result: 'Bulb screwed in' }, occurredAt: minuteOf(2) }]),
});

export const refusedLamp = histories({
  intake: history('intake', caseId, [registered, { type: 'lianban.case.refused.v1', data: { reason: 'in-legal-procedure', text: 'Before the court' } }]),
});

const ordered = { workOrderId: lead, department: 'urban-management', role: 'lead', round: 1 } as const;
const hour = { kind: 'elapsed', amount: 1, unit: 'hours' } as const;
const extensionOf = () => ({ extensionId: asked, workOrderId: lead, department: 'urban-management', round: 1 });
const windowOf = () => ({ ...clock(reworkClock, 'lead', 1), kind: 'return-window' as const, workOrderId: lead, department: 'urban-management' });
const asked = '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31';
const rescheduled = (due: number, change: { status: 'running' | 'held'; heldUntil: string | null; cause: 'held' | 'resumed' | 'extended' }) => ({
  ...clock(leadClock, 'lead', 1), previousDueAt: minuteOf(30), dueAt: minuteOf(due), warnAt: [] as string[], provisional: false, derivation, ...change,
});

/** A lamp that had to be ordered: held, extended although breached meanwhile, re-rated, closed, dark again and opened again. */
export const reopenedLamp = histories({
  intake: history('intake', caseId, [
    registered,
    accepted,
    { type: 'lianban.demand.repeated.v1', data: { ofCaseId: lead, caseNo: 'LB20260101-000001', similarity: 72, sameRequester: true, samePlace: true, requester: 'p-123456789012345678901234' }, occurredAt: minuteOf(33) },
    { type: 'lianban.demand.kind-set.v1', data: { kind: 'complaint', previousKind: null, reason: null }, occurredAt: minuteOf(34) },
    { type: 'lianban.case.re-rated.v1', data: { level: 'complex', previousLevel: 'general', greenChannel: true, previousGreenChannel: false, reason: 'A cable.' }, occurredAt: minuteOf(35) },
    { type: 'lianban.case.urged.v1', data: { ordinal: 1, text: null }, occurredAt: minuteOf(36) },
    { type: 'lianban.case.supplemented.v1', data: { ordinal: 1, text: 'Two lamps.' }, occurredAt: minuteOf(37) },
    { type: 'lianban.message.sent.v1', data: { messageId: asked, side: 'handler', department: 'urban-management', text: 'Which?', asks: true, waitsUntil: minuteOf(40), answers: null }, occurredAt: minuteOf(38) },
    { type: 'lianban.question.lapsed.v1', data: { messageId: asked, department: 'urban-management' }, occurredAt: minuteOf(40) },
    { type: 'lianban.message.sent.v1', data: { messageId: lead, side: 'requester', department: null, text: 'Both.', asks: false, waitsUntil: null, answers: asked }, occurredAt: minuteOf(41) },
    { type: 'lianban.case.closed.v1', data: { callBackId: firstCallBack, round: 1 }, occurredAt: minuteOf(60) },
    { type: 'lianban.case.reopened.v1', data: { reason: 'Dark again.' }, occurredAt: minuteOf(70) },
  ]),
  dispatch: history('dispatch', caseId, [
    { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'urban-management', assist: [], note: null }, occurredAt: minuteOf(5) },
    { type: 'lianban.work-order.issued.v1', data: { ...ordered, cause: 'dispatch' }, occurredAt: minuteOf(5) },
    { type: 'lianban.routing.chosen.v1', data: { round: 1, lead: 'urban-management', rank: 2, proposed: [{ department: 'transport', score: 0.6 }, { department: 'urban-management', score: 0.3 }], sure: false, modelVersion: '0123456789ab', automatic: false }, occurredAt: minuteOf(5) },
    { type: 'lianban.work-order.signed.v1', data: { ...ordered, note: null }, occurredAt: minuteOf(6) },
    { type: 'lianban.case.held.v1', data: { holdId: asked, reason: 'waiting-for-others', note: null, reviewAt: minuteOf(20) }, occurredAt: minuteOf(8) },
    { type: 'lianban.case.resumed.v1', data: { holdId: asked, cause: 'review-date', note: null }, occurredAt: minuteOf(20) },
    { type: 'lianban.milestone.reached.v1', data: { ...ordered, milestone: 'stop', note: null }, occurredAt: minuteOf(22) },
    { type: 'lianban.case.ruled.v1', data: { rulingId: asked, round: 1, lead: 'urban-management', assist: [], previousLead: 'urban-management', returns: 0, basis: 'Theirs.' }, occurredAt: minuteOf(23) },
    { type: 'lianban.ruling.objected.v1', data: { rulingId: asked, department: 'urban-management', reason: 'Not ours.' }, occurredAt: minuteOf(23) },
    { type: 'lianban.objection.decided.v1', data: { rulingId: asked, department: 'urban-management', upheld: false, reason: 'It is.' }, occurredAt: minuteOf(23) },
    { type: 'lianban.case.escalated.v1', data: { toTier: 'subdistrict', territory: 'riverside', fromTier: 'grid', round: 1, cause: 'command', supervisionId: null, reason: 'Too big.' }, occurredAt: minuteOf(24) },
    { type: 'lianban.extension.requested.v1', data: { ...extensionOf(), dueAt: minuteOf(30), by: hour, ordinal: 1, reason: 'Late.' }, occurredAt: minuteOf(25) },
    { type: 'lianban.extension.refused.v1', data: { ...extensionOf(), reason: 'No.' }, occurredAt: minuteOf(26) },
    { type: 'lianban.extension.granted.v1', data: { ...extensionOf(), by: hour, ordinal: 1, previousDueAt: minuteOf(30), reason: 'Yes.' }, occurredAt: minuteOf(29) },
    { type: 'lianban.case.answered.v1', data: { workOrderId: lead, round: 1, lead: 'urban-management', result: 'Done.' }, occurredAt: minuteOf(50) },
    { type: 'lianban.work-order.completed.v1', data: { ...ordered, result: 'Done.', withoutAssistants: null }, occurredAt: minuteOf(50) },
    { type: 'lianban.case.dispatched.v1', data: { round: 2, lead: 'urban-management', assist: [], note: null }, occurredAt: minuteOf(75) },
    { type: 'lianban.work-order.issued.v1', data: { ...ordered, workOrderId: rework, round: 2, cause: 'dispatch' }, occurredAt: minuteOf(75) },
  ]),
  sla: history('sla', caseId, [
    startedClock(leadClock, 'lead', 1, 2, 30),
    { type: 'lianban.clock.rescheduled.v1', data: rescheduled(42, { status: 'held', heldUntil: minuteOf(20), cause: 'held' }), occurredAt: minuteOf(8) },
    { type: 'lianban.clock.rescheduled.v1', data: rescheduled(30, { status: 'running', heldUntil: null, cause: 'resumed' }), occurredAt: minuteOf(20) },
    { type: 'lianban.clock.warned.v1', data: { ...clock(leadClock, 'lead', 1), dueAt: minuteOf(30), warnedAt: minuteOf(25) }, occurredAt: minuteOf(25) },
    { type: 'lianban.clock.breached.v2', data: { ...clock(leadClock, 'lead', 1), dueAt: minuteOf(30) }, occurredAt: minuteOf(30) },
    { type: 'lianban.supervision.raised.v1', data: { ...clock(leadClock, 'lead', 1), supervisionId: asked, step: 'reminder', colour: 'yellow', dueAt: minuteOf(30), toTier: null }, occurredAt: minuteOf(31) },
    { type: 'lianban.clock.rescheduled.v1', data: rescheduled(90, { status: 'running', heldUntil: null, cause: 'extended' }), occurredAt: minuteOf(32) },
    { type: 'lianban.supervision.withdrawn.v1', data: { supervisionId: asked, clockId: leadClock, department: null, step: 'reminder', reason: 'corrected' }, occurredAt: minuteOf(32) },
    { type: 'lianban.clock.started.v2', data: { ...windowOf(), startedAt: minuteOf(5), dueAt: minuteOf(40), warnAt: [], provisional: false, derivation }, occurredAt: minuteOf(5) },
    { type: 'lianban.clock.lapsed.v1', data: { ...windowOf(), dueAt: minuteOf(40) }, occurredAt: minuteOf(40) },
    { type: 'lianban.clock.stopped.v2', data: { ...clock(leadClock, 'lead', 1), dueAt: minuteOf(90), stoppedAt: minuteOf(50), outcome: 'met' }, occurredAt: minuteOf(50) },
  ]),
  satisfaction: history('satisfaction', caseId, [
    { type: 'lianban.call-back.opened.v2', data: { callBackId: firstCallBack, round: 1, demandCaseId: null, lead: 'urban-management', workOrderId: lead, answeredAt: minuteOf(50), since: minuteOf(50) }, occurredAt: minuteOf(50) },
    {
      type: 'lianban.call-back.recorded.v2', occurredAt: minuteOf(60),
      data: { callBackId: firstCallBack, round: 1, demandCaseId: null, lead: 'urban-management', reached: true, resolved: true, satisfaction: 5, comment: null, unitAtFault: null, decision: 'close', reworks: 0 },
    },
    counted(60, 'urban-management', [0, 0], [1, 1], [1, 1]),
  ]),
});

/** The demand of a second case joins the lamp before its answer, that of a third for a while only; then the lamp itself is merged away and back. */
export const joinedDemand = '3e6c1a4b-9d0f-4b7a-8a5e-2f1f6f0e9b11';
const passingDemand = '3e6c1a4b-9d0f-4b7a-8a5e-2f1f6f0e9b12';
const callBackOf = (callBackId: string, demandCaseId: string | null, minute: number) => ({
  type: 'lianban.call-back.opened.v2', occurredAt: minuteOf(minute),
  data: { callBackId, round: 1, demandCaseId, lead: 'urban-management', workOrderId: lead, answeredAt: minuteOf(40), since: minuteOf(minute) },
} as const);
const outcomeOf = (callBackId: string, demandCaseId: string | null, minute: number, resolved: boolean) => ({
  type: 'lianban.call-back.recorded.v2', occurredAt: minuteOf(minute),
  data: { callBackId, round: 1, demandCaseId, lead: 'urban-management', reached: true, resolved, satisfaction: resolved ? 5 : 2, comment: null, unitAtFault: null, decision: 'close', reworks: 0 },
} as const);
export const mergedLamp = histories({
  intake: history('intake', caseId, [
    registered,
    accepted,
    { type: 'lianban.demand.joined.v1', data: { demandCaseId: joinedDemand, caseNo: 'LB20260209-000002', title: 'No light' }, occurredAt: minuteOf(10) },
    { type: 'lianban.demand.joined.v1', data: { demandCaseId: passingDemand, caseNo: 'LB20260209-000003', title: 'Another' }, occurredAt: minuteOf(45) },
    { type: 'lianban.demand.left.v1', data: { demandCaseId: passingDemand }, occurredAt: minuteOf(60) },
    { type: 'lianban.demand.left.v1', data: { demandCaseId: joinedDemand }, occurredAt: minuteOf(70) },
    { type: 'lianban.case.merged.v1', data: { intoCaseId: passingDemand, reason: 'The same lamp' }, occurredAt: minuteOf(80) },
    { type: 'lianban.case.unmerged.v1', data: { fromCaseId: passingDemand, reason: null }, occurredAt: minuteOf(90) },
  ]),
  dispatch: history('dispatch', caseId, [
    ...[...reworkedLamp.dispatch.slice(0, 2), ...reworkedLamp.dispatch.slice(6, 8)].map((event) => ({ ...event, occurredAt: event.metadata.occurredAt })),
  ]),
  sla: history('sla', caseId, [
    startedClock(contactClock, 'contact', 1, 1, 121),
    { type: 'lianban.clock.cancelled.v2', data: { ...clock(contactClock, 'contact', 1), reason: 'merged' }, occurredAt: minuteOf(80) },
    {
      type: 'lianban.clock.rescheduled.v1', occurredAt: minuteOf(90),
      data: { ...clock(contactClock, 'contact', 1), status: 'running', heldUntil: null, previousDueAt: minuteOf(121), dueAt: minuteOf(131), warnAt: [], provisional: false, cause: 'unmerged', derivation },
    },
  ]),
  satisfaction: history('satisfaction', caseId, [
    callBackOf(firstCallBack, null, 40),
    callBackOf(secondCallBack, joinedDemand, 40),
    callBackOf(passingDemand, passingDemand, 45),
    outcomeOf(secondCallBack, joinedDemand, 50, false),
    counted(50, 'urban-management', [0, 0], [0, 1], [0, 1]),
    outcomeOf(passingDemand, passingDemand, 55, true),
    counted(55, 'urban-management', [0, 0], [1, 2], [1, 2]),
    counted(60, 'urban-management', [0, 0], [0, 1], [0, 1]),
    outcomeOf(firstCallBack, null, 65, true),
    counted(65, 'urban-management', [0, 0], [1, 2], [1, 2]),
    counted(70, 'urban-management', [0, 0], [1, 1], [1, 1]),
    counted(80, 'urban-management'),
    counted(90, 'urban-management', [0, 0], [1, 1], [1, 1]),
  ]),
});
