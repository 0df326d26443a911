/** What has to follow from what happened to a case, once everything has settled: each effect once, and nothing that waits for ever. */
import { endingEventTypes } from '@lianban/contracts';
import { clockProblems, type Problem } from './check-clocks.js';
import { grouped, type StoredEvent, type Violation } from './history.js';

const ending: readonly string[] = endingEventTypes;
const reopening = 'lianban.case.reopened.v1';
/** What undoes an end. A case that is unmerged goes on in the life it was in. */
const undoing = [reopening, 'lianban.case.unmerged.v1'];
const once = ['lianban.case.registered.v1', 'lianban.case.contacted.v1', 'lianban.case.accepted.v1'];

/** `now`: when the events were read; timers up to `slackMs` before have had their time. */
export const checkReactions = (events: readonly StoredEvent[], now: number, slackMs: number): Violation[] =>
  [...grouped(events, ({ streamId }) => streamId)].flatMap(([caseId, list]) =>
    [...endingProblems(list), ...reactionProblems(list), ...holdProblems(list, now - slackMs), ...clockProblems(list, livesOf(list), now - slackMs)].map(([check, detail]) => ({ check, caseId, detail })));

/** Ends and what undoes them take turns. */
const turnsOf = (events: readonly StoredEvent[]): StoredEvent[] => events.filter(({ type }) => ending.includes(type) || undoing.includes(type));

/** `from`: -Infinity where the last one began with the case. */
const livesOf = (events: readonly StoredEvent[]) => {
  const turns = turnsOf(events);
  const begun = turns.filter(({ type }) => type === reopening);
  return { number: 1 + begun.length, from: Date.parse(begun.at(-1)?.occurredAt ?? '') || -Infinity, hasEnded: turns.length > 0 && !undoing.includes(turns.at(-1)?.type ?? '') };
};

/** Each life ends once, and the next has rounds of its own. */
const endingProblems = (events: readonly StoredEvent[]): Problem[] => {
  const turns = turnsOf(events);
  const problems: Problem[] = [];
  if (turns.some(({ type }, place) => undoing.includes(type) === (place % 2 === 0))) problems.push(['a case ends once', turns.map(({ type }) => type).join(', ')]);
  const orders = events.filter(({ type }) => type === 'lianban.work-order.issued.v1');
  for (const { occurredAt } of turns.filter(({ type }) => type === reopening)) {
    const rounds = (when: (at: number) => boolean) => orders.filter((order) => when(Date.parse(order.occurredAt))).map(({ data }) => Number(data.round));
    const [before, after] = [rounds((at) => at < Date.parse(occurredAt)), rounds((at) => at >= Date.parse(occurredAt))];
    if (Math.min(...after) <= Math.max(...before)) problems.push(['a case opened again begins a new round', `opened ${occurredAt} after round ${Math.max(...before)}, then an order of round ${Math.min(...after)}`]);
  }
  return problems;
};

const own = 'own';
const demandIn = (data: StoredEvent['data']): string => (typeof data.demandCaseId === 'string' ? data.demandCaseId : own);

/** Its own and those that have joined it and not left: the demands a case answers. */
export const demandsOf = (events: readonly StoredEvent[]): string[] => events.reduce<string[]>((demands, { type, data }) => {
  if (type === 'lianban.demand.joined.v1') return [...demands, demandIn(data)];
  return type === 'lianban.demand.left.v1' ? demands.filter((demand) => demand !== demandIn(data)) : demands;
}, [own]);

