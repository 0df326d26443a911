/** Lives of cases as the services would write them, for filling a topic with millions: the same life with other ids and later times. */
import { maskText, readEvent, type Actor, type EventEnvelope, type LianbanEvent, type Source } from '@lianban/contracts';
import type { OutboxEntry } from '@lianban/event-store';
import { evolve, evolveFacts, factEventTypes, fire, initialFacts, initialState, react, shippedPolicies, type ClockEvent, type FactEvent } from '@lianban/sla/decider';
import { calendarBook, shippedCalendars } from '@lianban/working-time';

/** What happens on one day; between two of them other cases' events come in between. */
export interface Stage {
  /** After the registration. */
  readonly day: number;
  readonly entries: readonly OutboxEntry[];
}

/** One life as it would be read from the four stores, in the order of its topic. */
export type Life = readonly Stage[];

/** `role` tells the ids of one case apart (0–4095). */
const id = (role: number): string => `ffffffff-ffff-7${role.toString(16).padStart(3, '0')}-8fff-ffffffffffff`;
/** A Monday of a week without holidays. */
export const registeredOn = Date.parse('2026-03-02T02:10:00Z');
const at = (day: number, time: string): string => new Date(Date.parse(`2026-03-02T${time}:00Z`) + day * 86_400_000).toISOString();
const dayOf = (instant: string): number => Math.floor((Date.parse(instant) - Date.parse('2026-03-02')) / 86_400_000);

export const caseNumber = 'LB99991231-9999999';
/** All that differs from case to case: its ids, the moments of its life, its number. */
export const places = new RegExp(`ffffffff-ffff-7([0-9a-f]{3})-8fff-ffffffffffff|2026-\\d\\d-\\d\\dT[\\d:.]+(?:Z|\\+08:00)|${caseNumber}`, 'g');

const caseId = id(0);
const workOrderId = id(1);
const callBackId = id(2);
/** From here on, by day; from there on, clocks and supervision; from there on, events. */
const [commandRole, clockRole, eventRole] = [8, 64, 128];

interface Step { readonly at: string; readonly source: Source; readonly event: LianbanEvent; readonly actor: Actor }

const system: Actor = { id: 'system', role: 'system', department: null, territory: null };
const desk: Actor = { id: 'intake-desk-03', role: 'intake', department: null, territory: null };
const coordinator: Actor = { id: 'coordinator-01', role: 'coordinator', department: null, territory: null };
const agent: Actor = { id: 'callback-agent-07', role: 'callback', department: null, territory: null };

/** What a demand, an answer and a comment of usual length say. */
const demand = maskText('小区东门的路灯已经连续一周不亮，晚上回家路上很黑，老人和孩子经过时很不安全。之前向物业反映过两次，物业说路灯属于市政设施，让我们打热线。请尽快派人查看维修，并告知处理进度。');
const answer = maskText('经现场核实，该处三盏路灯因电缆老化断电，已于当日更换电缆并恢复照明，同时安排每周巡查。已电话告知诉求人处理结果，诉求人表示认可。');

const happens = (source: Source, actor: Actor, day: number, time: string, ...events: LianbanEvent[]): Step[] => events.map((event) => ({ at: at(day, time), source, event, actor }));

/** What satisfaction says the case counts. Its month is that of the first life; no reader takes it from here. */
const counted = (day: number, time: string, department: string | null, calledBack: 0 | 1): Step[] => {
  const shares = { response: { numerator: 1, denominator: 1 }, resolution: { numerator: calledBack, denominator: calledBack }, satisfaction: { numerator: calledBack, denominator: calledBack } };
  return happens('satisfaction', system, day, time, { type: 'lianban.case.counted.v1', data: { period: '2026-03', department, formula: 'three-rates.v2', ...shares } });
};

/** As far as the progress that its department reports: register, contact, accept, dispatch, sign, progress. */
const begun = (department: string, territory: string, category: string): Step[] => {
  const operator: Actor = { id: `operator-${department}`, role: 'operator', department, territory: null };
  const order = { workOrderId, department, role: 'lead', round: 1 } as const;
  return [
    ...happens('intake', desk, 0, '02:10', {
      type: 'lianban.case.registered.v1',
      data: {
        caseNo: caseNumber, title: maskText('东门路灯不亮'), description: demand, channel: 'hotline', category, territory, location: maskText('东门外人行道第三根灯杆'),
        requester: { kind: 'resident', ref: id(7) }, urgency: 'normal',
      },
    }),
    ...happens('intake', desk, 0, '02:40', { type: 'lianban.case.contacted.v1', data: { note: maskText('已电话联系，核对位置') } }),
    ...counted(0, '02:40', null, 0),
    ...happens('intake', desk, 0, '02:50', { type: 'lianban.case.accepted.v1', data: { level: 'general', category, greenChannel: false } }),
    ...happens('dispatch', coordinator, 1, '01:20',
      { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: department, assist: [], note: null } },
      { type: 'lianban.work-order.issued.v1', data: { ...order, cause: 'dispatch' } }),
    ...counted(1, '01:20', department, 0),
    ...happens('dispatch', operator, 1, '02:30', { type: 'lianban.work-order.signed.v1', data: { ...order, note: null } }),
    ...happens('dispatch', operator, 2, '06:15', { type: 'lianban.work-order.progressed.v1', data: { ...order, note: maskText('已派养护队现场查看，需更换电缆，正在备料') } }),
  ];
};

