/** The services' own tables, held against rows made afresh from the events: what a rebuild from zero would give. */
import { countsOf, departmentOf, lastOutcome, periodOf, type ContactStatus, type RecordedOutcome } from '@lianban/scoring';
import { demandsOf, runningUntil } from './check-reactions.js';
import { grouped, type Row, type ServiceRows, type StoredEvent, type Violation } from './history.js';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const instant = (value: unknown): string | null => (typeof value === 'string' ? new Date(value).toISOString() : null);

export const rowsFromEvents = (events: readonly StoredEvent[]): ServiceRows => {
  const cases = [...grouped(events, ({ streamId }) => streamId)].map(([caseId, list]) => ({ caseId, list: [...list].sort((a, b) => a.version - b.version) }));
  return {
    workOrders: cases.flatMap(({ caseId, list }) => workOrders(caseId, list)),
    callBacks: cases.flatMap(({ caseId, list }) => callBacks(caseId, list)),
    timers: cases.flatMap(({ caseId, list }) => timers(caseId, list)),
    rates: cases.flatMap(({ caseId, list }) => rate(caseId, list)),
  };
};

/** Every due time a clock was given; the last that fits counts. */
const dueTimes = (events: readonly StoredEvent[]) =>
  events.filter(({ type }) => /^lianban\.clock\.(started|rescheduled)\./.test(type)).map(({ data }) => data);

const workOrders = (caseId: string, events: readonly StoredEvent[]): Row[] => {
  const clocks = dueTimes(events);
  const dueOf = (order: StoredEvent['data']) => clocks.findLast(({ kind, round, workOrderId }) =>
    (order.role === 'lead' ? (kind === 'lead' || kind === 'rework') && round === order.round : kind === 'assist' && workOrderId === order.workOrderId))?.dueAt;
  return events.filter(({ type }) => type === 'lianban.work-order.issued.v1').map((issued): Row => {
    const { workOrderId } = issued.data;
    const later = events.filter(({ data, type }) => data.workOrderId === workOrderId && type.startsWith('lianban.work-order.'));
    const last = later.at(-1) ?? issued;
    const at = (word: string) => instant(later.find(({ type }) => type === `lianban.work-order.${word}.v1`)?.occurredAt);
    return {
      id: text(workOrderId), case_id: caseId, department: text(issued.data.department), role: text(issued.data.role), round: Number(issued.data.round),
      status: statusWords[/order\.([a-z]+)\.v/.exec(last.type)?.[1] ?? ''] ?? last.type,
      issued_at: instant(issued.occurredAt), signed_at: at('signed'), ended_at: at('completed') ?? at('returned') ?? at('cancelled'),
      sign_due_at: instant(clocks.findLast((clock) => clock.kind === 'sign' && clock.workOrderId === workOrderId)?.dueAt), due_at: instant(dueOf(issued.data)),
    };
  });
};
const statusWords: Readonly<Record<string, string>> = {
  issued: 'dispatched', signed: 'signed', progressed: 'in-progress', completed: 'completed', returned: 'returned', cancelled: 'cancelled',
};

const callBacks = (caseId: string, events: readonly StoredEvent[]): Row[] =>
  events.filter(({ type }) => type === 'lianban.call-back.opened.v2').map(({ data }): Row => {
    const clockOf = (asked: StoredEvent['data']) => dueTimes(events).find(({ kind, round, startedAt }) => kind === 'call-back' && round === asked.round && instant(startedAt) === instant(asked.since))?.clockId;
    const end = events.find((event) => event.data.callBackId === data.callBackId && /call-back\.(recorded|cancelled)/.test(event.type));
    return {
      id: text(data.callBackId), case_id: caseId, round: Number(data.round), lead: text(data.lead), answered_at: instant(data.answeredAt),
      status: end === undefined ? 'due' : end.type.includes('recorded') ? 'done' : 'cancelled', ended_at: instant(end?.occurredAt),
      due_at: instant(dueTimes(events).findLast(({ clockId }) => clockId === clockOf(data))?.dueAt),
    };
  });

/** A timer for each clock that runs, and none else. */
const timers = (caseId: string, events: readonly StoredEvent[]): Row[] =>
  [...grouped(events.filter(({ type }) => type.startsWith('lianban.clock.')), ({ data }) => String(data.clockId))]
    .map(([id, list]): Row => ({ id, case_id: caseId, due_at: instant(runningUntil(list)) }))
    .filter(({ due_at }) => due_at !== null);

const contactWords: Readonly<Record<string, ContactStatus>> = { started: 'running', rescheduled: 'running', breached: 'breached', corrected: 'met', cancelled: 'cancelled' };

const rate = (caseId: string, events: readonly StoredEvent[]): Row[] => {
  const last = (type: string) => events.findLast((event) => event.type === type);
  const contact = events.findLast(({ type, data }) => type.startsWith('lianban.clock.') && !type.startsWith('lianban.clock.warned.') && data.kind === 'contact');
  const word = /clock\.([a-z]+)\.v/.exec(contact?.type ?? '')?.[1] ?? '';
  const status = word === 'stopped' ? (contact?.data.outcome === 'met' ? 'met' : 'breached') : contactWords[word] ?? null;
  const isMerged = events.findLast(({ type }) => /case\.(un)?merged/.test(type))?.type === 'lianban.case.merged.v1';
  const demands = isMerged ? [] : demandsOf(events);
  const recordedOf = (demand: string) => events.filter(({ type, data }) => type === 'lianban.call-back.recorded.v2' && (text(data.demandCaseId) ?? 'own') === demand);
  const outcomes = demands.map(recordedOf).flatMap((recorded) =>
    recorded.reduce<RecordedOutcome | null>((known, { version, data }) =>
      lastOutcome(known, { sequence: version, reached: data.reached === true, resolved: data.resolved as boolean | null, satisfaction: data.satisfaction as number | null }), null) ?? []);
  const registered = last('lianban.case.registered.v1');
  const counts = countsOf({ contact: status, outcomes });
  return registered === undefined ? [] : [{
    id: caseId, case_id: caseId, period: periodOf(registered.occurredAt),
    department: departmentOf({ leadAtAnswer: text(last('lianban.case.answered.v1')?.data.lead), currentLead: text(last('lianban.case.dispatched.v1')?.data.lead) }),
    in_scope: counts.inScope, contacted_in_time: counts.contactedInTime, reached: counts.reached, resolved: counts.resolved, satisfied: counts.satisfied,
  }];
};

export const checkRows = (events: readonly StoredEvent[], found: ServiceRows): Violation[] => {
  const expected = rowsFromEvents(events);
  return (Object.keys(expected) as (keyof ServiceRows)[]).flatMap((table) => differences(table, expected[table], found[table]));
};

const differences = (table: string, expected: readonly Row[], found: readonly Row[]): Violation[] => {
  const check = 'a table equals a rebuild from zero';
  const there = new Map(found.map((row) => [row.id, row]));
  const violations: Violation[] = [];
  for (const row of expected) {
    const stored = there.get(row.id ?? null);
    there.delete(row.id ?? null);
    const columns = stored ? Object.keys(row).filter((column) => row[column] !== stored[column]) : ['missing'];
    if (columns.length === 0) continue;
    const detail = stored ? columns.map((column) => `${column} is ${stored[column]}, from the events ${row[column]}`).join('; ') : 'is missing';
    violations.push({ check, caseId: String(row.case_id), detail: `${table} ${row.id}: ${detail}` });
  }
  for (const row of there.values()) violations.push({ check, caseId: String(row.case_id), detail: `${table} ${row.id}: no events ask for it` });
  return violations;
};
