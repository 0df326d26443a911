/** What the clocks of a case have to have done, event by event, once everything has settled. The rules are those of sla: `domain/react.ts` there. */
import { calendarBook, dueInstant, shippedCalendars, toInstant, toMillis } from '@lianban/working-time';
import { grouped, illegalConstruction, type StoredEvent } from './history.js';

export type Problem = readonly [check: string, detail: string];

const inOrder = 'a clock takes each step once, in order';
const inTime = 'what time brings about happens at its time';
const once = "a timer's effect happens once";
const waiting = 'nothing waits for ever';

/** `late`: breached, and stopped since. */
type Status = 'running' | 'breached' | 'late' | 'met' | 'cancelled' | 'lapsed';

/** A clock by its events. Held, it runs, as far as these checks go. */
export interface Clock {
  readonly data: StoredEvent['data'];
  readonly status: Status;
  readonly stoppedAt: unknown;
  readonly dueAt: string;
  readonly warnAt: readonly string[];
  readonly warned: readonly string[];
  /** Supervision that stands: steps by id. */
  readonly standing: ReadonlyMap<string, string>;
}

/** Steps of supervision after a breach, by kind of clock, as the policies that come with the product have it. */
const supervision: Readonly<Record<string, readonly string[]>> = {
  'lead': ['reminder', 'criticism', 'escalation'], 'rework': ['reminder', 'criticism', 'escalation'], 'assist': ['reminder', 'criticism'], 'milestone': ['reminder', 'criticism'],
};
const calendar = calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))).for(null);

/** A reminder at the opening of the next working day, each step after it 5 working days later. */
const supervisionOf = (kind: unknown, dueAt: string): { step: string; at: string }[] => {
  let at = dueAt;
  return (supervision[String(kind)] ?? []).map((step) => {
    at = step === 'reminder' ? toInstant(calendar.openingNextDay(toMillis(at))) : dueInstant({ startedAt: at, limit: { kind: 'working', amount: 5, unit: 'days' } }, calendar);
    return { step, at };
  });
};

/** Goes with a rework that was raised to a higher tier, late or not. */
const isRaisedRework = (kind: unknown, step: unknown): boolean => kind === 'rework' && step === 'escalation';

/** From which status an event may come, and where it leads. What became known late may change what was judged before. */
const changes: Readonly<Record<string, { readonly from: readonly Status[]; readonly to: Status }>> = {
  'rescheduled': { from: ['running', 'breached', 'late', 'met', 'cancelled', 'lapsed'], to: 'running' },
  'breached': { from: ['running', 'cancelled'], to: 'breached' },
  'stopped met': { from: ['running', 'met', 'cancelled', 'lapsed'], to: 'met' },
  'stopped late': { from: ['breached', 'late'], to: 'late' },
  'corrected': { from: ['breached', 'late'], to: 'met' },
  'cancelled': { from: ['running', 'breached', 'late', 'met', 'lapsed'], to: 'cancelled' },
  'lapsed': { from: ['running', 'cancelled'], to: 'lapsed' },
};

/** `lianban.clock.started.v2` → `started`; a stop is `stopped met` or `stopped late`. */
const wordOf = ({ type, data }: StoredEvent): string => [type.split('.')[2] ?? '', ...(type.includes('.stopped.') ? [String(data.outcome)] : [])].join(' ');

/** Everything sla says of each clock, supervision included. */
const listsOf = (events: readonly StoredEvent[]): ReadonlyMap<string, StoredEvent[]> =>
  grouped(events.filter(({ type }) => /^lianban\.(clock|supervision)\./.test(type)), ({ data }) => String(data.clockId));

/** What one event makes of a clock. */
const after = (clock: Clock, event: StoredEvent): Clock => {
  const { data } = event;
  const word = wordOf(event);
  switch (word) {
    case 'warned': return { ...clock, warned: [...clock.warned, String(data.warnedAt)] };
    case 'raised': return { ...clock, standing: new Map([...clock.standing, [String(data.supervisionId), String(data.step)]]) };
    case 'withdrawn': return { ...clock, standing: new Map([...clock.standing].filter(([id]) => id !== data.supervisionId)) };
    case 'rescheduled': return { ...clock, status: 'running', stoppedAt: undefined, dueAt: String(data.dueAt), warnAt: data.warnAt as string[] };
    default: return { ...clock, status: changes[word]?.to ?? clock.status, stoppedAt: data.stoppedAt };
  }
};