/** And from there to its end: complete, call back. */
const ended = (department: string): Step[] => {
  const operator: Actor = { id: `operator-${department}`, role: 'operator', department, territory: null };
  return [
    ...happens('dispatch', operator, 3, '07:45',
      { type: 'lianban.work-order.completed.v1', data: { workOrderId, department, role: 'lead', round: 1, result: answer, withoutAssistants: null } },
      { type: 'lianban.case.answered.v1', data: { workOrderId, round: 1, lead: department, result: answer } }),
    ...happens('satisfaction', system, 3, '07:45',
      { type: 'lianban.call-back.opened.v2', data: { callBackId, round: 1, demandCaseId: null, lead: department, workOrderId, answeredAt: at(3, '07:45'), since: at(3, '07:45') } }),
    ...happens('satisfaction', agent, 4, '03:05', {
      type: 'lianban.call-back.recorded.v2',
      data: { callBackId, round: 1, demandCaseId: null, lead: department, reached: true, resolved: true, satisfaction: 5, comment: maskText('处理及时，灯已经亮了'), unitAtFault: null, decision: 'close', reworks: 0 },
    }),
    ...counted(4, '03:05', department, 1),
    ...happens('intake', system, 4, '03:05', { type: 'lianban.case.closed.v1', data: { callBackId, round: 1 } }),
  ];
};

const rules = { policies: shippedPolicies, calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) };

const isFact = (event: EventEnvelope): event is EventEnvelope<FactEvent> => (factEventTypes as readonly string[]).includes(event.type);

/** With what sla says to it: its own decider, under the rules it ships with. */
const withClocks = (steps: readonly Step[], until: string): Step[] => {
  const roles = new Map<string, number>();
  const idOf = (...words: readonly unknown[]) => {
    const name = words.join(' ');
    roles.set(name, roles.get(name) ?? clockRole + roles.size);
    return id(roles.get(name) ?? 0);
  };
  const ids = { clock: idOf, supervision: idOf };
  let state = initialState;
  let facts = initialFacts;
  const told = (events: readonly (ClockEvent & { readonly occurredAt?: string })[], now: string): Step[] => {
    state = events.reduce(evolve, state);
    return events.map(({ occurredAt, ...event }) => ({ at: occurredAt ?? now, source: 'sla' as const, event, actor: system })).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  };
  const inTime = (now: string) => told(fire(state, facts, rules, now, state.clocks.map(({ clockId }) => clockId), ids), now);
  return [...steps.flatMap((step) => {
    const before = inTime(step.at);
    const metadata = { id: caseId, source: step.source, streamId: caseId, streamVersion: 1, occurredAt: step.at, recordedAt: step.at, correlationId: caseId, causationId: caseId, actor: step.actor };
    const event: EventEnvelope = { ...step.event, metadata };
    if (!isFact(event)) return [...before, step];
    facts = evolveFacts(facts, event);
    return [...before, step, ...told(react(state, facts, rules, ids), step.at)];
  }), ...inTime(until)];
};

const stagesOf = (steps: readonly Step[]): Life => {
  const versions = new Map<Source, number>();
  const entries = steps.map(({ at: happened, source, event, actor }, index): Stage['entries'][number] & { readonly day: number } => {
    readEvent(event.type, event.data);
    const streamVersion = (versions.get(source) ?? 0) + 1;
    versions.set(source, streamVersion);
    const day = dayOf(happened);
    return {
      day, xid: '0', position: '0', source, streamId: caseId, streamVersion, id: id(eventRole + index), type: event.type, data: event.data, occurredAt: happened, recordedAt: happened,
      correlationId: id(commandRole + day), causationId: id(commandRole + day), actor,
    };
  });
  return [...new Set(entries.map(({ day }) => day))].map((day) => ({ day, entries: entries.filter((entry) => entry.day === day).map(({ day: _, ...entry }) => entry) }));
};

/** A life that eight commands make: register, contact, accept, dispatch, sign, progress, complete, call back; the clocks and the closing follow by themselves. */
export const wholeLife = (department: string, territory: string, category: string): Life =>
  stagesOf(withClocks([...begun(department, territory, category), ...ended(department)], at(30, '00:00')));

/** Of a case that lies with its department after six of them: warned, overdue, and supervised in three steps. */
export const stuckLife = (department: string, territory: string, category: string): Life =>
  stagesOf(withClocks(begun(department, territory, category), at(30, '00:00')));
