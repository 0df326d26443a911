/** The services' own tables, held against rows made afresh from the events: what a rebuild from zero would give. */
import { countsOf, departmentOf, periodOf, type ContactStatus } from '@lianban/scoring';
import { clocksOf, nextOf } from './check-clocks.js';
import { demandsOf } from './check-reactions.js';
import { grouped, type Row, type ServiceRows, type StoredEvent, type Violation } from './history.js';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const instant = (value: unknown): string | null => (typeof value === 'string' ? new Date(value).toISOString() : null);

export const rowsFromEvents = (events: readonly StoredEvent[]): ServiceRows => {
  const cases = [...grouped(events, ({ streamId }) => streamId)].map(([caseId, list]) => ({ caseId, list: [...list].sort((a, b) => a.version - b.version) }));
  const rates = cases.flatMap(({ caseId, list }) => rate(caseId, list));
  return {
    workOrders: cases.flatMap(({ caseId, list }) => workOrders(caseId, list)),
    callBacks: cases.flatMap(({ caseId, list }) => callBacks(caseId, list)),
    timers: cases.flatMap(({ caseId, list }) => timers(caseId, list)),
    notices: cases.flatMap(({ caseId, list }) => notices(caseId, list)),
    holdReviews: cases.flatMap(({ caseId, list }) => holdReviews(caseId, list)),
    rates, rateSums: rateSums(rates),
  };
};

/** Every due time a clock was given; the last that fits counts. */
const dueTimes = (events: readonly StoredEvent[]) =>
  events.filter(({ type }) => /^lianban\.clock\.(started|rescheduled)\./.test(type)).map(({ data }) => data);

const workOrders = (caseId: string, events: readonly StoredEvent[]): Row[] => {
  const clocks = dueTimes(events);
  const dueOf = (order: StoredEvent['data']) => clocks.findLast(({ kind, round, workOrderId }) =>
    (order.role === 'lead' ? (kind === 'lead' || kind === 'rework') && round === order.round : kind === 'assist' && workOrderId === order.workOrderId))?.dueAt;
  const registered = events.find(({ type }) => type === 'lianban.case.registered.v1')?.data;
  const hold = standingHold(events);
  return events.filter(({ type }) => type === 'lianban.work-order.issued.v1').map((issued): Row => {
    const { workOrderId } = issued.data;
    const later = events.filter(({ data, type }) => data.workOrderId === workOrderId && type.startsWith('lianban.work-order.'));
    const last = later.at(-1) ?? issued;
    const find = (word: string) => later.find(({ type }) => type === `lianban.work-order.${word}.v1`);
    const end = find('completed') ?? find('returned') ?? find('cancelled');
    return {
      id: text(workOrderId), case_id: caseId, case_no: text(registered?.caseNo), title: text(registered?.title), territory: text(registered?.territory),
      department: text(issued.data.department), role: text(issued.data.role), round: Number(issued.data.round), cause: text(issued.data.cause),
      status: statusWords[/order\.([a-z]+)\.v/.exec(last.type)?.[1] ?? ''] ?? last.type,
      issued_at: instant(issued.occurredAt), signed_at: instant(find('signed')?.occurredAt), ended_at: instant(end?.occurredAt),
      result: text(find('completed')?.data.result), return_reason: text(find('returned')?.data.reason), suggested_department: text(find('returned')?.data.suggestedDepartment),
      sign_due_at: instant(clocks.findLast((clock) => clock.kind === 'sign' && clock.workOrderId === workOrderId)?.dueAt), due_at: instant(dueOf(issued.data)),
      // What had ended before the hold began was not held.
      held_until: hold === undefined || (end !== undefined && end.version < hold.version) ? null : instant(hold.data.reviewAt),
    };
  });
};
const statusWords: Readonly<Record<string, string>> = {
  issued: 'dispatched', signed: 'signed', progressed: 'in-progress', completed: 'completed', returned: 'returned', cancelled: 'cancelled',
};

const standingHold = (events: readonly StoredEvent[]): StoredEvent | undefined => {
  const last = events.findLast(({ type }) => /case\.(held|resumed)/.test(type));
  return last?.type === 'lianban.case.held.v1' ? last : undefined;
};

const holdReviews = (caseId: string, events: readonly StoredEvent[]): Row[] =>
  [standingHold(events)].flatMap((hold) => (hold ? [{ id: caseId, case_id: caseId, hold_id: text(hold.data.holdId), review_at: instant(hold.data.reviewAt) }] : []));

