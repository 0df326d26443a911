import { describe, expect, it } from '@jest/globals';
import { checkCommands } from './check-commands.js';
import { checkReactions } from './check-reactions.js';
import { checkRows, rowsFromEvents } from './check-rows.js';
import { checkStreams } from './check-streams.js';
import { commandOf, verdictOf, type History, type Operation, type ServiceRows, type StoredEvent, type Violation } from './history.js';
import { checkMemory, watchMemory } from './watch-memory.js';
import { afterwards, eventsWithMilestones, joinedEvents, noAnswer, publishedOf, refusal, reopenedEvents, soundEvents, soundHistory } from './sample-evidence.js';

const checksOf = (violations: readonly Violation[]) => [...new Set(violations.map(({ check }) => check))];

/** The events without those that `drop` chooses, renumbered as a store would have them. */
const without = (drop: (event: StoredEvent) => boolean, all = soundEvents()): StoredEvent[] => {
  const versions = new Map<string, number>();
  return all.filter((event) => !drop(event)).map((event) => {
    const version = (versions.get(event.source) ?? 0) + 1;
    versions.set(event.source, version);
    return { ...event, version };
  });
};
const withCopyOf = (type: string, change: Partial<StoredEvent> = {}, all = soundEvents()): StoredEvent[] => all.flatMap((event) =>
  (event.type === type ? [event, { ...event, ...change, version: event.version + 100, id: `${event.id}-again` }] : [event]));
const withAttempts = (id: string, attempts: Operation['attempts']): History => {
  const { operations, reads } = soundHistory();
  return { reads, operations: operations.map((operation) => (operation.id === id ? { ...operation, attempts } : operation)) };
};

describe('the sound run', () => {
  it('violates nothing', () => {
    const events = soundEvents();
    expect([
      checkCommands(soundHistory(), events), checkStreams(events, publishedOf(events)), checkReactions(events, afterwards, 0), checkRows(events, rowsFromEvents(events)),
    ].flat()).toEqual([]);
  });

  it.each([['opened again', reopenedEvents()], ['with milestones', eventsWithMilestones()], ['with a demand that joined', joinedEvents()]])('violates nothing, %s', (_what, events) => {
    expect([checkStreams(events, publishedOf(events)), checkReactions(events, afterwards, 0), checkRows(events, rowsFromEvents(events))].flat()).toEqual([]);
  });
});

describe('memory', () => {
  const megabytes = (...each: number[]) => each.map((value, pid) => ({ pid, name: pid % 2 === 0 ? 'sla' : 'intake', megabytes: value }));
  it('is looked at process by process, and the most of each service counts', () => {
    const looks = [megabytes(100, 90), megabytes(120, 410), megabytes(110, 95, 130)];
    const watching = watchMemory(['sla', 'intake'], () => looks.shift() ?? []);
    expect(checkMemory(watching.end())).toEqual([]);
    const loud = watchMemory(['sla', 'intake'], () => looks.shift() ?? []);
    const most = loud.end();
    expect(most).toEqual(new Map([['sla', 120], ['intake', 410]]));
    expect(checkMemory(most)).toMatchObject([{ detail: 'intake had 410 MB' }]);
  });
});