/** What is wrong with an event that comes to a clock as it is. */
const wrongWith = (clock: Clock, event: StoredEvent): Problem[] => {
  const { data, occurredAt } = event;
  const word = wordOf(event);
  const at = (due: unknown): Problem[] => (Date.parse(occurredAt) === Date.parse(String(due)) ? [] : [[inTime, `${word}, due ${String(due)}, at ${occurredAt}`]]);
  const when = (isWrong: boolean, detail: string): Problem[] => (isWrong ? [[inOrder, detail]] : []);
  switch (word) {
    case 'started': return [[inOrder, 'started again']];
    case 'warned': return [
      ...when(clock.status !== 'running', `warned while ${clock.status}`), ...when(clock.warned.includes(String(data.warnedAt)), `warned of ${String(data.warnedAt)} again`),
      ...when(!clock.warnAt.includes(String(data.warnedAt)), `warned of ${String(data.warnedAt)}, which is none of ${clock.warnAt.join(', ')}`), ...at(data.warnedAt),
    ];
    case 'raised': {
      const step = String(data.step);
      const again = clock.standing.has(String(data.supervisionId)) || (!isRaisedRework(clock.data.kind, step) && [...clock.standing.values()].includes(step));
      if (isRaisedRework(clock.data.kind, step)) return when(again, `${step} again`);
      const due = supervisionOf(clock.data.kind, clock.dueAt).find((one) => one.step === step)?.at;
      return [...when(again, `${step} again`), ...when(clock.status !== 'breached', `${step} while ${clock.status}`), ...at(due)];
    }
    case 'withdrawn': return [
      ...when(!clock.standing.has(String(data.supervisionId)), `${String(data.step)} taken back that did not stand`),
      ...when(['breached', 'late'].includes(clock.status), `${String(data.step)} taken back while ${clock.status}`),
    ];
    default: {
      const isSame = clock.status === changes[word]?.to && clock.stoppedAt === data.stoppedAt;
      return [
        ...when(!changes[word]?.from.includes(clock.status) || (isSame && word !== 'rescheduled'), `${word} while ${clock.status}`),
        ...when((word === 'lapsed') !== (clock.data.kind === 'return-window') && ['lapsed', 'breached'].includes(word), `${word}, of the kind ${String(clock.data.kind)}`),
        ...(word === 'breached' || word === 'lapsed' ? at(clock.dueAt) : []),
      ];
    }
  }
};

/** Goes through the events of one clock, in order. */
const walked = (list: readonly StoredEvent[]): { clock: Clock | undefined; wrong: Problem[] } => {
  let clock: Clock | undefined;
  const wrong: Problem[] = [];
  for (const [place, event] of list.entries()) {
    const { type, data } = event;
    if (!clock) {
      if (wordOf(event) !== 'started') return { clock, wrong: [[inOrder, `${wordOf(event)}, and was never started`]] };
      clock = { data, status: 'running', stoppedAt: undefined, dueAt: String(data.dueAt), warnAt: data.warnAt as string[], warned: [], standing: new Map() };
      continue;
    }
    wrong.push(...wrongWith(clock, event));
    // A timer warns before it breaches. A breach that became known with what stopped the clock, or that outlived a merging, has no timer.
    const byTimer = type.includes('.breached.') && list[place - 1]?.type.includes('.rescheduled.') === false && (!list[place + 1] || wordOf(list[place + 1] as StoredEvent) !== 'stopped late');
    if (byTimer) wrong.push(...unwarned(clock, Infinity));
    clock = after(clock, event);
  }
  return { clock, wrong };
};

const unwarned = ({ warnAt, warned }: Clock, before: number): Problem[] =>
  warnAt.filter((at) => !warned.includes(at) && Date.parse(at) < before).map((at) => [waiting, `nobody was warned ${at}`]);

/** The clocks of a case, those that were never started left out. */
export const clocksOf = (events: readonly StoredEvent[]): Clock[] => [...listsOf(events).values()].flatMap((list) => walked(list).clock ?? []);

/** What time alone brings about for a clock next. */
export const nextOf = ({ data, status, dueAt, warnAt, warned, standing }: Clock): string | undefined => {
  if (status === 'running') return warnAt.some((at) => !warned.includes(at)) ? 'warning' : data.kind === 'return-window' ? 'lapse' : 'breach';
  return status === 'breached' ? supervisionOf(data.kind, dueAt).find(({ step }) => ![...standing.values()].includes(step))?.step : undefined;
};

/** What should have come about for a clock as it is, had all timers gone off that are due before `overdueBefore`. */
const overdue = (clock: Clock, overdueBefore: number): Problem[] => {
  const { data, status, dueAt, standing } = clock;
  switch (status) {
    case 'running': return [...(Date.parse(dueAt) < overdueBefore ? [[waiting, `was due ${dueAt} and still runs`] as const] : []), ...unwarned(clock, overdueBefore)];
    case 'breached': return supervisionOf(data.kind, dueAt).filter(({ step, at }) => Date.parse(at) < overdueBefore && ![...standing.values()].includes(step))
      .map(({ step, at }) => [waiting, `the ${step} of ${at} has not been raised`]);
    case 'late': return [];
    case 'met': case 'cancelled': case 'lapsed':
      return [...standing.values()].filter((step) => !isRaisedRework(data.kind, step)).map((step) => [inOrder, `${step} stands, its breach does not`]);
  }
};

