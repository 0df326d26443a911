/** What has to follow from what happened to a case, once everything has settled: each effect once, and nothing that waits for ever. */
import { grouped, type StoredEvent, type Violation } from './history.js';

const ending = ['lianban.case.refused.v1', 'lianban.case.handled-on-the-spot.v1', 'lianban.case.withdrawn.v1', 'lianban.case.closed.v1'];
const once = ['lianban.case.registered.v1', 'lianban.case.contacted.v1', 'lianban.case.accepted.v1'];

/** `now`: when the events were read; timers up to `slackMs` before have had their time. */
export const checkReactions = (events: readonly StoredEvent[], now: number, slackMs: number): Violation[] =>
  [...grouped(events, ({ streamId }) => streamId)].flatMap(([caseId, list]) =>
    [...reactionProblems(list), ...holdProblems(list, now - slackMs), ...clockProblems(list, now - slackMs)].map(([check, detail]) => ({ check, caseId, detail })));

type Problem = readonly [check: string, detail: string];

const reactionProblems = (events: readonly StoredEvent[]): Problem[] => {
  const problems: Problem[] = [];
  const of = (...types: string[]) => events.filter(({ type }) => types.includes(type));
  const ends = of(...ending);
  const hasEnded = ends.length > 0;
  if (ends.length > 1) problems.push(['a case ends once', ends.map(({ type }) => type).join(', ')]);
  for (const type of once) if (of(type).length > 1) problems.push(['a decision is made once', `${of(type).length} times ${type}`]);

  const expectOne = (check: string, what: string, found: number) => {
    if (found > 1) problems.push([check, `${what}: ${found} times`]);
    if (found === 0 && !hasEnded) problems.push(['nothing waits for ever', `${what}: has not happened`]);
  };
  for (const { data } of of('lianban.case.answered.v1')) {
    expectOne('an answer opens one call-back', `call-back of round ${String(data.round)}`, of('lianban.call-back.opened.v2').filter((event) => event.data.round === data.round).length);
  }
  for (const { data } of of('lianban.call-back.recorded.v2')) {
    if (data.decision === 'close') expectOne('an outcome closes once', `closing after call-back ${String(data.callBackId)}`, of('lianban.case.closed.v1').filter((event) => event.data.callBackId === data.callBackId).length);
    else {
      const orders = of('lianban.work-order.issued.v1').filter((event) => event.data.cause === 'rework' && event.data.round === Number(data.round) + 1);
      expectOne('an outcome orders rework once', `rework of round ${Number(data.round) + 1}`, orders.length);
    }
  }
  problems.push(...lifeOf(events, hasEnded, 'workOrderId', 'lianban.work-order.issued.v1', ['lianban.work-order.completed.v1', 'lianban.work-order.returned.v1', 'lianban.work-order.cancelled.v1']));
  problems.push(...lifeOf(events, hasEnded, 'callBackId', 'lianban.call-back.opened.v2', ['lianban.call-back.recorded.v2', 'lianban.call-back.cancelled.v2']));
  return problems;
};

/** A hold ends once, at the latest when its review was due. */
const holdProblems = (events: readonly StoredEvent[], dueBefore: number): Problem[] => events.filter(({ type }) => type === 'lianban.case.held.v1').flatMap(({ data }): Problem[] => {
  const ended = events.filter((event) => event.type === 'lianban.case.resumed.v1' && event.data.holdId === data.holdId).length;
  if (ended > 1) return [['an effect happens once', `hold ${String(data.holdId)} ended ${ended} times`]];
  return ended === 0 && Date.parse(String(data.reviewAt)) < dueBefore ? [['nothing waits for ever', `hold ${String(data.holdId)} was to end ${String(data.reviewAt)}`]] : [];
});

/** Work orders and call-backs begin once and end once; none is open in a case that has ended. */
const lifeOf = (events: readonly StoredEvent[], hasEnded: boolean, key: string, begins: string, finishes: readonly string[]): Problem[] => {
  const relevant = events.filter(({ type }) => type === begins || finishes.includes(type));
  return [...grouped(relevant, ({ data }) => String(data[key]))].flatMap(([id, list]): Problem[] => {
    const begun = list.filter(({ type }) => type === begins).length;
    const ended = list.filter(({ type }) => finishes.includes(type)).map(({ type }) => type);
    if (begun !== 1 || ended.length > 1) return [['an effect happens once', `${key} ${id}: ${begun} times ${begins}, then ${ended.join(', ') || 'nothing'}`]];
    return hasEnded && ended.length === 0 ? [['nothing waits for ever', `${key} ${id} is open, its case has ended`]] : [];
  });
};

