import { describe, expect, it } from '@jest/globals';
import { checkCommands } from './check-commands.js';
import { checkReactions } from './check-reactions.js';
import { checkRows, rowsFromEvents } from './check-rows.js';
import { checkStreams } from './check-streams.js';
import { commandOf, verdictOf, type History, type Operation, type ServiceRows, type StoredEvent, type Violation } from './history.js';
import { checkMemory, watchMemory } from './watch-memory.js';
import { afterwards, eventsWithMilestones, joinedEvents, noAnswer, overdueEvents, publishedOf, refusal, reopenedEvents, soundEvents, soundHistory } from './sample-evidence.js';

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
    ['a clock started twice', withCopyOf('lianban.clock.started.v2', {}), 'a clock takes each step once, in order'],
    ['an order without a return window', without(({ data }) => data.clockId === 'cl-5'), 'nothing waits for ever'],
    ['two return windows for one order', [...soundEvents(), ...soundEvents().filter(({ data }) => data.clockId === 'cl-5').map((event) => ({ ...event, data: { ...event.data, clockId: 'cl-6' } }))], "a timer's effect happens once"],
    ['a window that is breached', soundEvents().map((event) => (event.data.clockId === 'cl-5' && event.type.includes('stopped') ? { ...event, type: 'lianban.clock.breached.v2', occurredAt: dueAt } : event)), 'a clock takes each step once, in order'],
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
    ['the first round goes on', opened.map((event) => (event.type.startsWith('lianban.work-order.') ? { ...event, data: { ...event.data, round: 1 } } : event)), 'a case opened again begins a new round', "a timer's effect happens once", 'nothing waits for ever'],
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
    const events = overdueEvents().filter(({ type }) => !/breached|supervision/.test(type));
    expect(checkReactions(events, afterwards, 0)).toEqual([]);
    expect(checksOf(checkReactions(events, Date.parse(dueAt) + 1_000, 0))).toEqual(['nothing waits for ever']);
    expect(checkReactions(events, Date.parse(dueAt) + 1_000, 2_000)).toEqual([]);
  });
});