/** Lives of a case: how many, when the last one began in ms since the epoch, and whether that has ended. */
interface Lives { readonly number: number; readonly from: number; readonly hasEnded: boolean }

export const clockProblems = (events: readonly StoredEvent[], lives: Lives, overdueBefore: number): Problem[] => {
  const problems: Problem[] = [];
  const reached = events.filter(({ type }) => type === 'lianban.milestone.reached.v1');
  const kinds = new Map<string, number>();
  for (const [clockId, list] of listsOf(events)) {
    const { clock, wrong } = walked(list);
    const { data = {} } = list[0] ?? {};
    const found = (...more: readonly Problem[]) => problems.push(...more.map(([check, detail]) => [check, `${String(data.kind)} clock of round ${String(data.round)} (${clockId}) ${detail}`] as const));
    kinds.set(whatOf(data), (kinds.get(whatOf(data)) ?? 0) + 1);
    found(...wrong);
    if (!clock) continue;
    found(...overdue(clock, overdueBefore));
    const startedAt = Date.parse(list[0]?.occurredAt ?? '');
    // The requester of a merged case is owed a word all the same.
    const goesOn = data.kind === 'contact' && isMerged(events);
    if (clock.status === 'running' && !goesOn && (lives.hasEnded || startedAt < lives.from)) found([waiting, 'runs, its case has ended']);
    // Breached, it waits still.
    const waits = clock.status === 'running' || clock.status === 'breached';
    if (waits && reached.some(({ data: { milestone }, occurredAt }) => milestone === data.milestone && Date.parse(occurredAt) >= startedAt)) found([waiting, `of ${String(data.milestone)} goes on, it was reached`]);
  }
  const expected = expectedClocks(events, lives.number);
  for (const [what, number] of kinds) if (number > (expected.get(what) ?? 0)) problems.push([once, `${number} clocks for ${what}, ${expected.get(what) ?? 0} were to be`]);
  for (const [what, number] of expected) if ((kinds.get(what) ?? 0) < number) problems.push([waiting, `${kinds.get(what) ?? 0} of ${number} clocks for ${what}`]);
  return problems;
};

const isMerged = (events: readonly StoredEvent[]): boolean => events.findLast(({ type }) => /case\.(un)?merged/.test(type))?.type.includes('case.merged') ?? false;

/** What a clock is for: one for each of these, but those of the lead and of milestones one for each life. */
const whatOf = ({ kind, round, workOrderId, milestone }: StoredEvent['data']): string => {
  switch (kind) {
    case 'lead': return 'lead';
    case 'milestone': return `milestone ${String(milestone)}`;
    case 'rework': return `rework ${String(round)} null`;
    default: return `${String(kind)} ${String(round)} ${String(workOrderId)}`;
  }
};

/** How many for what, by what happened. Signing, assisting and leading wait for the acceptance, which gives the level. */
const expectedClocks = (events: readonly StoredEvent[], lives: number): Map<string, number> => {
  const of = (type: string) => events.filter((event) => event.type === type);
  const [acceptance] = of('lianban.case.accepted.v1');
  const accepted = acceptance !== undefined;
  const ofLives = accepted ? ['lead', ...(acceptance.data.category === illegalConstruction.category ? illegalConstruction.milestones.map((milestone) => `milestone ${milestone}`) : [])] : [];
  const single = [
    ...of('lianban.case.registered.v1').map(() => 'contact 1 null'),
    ...of('lianban.work-order.issued.v1').flatMap(({ data }) => [
      `return-window ${String(data.round)} ${String(data.workOrderId)}`,
      ...(accepted ? [`sign ${String(data.round)} ${String(data.workOrderId)}`] : []),
      ...(accepted && data.role === 'assist' ? [`assist ${String(data.round)} ${String(data.workOrderId)}`] : []),
      ...(data.cause === 'rework' ? [`rework ${String(data.round)} null`] : []),
    ]),
  ];
  // One for each time a demand was asked about a round.
  const callBacks = [...grouped(of('lianban.call-back.opened.v2'), ({ data }) => `call-back ${String(data.round)} null`)].map(([what, opened]) => [what, opened.length] as const);
  // A life that ended before the acceptance had no lead.
  const before = of('lianban.case.reopened.v1').filter(({ occurredAt }) => Date.parse(occurredAt) <= Date.parse(acceptance?.occurredAt ?? '')).length;
  return new Map([...single.map((what) => [what, 1] as const), ...ofLives.map((what) => [what, lives - before] as const), ...callBacks]);
};