const reactionProblems = (events: readonly StoredEvent[]): Problem[] => {
  const problems: Problem[] = [];
  const of = (...types: string[]) => events.filter(({ type }) => types.includes(type));
  const { from, hasEnded } = livesOf(events);
  for (const type of once) if (of(type).length > 1) problems.push(['a decision is made once', `${of(type).length} times ${type}`]);

  for (const [what, list] of grouped(of('lianban.milestone.reached.v1'), ({ data }) => `${String(data.milestone)} of round ${String(data.round)}`)) {
    if (list.length > 1) problems.push(['a milestone is reached once', `${what}: ${list.length} times`]);
  }

  // What was done in an earlier life may have been heard of when that had ended, and then nothing follows.
  const isOfLastLife = (workOrderId: unknown) => of('lianban.work-order.issued.v1').some(({ data, occurredAt }) => data.workOrderId === workOrderId && Date.parse(occurredAt) >= from);
  const expectOne = (check: string, what: string, found: number, workOrderId: unknown) => {
    if (found > 1) problems.push([check, `${what}: ${found} times`]);
    if (found === 0 && !hasEnded && isOfLastLife(workOrderId)) problems.push(['nothing waits for ever', `${what}: has not happened`]);
  };
  const demands = demandsOf(events);
  const asked = (round: unknown, demand: string) => of('lianban.call-back.opened.v2').filter(({ data }) => data.round === round && demandIn(data) === demand
    && !of('lianban.call-back.cancelled.v2').some((event) => event.data.callBackId === data.callBackId));
  const reworks = (round: unknown) => of('lianban.call-back.recorded.v2').some(({ data }) => data.round === round && data.decision === 'rework');
  const lastRound = of('lianban.case.answered.v1').at(-1)?.data.round;
  for (const { data } of of('lianban.case.answered.v1')) {
    for (const demand of demands) {
      const found = asked(data.round, demand).length;
      // Who joined later was not asked about an earlier round, and nobody is asked again about an answer that one of them had reworked.
      if (found > 0 || (data.round === lastRound && !reworks(data.round))) expectOne('an answer opens one call-back', `call-back of round ${String(data.round)} for ${demand}`, found, data.workOrderId);
    }
  }
  const settled = (round: unknown) => demands.every((demand) => of('lianban.call-back.recorded.v2').findLast(({ data }) => data.round === round && demandIn(data) === demand)?.data.decision === 'close');
  for (const { data } of of('lianban.call-back.recorded.v2')) {
    const workOrderId = of('lianban.call-back.opened.v2').find((event) => event.data.callBackId === data.callBackId)?.data.workOrderId;
    if (data.decision === 'close') {
      const closed = of('lianban.case.closed.v1').filter((event) => event.data.round === data.round).length;
      if (closed > 0 || settled(data.round)) expectOne('an outcome closes once', `closing of round ${String(data.round)} after call-back ${String(data.callBackId)}`, closed, workOrderId);
    }
    else {
      const orders = of('lianban.work-order.issued.v1').filter((event) => event.data.cause === 'rework' && event.data.round === Number(data.round) + 1);
      expectOne('an outcome orders rework once', `rework of round ${Number(data.round) + 1}`, orders.length, workOrderId);
    }
  }
  problems.push(...lifeOf(events, (begun) => hasEnded || begun < from, 'workOrderId', 'lianban.work-order.issued.v1', ['lianban.work-order.completed.v1', 'lianban.work-order.returned.v1', 'lianban.work-order.cancelled.v1']));
  problems.push(...lifeOf(events, () => hasEnded, 'callBackId', 'lianban.call-back.opened.v2', ['lianban.call-back.recorded.v2', 'lianban.call-back.cancelled.v2']));
  return problems;
};

/** A hold ends once, at the latest when its review was due. */
const holdProblems = (events: readonly StoredEvent[], dueBefore: number): Problem[] => events.filter(({ type }) => type === 'lianban.case.held.v1').flatMap(({ data }): Problem[] => {
  const ended = events.filter((event) => event.type === 'lianban.case.resumed.v1' && event.data.holdId === data.holdId).length;
  if (ended > 1) return [['an effect happens once', `hold ${String(data.holdId)} ended ${ended} times`]];
  return ended === 0 && Date.parse(String(data.reviewAt)) < dueBefore ? [['nothing waits for ever', `hold ${String(data.holdId)} was to end ${String(data.reviewAt)}`]] : [];
});

/** Work orders and call-backs begin once and end once; none is open in a case, or a life of it, that has ended. */
const lifeOf = (events: readonly StoredEvent[], hasEnded: (begun: number) => boolean, key: string, begins: string, finishes: readonly string[]): Problem[] => {
  const relevant = events.filter(({ type }) => type === begins || finishes.includes(type));
  return [...grouped(relevant, ({ data }) => String(data[key]))].flatMap(([id, list]): Problem[] => {
    const begun = list.filter(({ type }) => type === begins).length;
    const ended = list.filter(({ type }) => finishes.includes(type)).map(({ type }) => type);
    if (begun !== 1 || ended.length > 1) return [['an effect happens once', `${key} ${id}: ${begun} times ${begins}, then ${ended.join(', ') || 'nothing'}`]];
    return ended.length === 0 && hasEnded(Date.parse(list[0]?.occurredAt ?? '')) ? [['nothing waits for ever', `${key} ${id} is open, its case has ended`]] : [];
  });
};