/** `lianban.clock.started.v2` → `started`. */
const clockWord = (type: string): string => type.split('.')[2] ?? '';

/** The due time of a clock that runs by its events, in order; null when it has stopped. A warning changes nothing. */
export const runningUntil = (events: readonly StoredEvent[]): string | null => {
  const last = events.findLast(({ type }) => clockWord(type) !== 'warned');
  return last && ['started', 'rescheduled'].includes(clockWord(last.type)) ? String(last.data.dueAt) : null;
};

const clockProblems = (events: readonly StoredEvent[], overdueBefore: number): Problem[] => {
  const problems: Problem[] = [];
  const hasEnded = events.some(({ type }) => ending.includes(type));
  const clocks = grouped(events.filter(({ type }) => type.startsWith('lianban.clock.')), ({ data }) => String(data.clockId));
  const kinds = new Map<string, number>();
  for (const [clockId, list] of clocks) {
    const [first] = list;
    const name = `${String(first?.data.kind)} clock of round ${String(first?.data.round)} (${clockId})`;
    const of = (...words: string[]) => list.filter(({ type }) => words.includes(clockWord(type)));
    const count = (word: string) => of(word).length;
    // What a new due time has undone may happen again.
    const chances = 1 + count('rescheduled');
    const what = `${String(first?.data.kind)} ${String(first?.data.round)} ${String(first?.data.kind === 'rework' ? null : first?.data.workOrderId)}`;
    kinds.set(what, (kinds.get(what) ?? 0) + 1);
    for (const word of ['started', 'breached', 'stopped', 'corrected', 'cancelled', 'lapsed']) if (count(word) > (word === 'started' ? 1 : chances)) problems.push(["a timer's effect happens once", `${name}: ${count(word)} times ${word}`]);
    if (count('started') === 0) problems.push(["a timer's effect happens once", `${name} was never started`]);
    for (const breach of of('breached')) {
      const dueAt = of('started', 'rescheduled').findLast(({ version }) => version < breach.version)?.data.dueAt;
      if (Date.parse(breach.occurredAt) !== Date.parse(String(dueAt))) problems.push(['a breach happens at its due time', `${name}: due ${String(dueAt)}, breached ${breach.occurredAt}`]);
    }
    const dueAt = runningUntil(list);
    const runs = dueAt !== null;
    if (runs && Date.parse(dueAt) < overdueBefore) problems.push(['nothing waits for ever', `${name} was due ${dueAt} and still runs`]);
    if (runs && hasEnded) problems.push(['nothing waits for ever', `${name} runs, its case has ended`]);
  }
  for (const [what, number] of kinds) if (number > 1) problems.push(["a timer's effect happens once", `${number} clocks for ${what}`]);
  for (const what of expectedClocks(events)) if (!kinds.has(what)) problems.push(['nothing waits for ever', `no clock for ${what}`]);
  return problems;
};

/** `KIND ROUND WORK-ORDER`, by what happened. Signing, assisting and leading wait for the acceptance, which gives the level. */
const expectedClocks = (events: readonly StoredEvent[]): string[] => {
  const of = (type: string) => events.filter((event) => event.type === type);
  const accepted = of('lianban.case.accepted.v1').length > 0;
  return [
    ...of('lianban.case.registered.v1').map(() => 'contact 1 null'),
    ...(accepted ? ['lead 1 null'] : []),
    ...of('lianban.work-order.issued.v1').flatMap(({ data }) => [
      ...(accepted ? [`sign ${String(data.round)} ${String(data.workOrderId)}`] : []),
      ...(accepted && data.role === 'assist' ? [`assist ${String(data.round)} ${String(data.workOrderId)}`] : []),
      ...(data.cause === 'rework' ? [`rework ${String(data.round)} null`] : []),
    ]),
    ...of('lianban.call-back.opened.v2').map(({ data }) => `call-back ${String(data.round)} null`),
  ];
};
