/** A sound run of one case, for tests that break it in one place. */
import type { Source } from '@lianban/contracts';
import type { Attempt, History, Operation, PublishedEvent, StoredEvent } from './history.js';

const caseId = 'case-1';
const at = (minute: number) => new Date(Date.UTC(2026, 1, 9, 1, minute)).toISOString();
const due = at(300);

type Data = StoredEvent['data'];
const order: Data = { workOrderId: 'wo-1', department: 'housing', role: 'lead', round: 1, cause: 'dispatch' };
const clockOf = (clockId: string, kind: string, workOrderId: string | null): Data => ({ clockId, kind, round: 1, workOrderId, department: null, dueAt: due });
const clocks = { contact: clockOf('cl-1', 'contact', null), lead: clockOf('cl-2', 'lead', null), sign: clockOf('cl-3', 'sign', 'wo-1'), callBack: clockOf('cl-4', 'call-back', null) };

const told: readonly (readonly [source: Source, cause: string, minute: number, type: string, data: Data])[] = [
  ['intake', 'op-register', 0, 'case.registered', { caseNo: '1' }],
  ['sla', 'system', 0, 'clock.started', clocks.contact],
  ['intake', 'op-contact', 1, 'case.contacted', { note: null }],
  ['sla', 'system', 1, 'clock.stopped', { ...clocks.contact, stoppedAt: at(1), outcome: 'met' }],
  ['intake', 'op-accept', 2, 'case.accepted', { level: 'simple' }],
  ['sla', 'system', 2, 'clock.started', clocks.lead],
  ['dispatch', 'op-dispatch', 3, 'case.dispatched', { lead: 'housing', round: 1 }],
  ['dispatch', 'op-dispatch', 3, 'work-order.issued', order],
  ['sla', 'system', 3, 'clock.started', clocks.sign],
  ['dispatch', 'op-sign', 4, 'work-order.signed', order],
  ['sla', 'system', 4, 'clock.stopped', { ...clocks.sign, stoppedAt: at(4), outcome: 'met' }],
  ['dispatch', 'op-complete', 5, 'work-order.completed', order],
  ['dispatch', 'op-complete', 5, 'case.answered', { workOrderId: 'wo-1', round: 1, lead: 'housing' }],
  ['sla', 'system', 5, 'clock.stopped', { ...clocks.lead, stoppedAt: at(5), outcome: 'met' }],
  ['satisfaction', 'system', 5, 'call-back.opened', { callBackId: 'cb-1', round: 1, lead: 'housing', workOrderId: 'wo-1', answeredAt: at(5) }],
  ['sla', 'system', 5, 'clock.started', clocks.callBack],
  ['satisfaction', 'op-outcome', 6, 'call-back.recorded', { callBackId: 'cb-1', round: 1, lead: 'housing', decision: 'close', reached: true, resolved: true, satisfaction: 5 }],
  ['sla', 'system', 6, 'clock.stopped', { ...clocks.callBack, stoppedAt: at(6), outcome: 'met' }],
  ['intake', 'system', 6, 'case.closed', { callBackId: 'cb-1', round: 1 }],
];

export const soundEvents = (): StoredEvent[] => {
  const versions = new Map<Source, number>();
  return told.map(([source, cause, minute, type, data]) => {
    const version = (versions.get(source) ?? 0) + 1;
    versions.set(source, version);
    return { source, streamId: caseId, version, id: `${source}-${version}`, type: `lianban.${type}.v${type.startsWith('clock.') ? 2 : 1}`, data, occurredAt: at(minute), causationId: cause, bySystem: cause === 'system' };
  });
};

export const publishedOf = (events: readonly StoredEvent[]): PublishedEvent[] =>
  events.map(({ source, streamId, version, id }, offset) => ({ source, streamId, version, id, partition: 3, offset }));

const answered = (status: number, etag?: string): Attempt => ({ sentAt: 1, endedAt: 2, answer: { status, ...(etag ? { etag } : {}) } });
export const noAnswer: Attempt = { sentAt: 1, endedAt: 2 };
export const refusal: Attempt = { sentAt: 1, endedAt: 2, answer: { status: 409, code: 'state-conflict' } };

const operation = (command: Operation['command'], subject: string | undefined, etag: string): Operation =>
  ({ id: `op-${command}`, command, ...(subject ? { subject } : {}), attempts: [answered(200, `"${etag}"`)] });

export const soundHistory = (): History => ({
  operations: [
    operation('register', undefined, 'intake-1'), operation('contact', caseId, 'intake-2'), operation('accept', caseId, 'intake-3'),
    operation('dispatch', caseId, 'dispatch-2'), operation('sign', 'wo-1', 'dispatch-3'), operation('complete', 'wo-1', 'dispatch-5'),
    operation('outcome', 'cb-1', 'satisfaction-2'),
  ],
  reads: [{ at: 0, caseId, known: { intake: 3, dispatch: 5 }, shown: { intake: 3, dispatch: 5, sla: 2 } }],
});

/** When everything of the sample is past, and nothing of it was due. */
export const afterwards = Date.parse(at(60));
