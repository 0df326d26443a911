/**
 * Whole lives of cases in the shape the services write them, for filling a topic with millions. Ids and times are placeholders of fixed length, so that
 * a life can be turned into bytes once and only those places be written anew for each case.
 */
import { readEvent, type Actor, type ClockKind, type LianbanEvent, type Source } from '@lianban/contracts';
import type { OutboxEntry } from '@lianban/event-store';

/** Days after the registration on which something happens; between two of them other cases' events come in between. */
export const stageDays = [0, 1, 3, 6, 7] as const;

/** One life as it would be read from the four stores, in the order of its topic. */
export interface Life {
  /** By stage: what happens on that day. */
  readonly stages: readonly (readonly OutboxEntry[])[];
  readonly events: number;
}

/** `role` tells the ids of one case apart (0–4095). */
const id = (role: number): string => `ffffffff-ffff-7${role.toString(16).padStart(3, '0')}-8fff-ffffffffffff`;
/** Day after the registration, and time of that day. */
const at = (day: number, time: string): string => `9999-12-${String(day + 1).padStart(2, '0')}T${time}:59.999Z`;

export const idPlace = /ffffffff-ffff-7([0-9a-f]{3})-8fff-ffffffffffff/g;
export const timePlace = /9999-12-(\d\d)T(\d\d:\d\d):59\.999Z/g;
export const caseNumberPlace = /LB99991231-9999999/g;

const caseId = id(0);
const workOrderId = id(1);
const callBackId = id(2);
const clockId = { contact: id(3), lead: id(4), sign: id(5), 'call-back': id(6) };

interface Step { readonly day: number; readonly time: string; readonly source: Source; readonly event: LianbanEvent; readonly actor: Actor }

const system: Actor = { id: 'system', role: 'system', department: null, territory: null };
const desk: Actor = { id: 'intake-desk-03', role: 'intake', department: null, territory: null };
const coordinator: Actor = { id: 'coordinator-01', role: 'coordinator', department: null, territory: null };

const started = (kind: keyof typeof clockId, department: string | null, startedAt: string, dueAt: string): LianbanEvent => ({
  type: 'lianban.clock.started.v2',
  data: {
    clockId: clockId[kind], kind: kind satisfies ClockKind, round: 1, milestone: null, workOrderId: kind === 'sign' ? workOrderId : null, department, startedAt, dueAt, warnAt: [], provisional: false,
    derivation: { policy: { id: `${kind}-general`, effectiveFrom: '2007-01-01T00:00:00+08:00' }, calendarVersion: 'cn-2026.1', matched: [], calendarUnit: null, extensions: [], held: [], holidays: [], makeUpDays: [], extensionCap: null, start: startedAt, limit: { kind: 'working', amount: 5, unit: 'days' } },
  },
});
const stopped = (kind: keyof typeof clockId, department: string | null, dueAt: string, stoppedAt: string): LianbanEvent => ({
  type: 'lianban.clock.stopped.v2',
  data: { clockId: clockId[kind], kind, round: 1, milestone: null, workOrderId: kind === 'sign' ? workOrderId : null, department, dueAt, stoppedAt, outcome: 'met' },
});

/** What a demand, an answer and a comment of usual length say. */
const demand = '小区东门的路灯已经连续一周不亮，晚上回家路上很黑，老人和孩子经过时很不安全。之前向物业反映过两次，物业说路灯属于市政设施，让我们打热线。请尽快派人查看维修，并告知处理进度。';
const answer = '经现场核实，该处三盏路灯因电缆老化断电，已于当日更换电缆并恢复照明，同时安排每周巡查。已电话告知诉求人处理结果，诉求人表示认可。';