describe('what clients were told', () => {
  const accepted = 'lianban.case.accepted.v1';
  it.each<readonly [string, History, StoredEvent[], string[]]>([
    ['an acknowledged command is gone', soundHistory(), without(({ type }) => type === accepted), ['an acknowledged command is in its stream']],
    ['an acknowledged command was done twice', soundHistory(), withCopyOf(accepted), ['a command is in its stream at most once', 'an acknowledged command is in its stream']],
    ['a refused command was done', withAttempts('op-accept', [refusal]), soundEvents(), ['a refused command writes nothing']],
    ['a command without an answer was done twice', withAttempts('op-accept', [noAnswer]), withCopyOf(accepted), ['a command is in its stream at most once']],
    ['a command that says it is already so, and it is not', { ...soundHistory(), reads: [] }, without(({ type }) => type === 'lianban.work-order.signed.v1'), ['an acknowledged command is in its stream']],
    ['an answer names another version', soundHistory(), soundEvents().map((event) => (event.source === 'satisfaction' ? { ...event, version: event.version + 1 } : event)), ['an acknowledged command is in its stream']],
    ['an event by nobody', soundHistory(), soundEvents().map((event) => (event.type === accepted ? { ...event, causationId: 'stranger' } : event)), ['an acknowledged command is in its stream', 'every event by a person comes from a command']],
    ['a command wrote about another order', soundHistory(), soundEvents().map((event) => (event.type === 'lianban.work-order.signed.v1' ? { ...event, data: { ...event.data, workOrderId: 'wo-2' } } : event)), ['a command acts on what it names']],
    ['repeats were answered differently', withAttempts('op-accept', [...soundHistory().operations[1]?.attempts ?? [], ...soundHistory().operations[2]?.attempts ?? []]), soundEvents(), ['an acknowledged command is in its stream']],
    ['a token was shown and its event was not', { ...soundHistory(), reads: [{ at: 0, caseId: 'case-1', known: { intake: 3 }, shown: { intake: 2 } }] }, soundEvents(), ['who shows a token sees its event']],
    ['the timeline shows what was never written', { ...soundHistory(), reads: [{ at: 0, caseId: 'case-1', known: {}, shown: { intake: 9 } }] }, soundEvents(), ['the timeline shows only what is in the stores']],
  ])('%s', (_what, history, events, expected) => {
    expect(checksOf(checkCommands(history, events))).toEqual(expected);
  });

  it('a command without an answer may have been done, or not', () => {
    expect(checkCommands(withAttempts('op-accept', [noAnswer]), soundEvents())).toEqual([]);
    expect(checkCommands(withAttempts('op-outcome', [noAnswer]), without(({ causationId }) => causationId === 'op-outcome'))).toEqual([]);
  });

  it('a milestone was acknowledged, and another is there', () => {
    const told = (milestone: string): History => {
      const { operations, reads } = soundHistory();
      const complete = operations.map((one) => (one.command === 'complete' ? { ...one, attempts: [{ sentAt: 1, endedAt: 2, answer: { status: 200, etag: '"dispatch-6"' } }] } : one));
      return { reads, operations: [...complete, { id: 'op-milestones', command: 'milestones', subject: 'wo-1', milestone, attempts: [{ sentAt: 1, endedAt: 2, answer: { status: 200, etag: '"dispatch-4"' } }] }] };
    };
    const notItsOwn = eventsWithMilestones().map((event) => (event.type === 'lianban.milestone.reached.v1' ? { ...event, bySystem: true } : event));
    expect(checkCommands(told('stop'), eventsWithMilestones())).toEqual([]);
    expect(checksOf(checkCommands(told('punish'), eventsWithMilestones()))).toEqual(['a command acts on what it names']);
    // Somebody else had reported it.
    expect(checkCommands(told('stop'), notItsOwn)).toEqual([]);
    expect(checksOf(checkCommands(told('punish'), notItsOwn))).toEqual(['an acknowledged command is in its stream']);
  });

  it.each([
    ['acknowledged', [noAnswer, { ...refusal, answer: { status: 201 } }]], ['refused', [refusal, refusal]], ['unknown', [noAnswer, refusal]],
    ['unknown', [{ ...refusal, answer: { status: 503, code: 'service-unavailable' } }]], ['unknown', []],
  ] as const)('%s', (verdict, attempts) => {
    expect(verdictOf({ id: 'x', command: 'accept', attempts })).toBe(verdict);
  });

  it.each([
    ['/api/v1/cases', { command: 'register' }], ['/api/v1/work-orders/wo-1/sign', { command: 'sign', subject: 'wo-1' }],
    ['/api/v1/call-backs/cb-1/outcome', { command: 'outcome', subject: 'cb-1' }], ['/api/v1/work-orders/wo-1/extension-requests/2/approve', { command: 'approve', subject: 'wo-1' }], ['/api/v1/work-orders/wo-1/hold', { command: 'hold', subject: 'wo-1' }], ['/api/v1/cases/c/reopen', { command: 'reopen', subject: 'c' }], ['/api/v1/cases/c/merge', { command: 'merge', subject: 'c' }],
    ['/api/v1/work-orders/wo-1/milestones', { command: 'milestones', subject: 'wo-1' }], ['/api/v1/sla/due-date', undefined], ['/api/v1/cases/c/unknown', undefined],
  ])('%s', (path, expected) => expect(commandOf(path)).toEqual(expected));
});

