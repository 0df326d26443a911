/** A sound run of one case, for tests that break it in one place. */
import type { Source } from '@lianban/contracts';
import { illegalConstruction } from './history.js';
import type { Attempt, History, Operation, PublishedEvent, StoredEvent } from './history.js';

const caseId = 'case-1';
const at = (minute: number) => new Date(Date.UTC(2026, 1, 9, 1, minute)).toISOString();
const due = at(300);

type Data = StoredEvent['data'];
type Told = readonly (readonly [source: Source, cause: string, minute: number, type: string, data: Data])[];
const clockOf = (clockId: string, kind: string, round = 1, workOrderId: string | null = null, milestone: string | null = null): Data => ({ clockId, kind, round, milestone, workOrderId, department: null, dueAt: due, warnAt: [at(200)] });
const contact = clockOf('cl-1', 'contact');

/** From the start of the lead's clock, `from` minutes after the registration, to the closing. */
const handled = (round: number, from: number): Told => {
  const named = (word: string, number = '') => `${word}-${round === 1 ? '' : round}${number}`;
  const [workOrderId, callBackId] = [`wo-${round}`, `cb-${round}`];
  const order: Data = { workOrderId, department: 'housing', role: 'lead', round, cause: 'dispatch' };
  const clocks = { lead: clockOf(named('cl', '2'), 'lead', round), window: clockOf(named('cl', '5'), 'return-window', round, workOrderId), sign: clockOf(named('cl', '3'), 'sign', round, workOrderId), callBack: clockOf(named('cl', '4'), 'call-back', round) };
  const by = (command: string) => `op-${command}${round === 1 ? '' : round}`;
  return [
    ['sla', 'system', from, 'clock.started', clocks.lead],
    ['dispatch', by('dispatch'), from + 1, 'case.dispatched', { lead: 'housing', round }],
    ['dispatch', by('dispatch'), from + 1, 'work-order.issued', order],
    ['sla', 'system', from + 1, 'clock.started', clocks.sign],
    ['sla', 'system', from + 1, 'clock.started', clocks.window],
    ['dispatch', by('sign'), from + 2, 'work-order.signed', order],
    ['sla', 'system', from + 2, 'clock.stopped', { ...clocks.sign, stoppedAt: at(from + 2), outcome: 'met' }],
    ['dispatch', by('complete'), from + 3, 'work-order.completed', order],
    ['dispatch', by('complete'), from + 3, 'case.answered', { workOrderId, round, lead: 'housing' }],
    ['sla', 'system', from + 3, 'clock.stopped', { ...clocks.window, stoppedAt: at(from + 3), outcome: 'met' }],
    ['sla', 'system', from + 3, 'clock.stopped', { ...clocks.lead, stoppedAt: at(from + 3), outcome: 'met' }],
    ['satisfaction', 'system', from + 3, 'call-back.opened', { callBackId, round, demandCaseId: null, lead: 'housing', workOrderId, answeredAt: at(from + 3), since: at(from + 3) }],
    ['sla', 'system', from + 3, 'clock.started', clocks.callBack],
    ['satisfaction', by('outcome'), from + 4, 'call-back.recorded', { callBackId, round, demandCaseId: null, lead: 'housing', decision: 'close', reached: true, resolved: true, satisfaction: 5 }],
    ['sla', 'system', from + 4, 'clock.stopped', { ...clocks.callBack, stoppedAt: at(from + 4), outcome: 'met' }],
    ['intake', 'system', from + 4, 'case.closed', { callBackId, round }],
  ];
};

const told: Told = [
  ['intake', 'op-register', 0, 'case.registered', { caseNo: '1' }],
  ['sla', 'system', 0, 'clock.started', contact],
  ['intake', 'op-contact', 1, 'case.contacted', { note: null }],
  ['sla', 'system', 1, 'clock.stopped', { ...contact, stoppedAt: at(1), outcome: 'met' }],
  ['intake', 'op-accept', 2, 'case.accepted', { level: 'simple' }],
  ...handled(1, 2),
];
const reopened: Told = [...told, ['intake', 'op-reopen', 10, 'case.reopened', { reason: 'again' }], ...handled(2, 10)];

