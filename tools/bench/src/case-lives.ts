/**
 * Whole lives of cases as the services would write them, for measurements that need many of them at once: 9 commands, 22 or (breached) 23 events, from the
 * registration over an assistant and a call-back to the end; of sla's events those about the contact, the lead and the call-back. The same number makes the same life.
 */
import { createHash } from 'node:crypto';
import { maskText } from '@lianban/contracts';
import type { EventByType, EventType, Source } from '@lianban/contracts';
import type { OutboxEntry } from '@lianban/event-store';

type Step = { readonly [T in EventType]: {
  readonly source: Source;
  readonly type: T;
  readonly data: EventByType<T>['data'];
  /** Minutes after the registration. */
  readonly after: number;
  /** Made in reaction to the event before it, in the same moment. */
  readonly reaction?: true;
} }[EventType];

/** The first case's day; each later case comes a second after the one before. */
const firstDay = Date.parse('2026-02-09T00:00:00Z');

/** Ids sort by time, as those of the services do (UUID version 7). */
const idOf = (at: number, ...parts: readonly (string | number)[]): string => {
  const chance = createHash('md5').update(parts.join(' ')).digest('hex');
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-a${chance.slice(3, 6)}-${chance.slice(6, 18)}`;
};

const departments = ['urban-management', 'landscaping', 'power-supply', 'housing', 'water', 'traffic-police', 'environment', 'market-regulation'];
const territories = ['riverside-grid-01', 'riverside-grid-02', 'hillside-grid-01', 'old-town-grid-03', 'science-park-02', 'garden-estate-05'];
const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;

const stepsOf = (n: number, at: number): readonly Step[] => {
  const id = (name: string) => idOf(at, n, name);
  const time = (after: number) => new Date(at + after * 60_000).toISOString();
  const lead = pick(departments, n);
  const assist = pick(departments, n + 3);
  const [leadOrder, assistOrder, callBackId] = [id('lead'), id('assist'), id('call-back')];
  const order = { workOrderId: leadOrder, department: lead, role: 'lead', round: 1 } as const;
  const assisting = { workOrderId: assistOrder, department: assist, role: 'assist', round: 1 } as const;
  const late = n % 7 === 0;
  const clock = (kind: 'contact' | 'sign' | 'lead' | 'call-back', workOrderId: string | null = null) =>
    ({ clockId: id(`clock ${kind}`), kind, round: 1, milestone: null, workOrderId, department: workOrderId === null ? null : lead });
  const derivation = (start: number, amount: number) => ({
    policy: { id: 'lead-general', effectiveFrom: '2007-01-01T00:00:00+08:00' }, calendarVersion: 'cn-2026.1', matched: [], calendarUnit: null, extensions: [], held: [], holidays: [], makeUpDays: [], extensionCap: null, start: time(start),
    limit: { kind: 'working', amount, unit: 'hours' } as const,
  });
  const started = (kind: Parameters<typeof clock>[0], after: number, hours: number, workOrderId: string | null = null): Step => ({
    source: 'sla', type: 'lianban.clock.started.v2', after, reaction: true,
    data: { ...clock(kind, workOrderId), startedAt: time(after), dueAt: time(after + hours * 60), warnAt: [], provisional: false, derivation: derivation(after, hours) },
  });
  const stopped = (kind: Parameters<typeof clock>[0], start: number, hours: number, after: number, workOrderId: string | null = null): Step => ({
    source: 'sla', type: 'lianban.clock.stopped.v2', after, reaction: true,
    data: { ...clock(kind, workOrderId), dueAt: time(start + hours * 60), stoppedAt: time(after), outcome: after > start + hours * 60 ? 'late' : 'met' },
  });
  const answered = late ? 9_000 : 1_500;
  return [
    { source: 'intake', type: 'lianban.case.registered.v1', after: 0, data: {
      caseNo: `LB20260209-${String(n).padStart(7, '0')}`, title: maskText(`小区东门路灯不亮 ${n}`), channel: 'grid', category: null, territory: pick(territories, n), location: maskText('东门外'),
      description: maskText('东门外的路灯已经一个星期不亮了，晚上老人和孩子出行不便，请尽快派人维修。居民多次向物业反映没有结果。'),
      requester: { kind: 'resident', ref: id('requester') }, urgency: 'normal' } },
    started('contact', 0, 2),
    { source: 'intake', type: 'lianban.case.contacted.v1', after: 20, data: { note: maskText('已电话联系，约定周二上门查看。') } },
    stopped('contact', 0, 2, 20),
    { source: 'intake', type: 'lianban.case.accepted.v1', after: 35, data: { level: 'general', category: '城乡建设/城市建设和市政管理/城市公共设施', greenChannel: false } },
    started('lead', 35, 40),
    { source: 'dispatch', type: 'lianban.case.dispatched.v1', after: 60, data: { round: 1, lead, assist: [assist], note: null } },
    { source: 'dispatch', type: 'lianban.work-order.issued.v1', after: 60, reaction: true, data: { ...order, cause: 'dispatch' } },
    { source: 'dispatch', type: 'lianban.work-order.issued.v1', after: 60, reaction: true, data: { ...assisting, cause: 'dispatch' } },
    started('sign', 60, 4, leadOrder),
    { source: 'dispatch', type: 'lianban.work-order.signed.v1', after: 110, data: { ...order, note: null } },
    stopped('sign', 60, 4, 110, leadOrder),
    { source: 'dispatch', type: 'lianban.work-order.completed.v1', after: 400, data: { ...assisting, result: maskText('已确认电缆走向，无绿化障碍。'), withoutAssistants: null } },
    { source: 'dispatch', type: 'lianban.work-order.progressed.v1', after: 600, data: { ...order, note: maskText('照明中心已订购配件，预计两天内到货。') } },
    { source: 'dispatch', type: 'lianban.work-order.completed.v1', after: answered, data: { ...order, result: maskText('路灯已更换并于当晚测试，亮灯正常。'), withoutAssistants: null } },
    { source: 'dispatch', type: 'lianban.case.answered.v1', after: answered, reaction: true, data: { workOrderId: leadOrder, round: 1, lead, result: maskText('路灯已更换并于当晚测试，亮灯正常。') } },
    ...(late ? [{ source: 'sla', type: 'lianban.clock.breached.v2', after: 35 + 40 * 60, data: { ...clock('lead'), dueAt: time(35 + 40 * 60) } } as const] : []),
    stopped('lead', 35, 40, answered),
    { source: 'satisfaction', type: 'lianban.call-back.opened.v2', after: answered, reaction: true, data: { callBackId, round: 1, demandCaseId: null, lead, workOrderId: leadOrder, answeredAt: time(answered), since: time(answered) } },
    started('call-back', answered, 24),
    { source: 'satisfaction', type: 'lianban.call-back.recorded.v2', after: answered + 600, data: {
      callBackId, round: 1, demandCaseId: null, lead, reached: true, resolved: n % 11 !== 0, satisfaction: 1 + (n % 5), comment: null, unitAtFault: null, decision: 'close', reworks: 0 } },
    stopped('call-back', answered, 24, answered + 600),
    { source: 'intake', type: 'lianban.case.closed.v1', after: answered + 600, reaction: true, data: { callBackId, round: 1 } },
  ];
};

/** One case's events in the order in which they were written; `registered` in epoch milliseconds. */
export const lifeOf = (n: number, registered = firstDay + n * 1_000): OutboxEntry[] => {
  const caseId = idOf(registered, n, 'case');
  const versions = new Map<Source, number>();
  let cause = '';
  return stepsOf(n, registered).map(({ source, type, data, after, reaction }, index): OutboxEntry => {
    const at = registered + after * 60_000;
    const streamVersion = (versions.get(source) ?? 0) + 1;
    versions.set(source, streamVersion);
    const id = idOf(at, n, index);
    const correlationId = idOf(at, n, 'correlation', after);
    const causationId = reaction ? cause : correlationId;
    cause = id;
    return {
      source, streamId: caseId, streamVersion, id, type, data, occurredAt: new Date(at).toISOString(), recordedAt: new Date(at + 15).toISOString(), correlationId, causationId,
      actor: reaction ? { id: source, role: 'system', department: null, territory: null } : { id: `operator-${n % 40}`, role: 'operator', department: pick(departments, n), territory: null },
      xid: '0', position: '0',
    };
  });
};

/** Small and repeatable; a measurement needs no better chance. */
const chanceFrom = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

export interface CaseLivesOptions {
  readonly open?: number;
  readonly atOnce?: number;
  readonly first?: number;
  /** When a case was registered, in epoch milliseconds; a second after the one before if not given. */
  readonly registeredAt?: (n: number) => number;
}

/**
 * The events of `count` cases, of which `open` live at a time and take turns by chance, as in a topic; in lists of about `atOnce`.
 * Within a case the order is that of its life.
 */
export function* caseLives(count: number, { open = 500, atOnce = 2_000, first = 0, registeredAt }: CaseLivesOptions = {}): Generator<OutboxEntry[]> {
  const chance = chanceFrom(count + first);
  const living: OutboxEntry[][] = [];
  let next = first;
  let events: OutboxEntry[] = [];
  for (;;) {
    while (living.length < open && next < first + count) {
      living.push(lifeOf(next, registeredAt?.(next)).reverse());
      next += 1;
    }
    if (living.length === 0) break;
    const at = Math.floor(chance() * living.length);
    const life = living[at] as OutboxEntry[];
    // A command's event comes with what follows from it, more often than not.
    for (let some = 1 + Math.floor(chance() * 4); some > 0 && life.length > 0; some -= 1) events.push(life.pop() as OutboxEntry);
    if (life.length === 0) {
      living[at] = living[living.length - 1] as OutboxEntry[];
      living.pop();
    }
    if (events.length >= atOnce) {
      yield events;
      events = [];
    }
  }
  if (events.length > 0) yield events;
}