describe('streams', () => {
  const sound = publishedOf(soundEvents());
  it.each([
    ['a gap in the store', soundEvents().filter(({ id }) => id !== 'intake-2'), publishedOf(soundEvents().filter(({ id }) => id !== 'intake-2')), 'versions follow each other in the store'],
    ['an event that was never published', soundEvents(), sound.filter(({ id }) => id !== 'intake-4'), 'versions follow each other in the topic'],
    ['a gap in the topic', soundEvents(), sound.filter(({ id }) => id !== 'intake-2'), 'versions follow each other in the topic'],
    ['two versions the wrong way round', soundEvents(), sound.map((one) => (one.id === 'intake-1' ? { ...one, offset: 900 } : one)), 'versions follow each other in the topic'],
    ['a case in two partitions', soundEvents(), sound.map((one) => (one.id === 'intake-4' ? { ...one, partition: 4 } : one)), 'versions follow each other in the topic'],
    ['another event under the same version', soundEvents(), sound.map((one) => (one.id === 'intake-2' ? { ...one, id: 'other' } : one)), 'versions follow each other in the topic'],
    ['a stream that no store has', soundEvents(), [...sound, { source: 'intake', streamId: 'ghost', version: 1, id: 'g', partition: 0, offset: 1 }], 'the topic has only what a store has'],
  ])('%s', (_what, events, published, expected) => {
    expect(checksOf(checkStreams(events, published))).toContain(expected);
  });

  it('a copy after the original is no violation', () => {
    expect(checkStreams(soundEvents(), [...sound, ...sound.map((one) => ({ ...one, offset: one.offset + 500 }))])).toEqual([]);
  });
});