describe('a clock that nobody stops', () => {
  const [inOrder, inTime, waiting] = ['a clock takes each step once, in order', 'what time brings about happens at its time', 'nothing waits for ever'];
  const sound = overdueEvents();
  const weekLater = Date.parse('2026-02-16T00:00:00Z');
  const lead = sound.find(({ type, data }) => type === 'lianban.clock.started.v2' && data.clockId === 'cl-2') as StoredEvent;
  const [warned, breached, reminder, criticism] = ['warned', 'breached', 'raised', 'criticism'].map((word) => sound.find(({ type, data }) => type.includes(word) || data.step === word) as StoredEvent) as [StoredEvent, StoredEvent, StoredEvent, StoredEvent];
  const said = (word: string, data: StoredEvent['data'] = {}): StoredEvent => ({ ...lead, id: `cl-2 ${word}`, type: `lianban.clock.${word}.v9`, data: { ...lead.data, ...data } });
  const rescheduled = said('rescheduled', { dueAt: '2026-03-30T06:00:00.000Z', warnAt: [] });
  const [met, late] = [said('stopped', { outcome: 'met', stoppedAt: 'then' }), said('stopped', { outcome: 'late', stoppedAt: 'then' })];
  const withdrawn = (raised: StoredEvent): StoredEvent => ({ ...raised, type: 'lianban.supervision.withdrawn.v1' });
  const takenBack = [withdrawn(reminder), withdrawn(criticism)];
  const problemsOf = (events: readonly StoredEvent[]) => checksOf(checkReactions(events, weekLater, 0));

  it.each<readonly [string, StoredEvent[]]>([
    ['is warned of, breached and supervised', sound], ['is stopped late', [...sound, late]], ['is stopped earlier than was heard at first', [...sound, late, said('stopped', { outcome: 'late', stoppedAt: 'before' })]],
    ['was in time after all', [...sound, said('corrected', { stoppedAt: 'then' }), ...takenBack]], ['gets more time', [...sound, rescheduled, ...takenBack]],
    ['gets more time and is stopped', [...sound, rescheduled, met, ...takenBack]], ['is breached where it was merged', [...sound, late, said('rescheduled'), breached]],
    ['is cancelled, and a stop from before becomes known', [...sound, said('cancelled'), ...takenBack, met]],
  ])('%s', (_what, events) => {
    expect(problemsOf(events)).toEqual([]);
  });

  it.each<readonly [string, StoredEvent[], string]>([
    ['warned twice', sound.flatMap((event) => (event === warned ? [event, event] : [event])), inOrder],
    ['never warned', sound.filter((event) => event !== warned), waiting],
    ['not warned, and not due yet', sound.slice(0, sound.indexOf(warned)).map((event) => (event === lead ? { ...event, data: { ...event.data, dueAt: rescheduled.data.dueAt } } : event)), waiting],
    ['warned of something else', sound.map((event) => (event === warned ? { ...event, occurredAt: lead.occurredAt, data: { ...event.data, warnedAt: lead.occurredAt } } : event)), inOrder],
    ['warned when it was over', [...sound.filter((event) => event !== warned), warned], inOrder],
    ['warned at another time', sound.map((event) => (event === warned ? { ...event, occurredAt: lead.occurredAt } : event)), inTime],
    ['breached twice', sound.flatMap((event) => (event === breached ? [event, event] : [event])), inOrder],
    ['breached twice, though it got more time in between and back', [...sound, said('rescheduled'), breached, breached], inOrder],
    ['breached at another time', sound.map((event) => (event === breached ? { ...event, occurredAt: lead.occurredAt } : event)), inTime],
    ['reminded twice', [...sound, { ...reminder, data: { ...reminder.data, supervisionId: 'another' } }], inOrder],
    ['never reminded', sound.filter((event) => event !== reminder), waiting],
    ['never criticised', sound.filter((event) => event !== criticism), waiting],
    ['criticised too early', sound.map((event) => (event === criticism ? { ...event, occurredAt: reminder.occurredAt } : event)), inTime],
    ['reminded before it was late', sound.filter((event) => event !== breached), inOrder],
    ['in time after all, and supervised still', [...sound, said('corrected', { stoppedAt: 'then' })], inOrder],
    ['supervision is taken back, the breach stands', [...sound, ...takenBack], inOrder],
    ['supervision is taken back twice', [...sound, rescheduled, ...takenBack, ...takenBack], inOrder],
    ['stopped twice', [...sound, late, late], inOrder],
    ['stopped twice, though it got more time once', [...sound, rescheduled, ...takenBack, met, met], inOrder],
    ['in time without a correction', [...sound, met, ...takenBack], inOrder],
    ['breached when it had stopped late', [...sound, late, breached], inOrder],
    ['late without a breach', [...sound, rescheduled, ...takenBack, late], inOrder],
    ['cancelled twice', [...sound, said('cancelled'), ...takenBack, said('cancelled')], inOrder],
    ['lapsed', [...sound, rescheduled, ...takenBack, { ...said('lapsed'), occurredAt: String(rescheduled.data.dueAt) }], inOrder],
  ])('%s', (_what, events, expected) => {
    expect(problemsOf(events)).toContain(expected);
  });

  it('never escalated', () => {
    expect(checkReactions(sound, Date.parse('2026-03-09T00:00:00Z'), 0)).toMatchObject([{ check: waiting, detail: expect.stringContaining('the escalation of') }]);
  });
});