const stepsOf = (department: string, territory: string, category: string): Step[] => {
  const operator: Actor = { id: `operator-${department}`, role: 'operator', department, territory: null };
  const agent: Actor = { id: 'callback-agent-07', role: 'callback', department: null, territory: null };
  const contactDue = at(0, '04:10');
  const signDue = at(1, '05:00');
  const leadDue = at(8, '09:30');
  const callBackDue = at(9, '09:30');
  const order = { workOrderId, department, role: 'lead', round: 1 } as const;
  const happens = (source: Source, actor: Actor, day: number, time: string, ...events: LianbanEvent[]): Step[] => events.map((event) => ({ day, time, source, event, actor }));
  return [
    ...happens('intake', desk, 0, '02:10', {
      type: 'lianban.case.registered.v1',
      data: {
        caseNo: 'LB99991231-9999999', title: '东门路灯不亮', description: demand, channel: 'hotline', category, territory, location: '东门外人行道第三根灯杆',
        requester: { kind: 'resident', ref: id(7) }, urgency: 'normal',
      },
    }),
    ...happens('sla', system, 0, '02:10', started('contact', null, at(0, '02:10'), contactDue)),
    ...happens('intake', desk, 0, '02:40', { type: 'lianban.case.contacted.v1', data: { note: '已电话联系，核对位置' } }),
    ...happens('sla', system, 0, '02:40', stopped('contact', null, contactDue, at(0, '02:40'))),
    ...happens('intake', desk, 0, '02:50', { type: 'lianban.case.accepted.v1', data: { level: 'general', category, greenChannel: false } }),
    ...happens('sla', system, 0, '02:50', started('lead', null, at(0, '02:50'), leadDue)),
    ...happens('dispatch', coordinator, 1, '01:20',
      { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: department, assist: [], note: null } },
      { type: 'lianban.work-order.issued.v1', data: { ...order, cause: 'dispatch' } }),
    ...happens('sla', system, 1, '01:20', started('sign', department, at(1, '01:20'), signDue)),
    ...happens('dispatch', operator, 1, '02:30', { type: 'lianban.work-order.signed.v1', data: { ...order, note: null } }),
    ...happens('sla', system, 1, '02:30', stopped('sign', department, signDue, at(1, '02:30'))),
    ...happens('dispatch', operator, 3, '06:15', { type: 'lianban.work-order.progressed.v1', data: { ...order, note: '已派养护队现场查看，需更换电缆，正在备料' } }),
    ...happens('dispatch', operator, 6, '07:45',
      { type: 'lianban.work-order.completed.v1', data: { ...order, result: answer, withoutAssistants: null } },
      { type: 'lianban.case.answered.v1', data: { workOrderId, round: 1, lead: department, result: answer } }),
    ...happens('sla', system, 6, '07:45', stopped('lead', null, leadDue, at(6, '07:45')), started('call-back', null, at(6, '07:45'), callBackDue)),
    ...happens('satisfaction', system, 6, '07:45', { type: 'lianban.call-back.opened.v2', data: { callBackId, round: 1, demandCaseId: null, lead: department, workOrderId, answeredAt: at(6, '07:45'), since: at(6, '07:45') } }),
    ...happens('satisfaction', agent, 7, '03:05', {
      type: 'lianban.call-back.recorded.v2',
      data: { callBackId, round: 1, demandCaseId: null, lead: department, reached: true, resolved: true, satisfaction: 5, comment: '处理及时，灯已经亮了', unitAtFault: null, decision: 'close', reworks: 0 },
    }),
    ...happens('sla', system, 7, '03:05', stopped('call-back', null, callBackDue, at(7, '03:05'))),
    ...happens('intake', system, 7, '03:05', { type: 'lianban.case.closed.v1', data: { callBackId, round: 1 } }),
  ];
};

/** A life that nine commands make: register, contact, accept, dispatch, sign, progress, complete, call back; the closing follows by itself. */
export const lifeOf = (department: string, territory: string, category: string): Life => {
  const versions = new Map<Source, number>();
  let eventRole = 16;
  const entries = stepsOf(department, territory, category).map(({ day, time, source, event, actor }) => {
    readEvent(event.type, event.data);
    const streamVersion = (versions.get(source) ?? 0) + 1;
    versions.set(source, streamVersion);
    const happened = at(day, time);
    const entry: OutboxEntry = {
      xid: '0', position: '0', source, streamId: caseId, streamVersion, id: id(eventRole++), type: event.type, data: event.data,
      occurredAt: happened, recordedAt: happened, correlationId: id(8 + day), causationId: id(8 + day), actor,
    };
    return { day, entry };
  });
  return { stages: stageDays.map((day) => entries.filter((each) => each.day === day).map(({ entry }) => entry)), events: entries.length };
};