describe('what follows', () => {
  const breach = (dueAt: string): StoredEvent[] => soundEvents().flatMap((event) => (event.data.clockId !== 'cl-2' ? [event]
    : event.type === 'lianban.clock.stopped.v2' ? [{ ...event, type: 'lianban.clock.breached.v2', occurredAt: dueAt }, { ...event, version: 100 }] : [event]));
  const dueAt = String(soundEvents().find(({ data }) => data.clockId === 'cl-2')?.data.dueAt);

  it.each<readonly [string, StoredEvent[], string]>([
    ['no call-back after an answer', without(({ type, data }) => type.includes('call-back') || type.includes('closed') || data.kind === 'call-back'), 'nothing waits for ever'],
    ['two call-backs after one answer', withCopyOf('lianban.call-back.opened.v2', { data: { callBackId: 'cb-2', round: 1 } }), 'an answer opens one call-back'],
    ['an outcome that never closes', without(({ type }) => type === 'lianban.case.closed.v1'), 'nothing waits for ever'],
    ['closed twice', withCopyOf('lianban.case.closed.v1'), 'a case ends once'],
    ['accepted twice', withCopyOf('lianban.case.accepted.v1'), 'a decision is made once'],
    ['an order ended twice', withCopyOf('lianban.work-order.completed.v1'), 'an effect happens once'],
    ['an order open in a closed case', without(({ type }) => type === 'lianban.work-order.completed.v1'), 'nothing waits for ever'],
    ['a clock that still runs in a closed case', without(({ type, data }) => type === 'lianban.clock.stopped.v2' && data.clockId === 'cl-2'), 'nothing waits for ever'],
    ['a clock that was never started', without(({ data }) => data.clockId === 'cl-3'), 'nothing waits for ever'],
    ['a clock started twice', withCopyOf('lianban.clock.started.v2', {}), "a timer's effect happens once"],
    ['breached twice', [...breach(dueAt), ...breach(dueAt).filter(({ type }) => type.includes('breached')).map((event) => ({ ...event, version: 101 }))], "a timer's effect happens once"],
    ['breached at the wrong time', breach(new Date(afterwards).toISOString()), 'a breach happens at its due time'],
  ])('%s', (_what, events, expected) => {
    expect(checksOf(checkReactions(events, afterwards, 0))).toContain(expected);
  });

  const again = (word: string) => (event: StoredEvent) => event.type === `lianban.${word}` && Date.parse(event.occurredAt) > Date.parse('2026-02-09T01:08:00.000Z');
  const opened = reopenedEvents();
  it.each<readonly [string, StoredEvent[], ...string[]]>([
    ['opened again, though it had not ended', without(({ type, data }) => type === 'lianban.case.closed.v1' && data.round === 1, opened), 'a case ends once'],
    ['opened again twice', withCopyOf('lianban.case.reopened.v1', {}, opened), 'a case ends once', 'nothing waits for ever'],
    ['no call-back after the second answer', without(({ type, data }) => (/call-back|closed/.test(type) || data.kind === 'call-back') && data.round === 2, opened), 'nothing waits for ever'],
    ['the second outcome never closes', without(again('case.closed.v1'), opened), 'nothing waits for ever'],
    ['an order of the first life is open', without(({ type, data }) => type === 'lianban.work-order.completed.v1' && data.round === 1, without(again('case.closed.v1'), opened)), 'nothing waits for ever'],
    ['a clock of the first life runs', without(({ type, data }) => type === 'lianban.clock.stopped.v2' && data.clockId === 'cl-2', without(again('case.closed.v1'), opened)), 'nothing waits for ever'],
    ['no clock for the second lead', without(({ data }) => data.clockId === 'cl-22', opened), 'nothing waits for ever'],
    ['the first round goes on', opened.map((event) => (event.type.startsWith('lianban.work-order.') ? { ...event, data: { ...event.data, round: 1 } } : event)), 'a case opened again begins a new round', 'nothing waits for ever'],
    ['who joined is not asked', without(({ data }) => data.callBackId === 'cb-joined' || data.clockId === 'cl-joined', without(({ type }) => type.includes('case.closed'), joinedEvents())), 'nothing waits for ever'],
    ['who joined is asked twice', withCopyOf('lianban.call-back.opened.v2', { data: joinedEvents().find(({ data }) => data.callBackId === 'cb-joined')!.data }, joinedEvents()), 'an answer opens one call-back', 'an effect happens once', 'nothing waits for ever'],
    ['all have said so, and it does not close', without(({ type }) => type.includes('case.closed'), joinedEvents()), 'nothing waits for ever'],
    ['unmerged, though it was not merged', withCopyOf('lianban.case.contacted.v1', { type: 'lianban.case.unmerged.v1' }), 'a case ends once'],
    ['a milestone is reached twice', withCopyOf('lianban.milestone.reached.v1', {}, eventsWithMilestones()), 'a milestone is reached once'],
    ['a milestone has no clock', without(({ data }) => data.clockId === 'cl-punish', eventsWithMilestones()), 'nothing waits for ever'],
    ['a milestone has two clocks', eventsWithMilestones().map((event) => (event.data.clockId === 'cl-punish' ? { ...event, data: { ...event.data, milestone: 'demolish' } } : event)), "a timer's effect happens once", 'nothing waits for ever'],
    ['a milestone is reached, its clock goes on', without(({ type, data }) => (type === 'lianban.clock.stopped.v2' && data.clockId === 'cl-stop') || type.includes('case.closed'), eventsWithMilestones()), 'nothing waits for ever'],
  ])('%s', (_what, events, ...expected) => {
    expect(checksOf(checkReactions(events, afterwards, 0))).toEqual(expected);
  });

  it('an answer that was heard after its case had ended needs no call-back when it is opened again', () => {
    const unheard = without(({ type, data }) => (/call-back/.test(type) || data.kind === 'call-back') && data.round === 1, opened);
    expect(checkReactions(unheard.map((event) => (event.type === 'lianban.case.closed.v1' && event.data.round === 1 ? { ...event, type: 'lianban.case.withdrawn.v1' } : event)), afterwards, 0)).toEqual([]);
  });

  it.each<readonly [string, number, string[]]>([['wakes', 1, []], ['never wakes', 0, ['nothing waits for ever']], ['wakes twice', 2, ['an effect happens once']]])('a hold that %s', (_what, times, expected) => {
    const event = (version: number, type: string, data: StoredEvent['data']): StoredEvent => ({
      source: 'dispatch', streamId: 'case-1', version, id: `hold-${version}`, type, data, occurredAt: dueAt, causationId: 'system', bySystem: true,
    });
    const holds = [event(50, 'lianban.case.held.v1', { holdId: 'h-1', reviewAt: '2026-02-09T01:04:00.000Z' }), ...Array.from({ length: times }, (_, index) => event(51 + index, 'lianban.case.resumed.v1', { holdId: 'h-1' }))];
    expect(checksOf(checkReactions([...soundEvents(), ...holds], afterwards, 0))).toEqual(expected);
  });

  it('an overdue clock that does not fire', () => {
    const events = without(({ type, data, source }) => (source !== 'intake' && source !== 'sla') || type.includes('closed') || (source === 'sla' && data.clockId !== 'cl-1' && data.clockId !== 'cl-2') || (type === 'lianban.clock.stopped.v2' && data.clockId === 'cl-2'));
    expect(checkReactions(events, afterwards, 0)).toEqual([]);
    expect(checksOf(checkReactions(events, Date.parse(dueAt) + 1_000, 0))).toEqual(['nothing waits for ever']);
    expect(checkReactions(events, Date.parse(dueAt) + 1_000, 2_000)).toEqual([]);
  });
});