const callBacks = (caseId: string, events: readonly StoredEvent[]): Row[] =>
  events.filter(({ type }) => type === 'lianban.call-back.opened.v2').map(({ data }): Row => {
    const clockOf = (asked: StoredEvent['data']) => dueTimes(events).find(({ kind, round, startedAt }) => kind === 'call-back' && round === asked.round && instant(startedAt) === instant(asked.since))?.clockId;
    const end = events.find((event) => event.data.callBackId === data.callBackId && /call-back\.(recorded|cancelled)/.test(event.type));
    return {
      id: text(data.callBackId), case_id: caseId, round: Number(data.round), demand_case_id: text(data.demandCaseId), lead: text(data.lead), work_order_id: text(data.workOrderId),
      answered_at: instant(data.answeredAt), since: instant(data.since), outcome: end?.type.includes('recorded') ? JSON.stringify(outcomeFields.map((field) => end.data[field] ?? null)) : null,
      status: end === undefined ? 'due' : end.type.includes('recorded') ? 'done' : 'cancelled', ended_at: instant(end?.occurredAt),
      due_at: instant(dueTimes(events).findLast(({ clockId }) => clockId === clockOf(data))?.dueAt),
    };
  });

/** What is kept of a call-back that was recorded. */
export const outcomeFields = ['reached', 'resolved', 'satisfaction', 'comment', 'unitAtFault', 'decision'];

/** A timer for each clock for which time alone can still bring something about, and none else. */
const timers = (caseId: string, events: readonly StoredEvent[]): Row[] => clocksOf(events).flatMap((clock) => {
  const purpose = nextOf(clock);
  return purpose === undefined ? [] : [{ id: text(clock.data.clockId), case_id: caseId, purpose, due_at: instant(clock.dueAt) }];
});

/** Kinds of clocks whose department is not who is at work on it: that hangs on what sla had heard when it told. */
const ledClocks = ['lead', 'milestone', 'rework'];

/** What people were told; withdrawn by what came later for the same clock. */
const notices = (caseId: string, events: readonly StoredEvent[]): Row[] => events.flatMap((event, place): Row[] => {
  const { id, type, data, occurredAt } = event;
  const told = /^lianban\.(clock\.(warned|breached)|supervision\.raised)\./.exec(type)?.[1];
  if (told === undefined) return [];
  const kind = told === 'clock.warned' ? 'warning' : told === 'clock.breached' ? 'breach' : String(data.step);
  const takesBack = (later: StoredEvent) => later.data.clockId === data.clockId && (kind === 'breach' ? /clock\.(corrected|rescheduled|cancelled)/.test(later.type) : later.type.includes('supervision.withdrawn') && later.data.step === kind);
  const isLed = ledClocks.includes(String(data.kind)) && !told.startsWith('supervision');
  return [{
    id, case_id: caseId, clock_id: text(data.clockId), kind, clock_kind: text(data.kind), ...(isLed ? {} : { department: text(data.department) }), colour: text(data.colour), due_at: instant(data.dueAt),
    at: instant(kind === 'warning' ? data.warnedAt : occurredAt), stands: events.slice(place + 1).some(takesBack) ? 0 : 1,
  }];
});

const contactWords: Readonly<Record<string, ContactStatus>> = { started: 'running', rescheduled: 'running', breached: 'breached', corrected: 'met', cancelled: 'cancelled' };

const rate = (caseId: string, events: readonly StoredEvent[]): Row[] => {
  const last = (type: string) => events.findLast((event) => event.type === type);
  const contact = events.findLast(({ type, data }) => type.startsWith('lianban.clock.') && !type.startsWith('lianban.clock.warned.') && data.kind === 'contact');
  const word = /clock\.([a-z]+)\.v/.exec(contact?.type ?? '')?.[1] ?? '';
  const status = word === 'stopped' ? (contact?.data.outcome === 'met' ? 'met' : 'breached') : contactWords[word] ?? null;
  const isMerged = events.findLast(({ type }) => /case\.(un)?merged/.test(type))?.type === 'lianban.case.merged.v1';
  const outcomes = events.filter(({ type }) => type === 'lianban.call-back.recorded.v2').map(({ version, data }) => ({
    demandCaseId: text(data.demandCaseId), sequence: version, reached: data.reached === true, resolved: data.resolved as boolean | null, satisfaction: data.satisfaction as number | null,
  }));
  const registered = last('lianban.case.registered.v1');
  if (registered === undefined) return [];
  const period = periodOf(registered.occurredAt);
  const counts = countsOf({ period, contact: status, outcomes, merged: isMerged, joined: demandsOf(events).filter((demand) => demand !== 'own') });
  return [{
    id: caseId, case_id: caseId, period,
    department: departmentOf({ leadAtAnswer: text(last('lianban.case.answered.v1')?.data.lead), currentLead: text(last('lianban.case.dispatched.v1')?.data.lead) }),
    in_scope: counts.inScope, contacted_in_time: counts.contactedInTime, reached: counts.reached, resolved: counts.resolved, asked: counts.asked, satisfied: counts.satisfied,
  }];
};

/** By month and department, as a month's rates are read. */
const rateSums = (rates: readonly Row[]): Row[] => [...grouped(rates, ({ period, department }) => `${period} ${department ?? ''}`)].map(([id, list]) => {
  const sum = (column: string) => list.reduce((total, row) => total + Number(row[column]), 0);
  return { id, case_id: '-', cases: list.length, in_scope: sum('in_scope'), contacted_in_time: sum('contacted_in_time'), reached: sum('reached'), resolved: sum('resolved'), asked: sum('asked'), satisfied: sum('satisfied') };
});

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