describe("the services' tables", () => {
  const sound = rowsFromEvents(soundEvents());
  const dueAt = '2026-02-09T06:00:00.000Z';
  it('have the rows one would expect of the sample', () => {
    expect(sound).toMatchObject({
      workOrders: [{ id: 'wo-1', status: 'completed', department: 'housing', case_no: '1', result: null, held_until: null }], callBacks: [{ id: 'cb-1', status: 'done', outcome: '[true,true,5,null,null,"close"]' }],
      timers: [], notices: [], holdReviews: [],
      rates: [{ period: '2026-02', department: 'housing', in_scope: 1, contacted_in_time: 1, reached: 1, resolved: 1, satisfied: 1 }], rateSums: [{ id: '2026-02 housing', cases: 1, satisfied: 1 }],
    });
  });

  it('tell what is overdue, and what comes next', () => {
    const { timers, notices } = rowsFromEvents(overdueEvents());
    expect(timers).toMatchObject([{ id: 'cl-2', purpose: 'escalation', due_at: dueAt }]);
    expect(notices).toMatchObject([
      { kind: 'warning', clock_kind: 'lead', stands: 1 }, { kind: 'breach', at: dueAt, stands: 1 }, { kind: 'reminder', colour: 'red', at: '2026-02-10T01:00:00.000Z', stands: 1 }, { kind: 'criticism', stands: 1 },
    ]);
    const corrected = overdueEvents().flatMap((event) => (event.type.includes('breached') ? [event, { ...event, type: 'lianban.clock.corrected.v2' }] : [event]));
    expect(rowsFromEvents(corrected).notices.map(({ kind, stands }) => [kind, stands])).toEqual([['warning', 1], ['breach', 0], ['reminder', 1], ['criticism', 1]]);
  });

  it('show a hold that stands, and on what was open then', () => {
    const held: StoredEvent = { ...(soundEvents().find(({ type }) => type.includes('issued')) as StoredEvent), type: 'lianban.case.held.v1', version: 3, data: { holdId: 'h-1', reviewAt: dueAt } };
    const until = (events: StoredEvent[]) => { const { workOrders, holdReviews } = rowsFromEvents(events); return [workOrders.map((row) => row.held_until), holdReviews.map((row) => row.review_at)]; };
    expect(until([...soundEvents(), held])).toEqual([[dueAt], [dueAt]]);
    expect(until([...soundEvents(), { ...held, version: 90 }])).toEqual([[null], [dueAt]]);
    expect(until([...soundEvents(), held, { ...held, type: 'lianban.case.resumed.v1', version: 91 }])).toEqual([[null], []]);
  });

  it.each<readonly [string, Partial<ServiceRows>]>([
    ['a stale work order', { workOrders: sound.workOrders.map((row) => ({ ...row, status: 'signed' })) }],
    ['a due time that was not noted', { workOrders: sound.workOrders.map((row) => ({ ...row, due_at: null })) }],
    ['a call-back that is missing', { callBacks: [] }],
    ['a result that was not noted', { workOrders: sound.workOrders.map((row) => ({ ...row, result: 'another' })) }],
    ['an order that is held still', { workOrders: sound.workOrders.map((row) => ({ ...row, held_until: row.issued_at ?? null })) }],
    ['an outcome of somebody else', { callBacks: sound.callBacks.map((row) => ({ ...row, outcome: '[]' })) }],
    ['a hold nobody asked for', { holdReviews: [{ id: 'case-1', case_id: 'case-1', hold_id: 'h', review_at: null }] }],
    ['a notice of nothing', { notices: [{ id: 'n-1', case_id: 'case-1', kind: 'breach' }] }],
    ['a timer nobody asked for', { timers: [{ id: 'cl-9', case_id: 'case-1', due_at: null }] }],
    ['a case counted twice', { rates: sound.rates.map((row) => ({ ...row, satisfied: 2 })) }],
  ])('%s', (_what, change) => {
    expect(checkRows(soundEvents(), { ...sound, ...change })).toMatchObject([{ check: 'a table equals a rebuild from zero', caseId: 'case-1' }]);
  });

  it.each<readonly [string, (sound: ServiceRows) => Partial<ServiceRows>]>([
    ['a notice that is missing', ({ notices }) => ({ notices: notices.slice(1) })],
    ['a notice that was taken back', ({ notices }) => ({ notices: notices.map((row) => ({ ...row, stands: row.kind === 'reminder' ? 0 : row.stands ?? null })) })],
    ['a timer for another step', ({ timers }) => ({ timers: timers.map((row) => ({ ...row, purpose: 'breach' })) })],
    ['sums that lag behind', ({ rateSums }) => ({ rateSums: rateSums.map((row) => ({ ...row, in_scope: 7 })) })],
    ['sums that are missing', () => ({ rateSums: [] })],
  ])('%s', (_what, change) => {
    const overdue = rowsFromEvents(overdueEvents());
    expect(checkRows(overdueEvents(), overdue)).toEqual([]);
    expect(checkRows(overdueEvents(), { ...overdue, ...change(overdue) })).toHaveLength(1);
  });
});