describe("the services' tables", () => {
  const sound = rowsFromEvents(soundEvents());
  it('have the rows one would expect of the sample', () => {
    expect(sound).toMatchObject({
      workOrders: [{ id: 'wo-1', status: 'completed', department: 'housing' }], callBacks: [{ id: 'cb-1', status: 'done' }], timers: [],
      rates: [{ period: '2026-02', department: 'housing', in_scope: 1, contacted_in_time: 1, reached: 1, resolved: 1, satisfied: 1 }],
    });
  });

  it.each<readonly [string, Partial<ServiceRows>]>([
    ['a stale work order', { workOrders: sound.workOrders.map((row) => ({ ...row, status: 'signed' })) }],
    ['a due time that was not noted', { workOrders: sound.workOrders.map((row) => ({ ...row, due_at: null })) }],
    ['a call-back that is missing', { callBacks: [] }],
    ['a timer nobody asked for', { timers: [{ id: 'cl-9', case_id: 'case-1', due_at: null }] }],
    ['a case counted twice', { rates: sound.rates.map((row) => ({ ...row, satisfied: 2 })) }],
  ])('%s', (_what, change) => {
    expect(checkRows(soundEvents(), { ...sound, ...change })).toMatchObject([{ check: 'a table equals a rebuild from zero', caseId: 'case-1' }]);
  });
});