/** Those it has are given; none of them is reached but the first. */
const withMilestones = (names: readonly string[]): Told => told.flatMap((row): Told => {
  const clock = (name: string) => clockOf(`cl-${name}`, 'milestone', 1, null, name);
  switch (row[3]) {
    case 'case.accepted': return [[row[0], row[1], row[2], row[3], { ...row[4], category: illegalConstruction.category }], ...names.map((name) => ['sla', 'system', 2, 'clock.started', clock(name)] as const)];
    case 'work-order.signed': return [row, ['dispatch', 'op-milestones', 4, 'milestone.reached', { milestone: names[0], workOrderId: 'wo-1', round: 1 }], ['sla', 'system', 4, 'clock.stopped', { ...clock(names[0] ?? ''), outcome: 'met' }]];
    case 'case.closed': return [row, ...names.slice(1).map((name) => ['sla', 'system', 6, 'clock.cancelled', clock(name)] as const)];
    default: return [row];
  }
});

const stored = (rows: Told): StoredEvent[] => {
  const versions = new Map<Source, number>();
  return rows.map(([source, cause, minute, type, data]) => {
    const version = (versions.get(source) ?? 0) + 1;
    versions.set(source, version);
    return { source, streamId: caseId, version, id: `${source}-${version}`, type: `lianban.${type}.v${/^(clock\.[^rwl]|call-back)/.test(type) ? 2 : 1}`, data, occurredAt: at(minute), causationId: cause, bySystem: cause === 'system' };
  });
};

export const soundEvents = (): StoredEvent[] => stored(told);
/** Closed, opened again, and closed again. */
export const reopenedEvents = (): StoredEvent[] => stored(reopened);
/** Another demand joins it before the answer; its requester is asked too, a minute later. */
export const joinedEvents = (): StoredEvent[] => stored(told.flatMap((row): Told => {
  const [, , minute, type, data] = row;
  const joined = { demandCaseId: 'joined', callBackId: 'cb-joined' };
  const clock = clockOf('cl-joined', 'call-back', 1, null);
  switch (type) {
    case 'case.accepted': return [row, ['intake', 'op-merge', minute, 'demand.joined', { demandCaseId: 'joined' }]];
    case 'call-back.opened': return [row, ['satisfaction', 'system', minute, type, { ...data, ...joined }], ['sla', 'system', minute, 'clock.started', clock]];
    case 'call-back.recorded': return [row, ['satisfaction', 'op-outcome-joined', minute + 1, type, { ...data, ...joined }], ['sla', 'system', minute + 1, 'clock.stopped', { ...clock, stoppedAt: at(minute + 1), outcome: 'met' }]];
    default: return [row];
  }
}));
/** Nobody has done anything about it since it was accepted on a Monday: its lead's clock was warned of, breached, and supervised on Tuesday and, make-up day and all, on Saturday. */
export const overdueEvents = (): StoredEvent[] => {
  const lead = clockOf('cl-2', 'lead');
  const raised = (step: string, minute: number) => ['sla', 'system', minute, 'supervision.raised', { ...lead, supervisionId: `su-${step}`, step, colour: 'red', toTier: null }] as const;
  return stored([
    ...told.slice(0, 6), ['sla', 'system', 200, 'clock.warned', { ...lead, warnedAt: at(200) }], ['sla', 'system', 300, 'clock.breached', lead],
    raised('reminder', 24 * 60), raised('criticism', 5 * 24 * 60 + 510),
  ]);
};
export const eventsWithMilestones = (): StoredEvent[] => stored(withMilestones(illegalConstruction.milestones));

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
