import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { history as streamOf } from '@lianban/testing';
import { checkCommands } from './check-commands.js';
import { commandOf, verdictOf, type Attempt, type History, type Operation } from './history.js';

const caseId = 'case-1';
/** What each command wrote, in a run in which all is well; `system` reacts. */
const told = {
  intake: [['op-register', 'case.registered'], ['op-contact', 'case.contacted'], ['op-accept', 'case.accepted'], ['system', 'case.closed']],
  dispatch: [['op-dispatch', 'case.dispatched'], ['op-dispatch', 'work-order.issued'], ['op-sign', 'work-order.signed'], ['op-milestones', 'milestone.reached'], ['op-complete', 'work-order.completed'], ['op-complete', 'case.answered']],
  satisfaction: [['system', 'call-back.opened'], ['op-outcome', 'call-back.recorded']],
} as const;

const soundEvents = (): EventEnvelope[] => Object.entries(told).flatMap(([source, list]) =>
  streamOf(source as keyof typeof told, caseId, list.map(([, type]) => ({ type: `lianban.${type}.v${source === 'satisfaction' ? 2 : 1}`, data: { workOrderId: 'wo-1', callBackId: 'cb-1', milestone: 'stop' } }) as never)).map((event: EventEnvelope, index) => {
    const [cause = ''] = list[index] ?? [];
    return { ...event, metadata: { ...event.metadata, causationId: cause, actor: { ...event.metadata.actor, role: cause === 'system' ? 'system' : 'intake' } } };
  }));

const noAnswer: Attempt = { sentAt: 1, endedAt: 2 };
const refusal: Attempt = { ...noAnswer, answer: { status: 409, code: 'state-conflict' } };
const operation = (command: Operation['command'], subject: string | undefined, etag: string, milestone?: string): Operation =>
  ({ id: `op-${command}`, command, ...(subject ? { subject } : {}), ...(milestone ? { milestone } : {}), attempts: [{ ...noAnswer, answer: { status: 200, etag: `"${etag}"` } }] });

const soundHistory = (): History => ({
  operations: [
    operation('register', undefined, 'intake-1'), operation('contact', caseId, 'intake-2'), operation('accept', caseId, 'intake-3'), operation('dispatch', caseId, 'dispatch-2'),
    operation('sign', 'wo-1', 'dispatch-3'), operation('milestones', 'wo-1', 'dispatch-4', 'stop'), operation('complete', 'wo-1', 'dispatch-6'), operation('outcome', 'cb-1', 'satisfaction-2'),
  ],
  reads: [{ at: 0, caseId, known: { intake: 3, dispatch: 5 }, shown: { intake: 3, dispatch: 5 } }],
});

/** The events without those of a type, numbered as a store would have them. */
const without = (type: string): EventEnvelope[] => {
  const gone = soundEvents().find((event) => event.type.includes(type))?.metadata;
  return soundEvents().filter((event) => !event.type.includes(type)).map((event) => {
    const { source, streamVersion } = event.metadata;
    return source === gone?.source && streamVersion > gone.streamVersion ? { ...event, metadata: { ...event.metadata, streamVersion: streamVersion - 1 } } : event;
  });
};
const changed = (type: string, change: (event: EventEnvelope) => unknown): EventEnvelope[] => soundEvents().map((event) => (event.type.includes(type) ? change(event) as EventEnvelope : event));
const twice = (type: string): EventEnvelope[] => soundEvents().flatMap((event) => (event.type.includes(type) ? [event, { ...event, metadata: { ...event.metadata, streamVersion: event.metadata.streamVersion + 100 } }] : [event]));
const withAttempts = (id: string, attempts: Operation['attempts']): History => ({ ...soundHistory(), operations: soundHistory().operations.map((each) => (each.id === id ? { ...each, attempts } : each)) });
const withRead = (read: Partial<History['reads'][number]>): History => ({ ...soundHistory(), reads: [{ at: 0, caseId, known: {}, shown: {}, ...read }] });
const checksOf = (history: History, events: readonly EventEnvelope[]) => [...new Set(checkCommands(history, events).map(({ check }) => check))];

describe('what clients were told', () => {
  it('is so in a sound run', () => expect(checkCommands(soundHistory(), soundEvents())).toEqual([]));

  it.each<readonly [string, History, EventEnvelope[], string[]]>([
    ['an acknowledged command is gone', { ...soundHistory(), reads: [] }, without('case.accepted'), ['an acknowledged command is in its stream']],
    ['an acknowledged command was done twice', soundHistory(), twice('case.accepted'), ['a command is in its stream at most once', 'an acknowledged command is in its stream']],
    ['a refused command was done', withAttempts('op-accept', [refusal]), soundEvents(), ['a refused command writes nothing']],
    ['a command without an answer was done twice', withAttempts('op-accept', [noAnswer]), twice('case.accepted'), ['a command is in its stream at most once']],
    ['a command that says it is already so, and it is not', { ...soundHistory(), reads: [] }, without('work-order.signed'), ['an acknowledged command is in its stream']],
    ['an answer names another version', soundHistory(), changed('call-back.recorded', (event) => ({ ...event, metadata: { ...event.metadata, streamVersion: 3 } })), ['an acknowledged command is in its stream']],
    ['an event by nobody', soundHistory(), changed('case.accepted', (event) => ({ ...event, metadata: { ...event.metadata, causationId: 'stranger' } })), ['an acknowledged command is in its stream', 'every event by a person comes from a command']],
    ['a command wrote about another order', soundHistory(), changed('work-order.signed', (event) => ({ ...event, data: { workOrderId: 'wo-2' } })), ['a command acts on what it names']],
    ['another milestone was reached', soundHistory(), changed('milestone.reached', (event) => ({ ...event, data: { workOrderId: 'wo-1', milestone: 'punish' } })), ['a command acts on what it names']],
    ['repeats were answered differently', withAttempts('op-accept', [...soundHistory().operations[1]?.attempts ?? [], ...soundHistory().operations[2]?.attempts ?? []]), soundEvents(), ['an acknowledged command is in its stream']],
    ['a token was shown and its event was not', withRead({ known: { intake: 3 }, shown: { intake: 2 } }), soundEvents(), ['who shows a token sees its event']],
    ['the timeline shows what was never written', withRead({ shown: { intake: 9 } }), soundEvents(), ['the timeline shows only what is in the stores']],
  ])('%s', (_what, history, events, expected) => {
    expect(checksOf(history, events)).toEqual(expected);
  });

  it('a command without an answer may have been done, or not', () => {
    expect(checkCommands(withAttempts('op-accept', [noAnswer]), soundEvents())).toEqual([]);
    expect(checkCommands(withAttempts('op-outcome', [noAnswer]), without('call-back.recorded'))).toEqual([]);
  });

  it('a milestone that somebody else reported is already so', () => {
    const byAnother = changed('milestone.reached', (event) => ({ ...event, metadata: { ...event.metadata, actor: { ...event.metadata.actor, role: 'system' } } }));
    expect(checkCommands(soundHistory(), byAnother)).toEqual([]);
  });

  it.each([
    ['acknowledged', [noAnswer, { ...refusal, answer: { status: 201 } }]], ['refused', [refusal, refusal]], ['unknown', [noAnswer, refusal]],
    ['unknown', [{ ...refusal, answer: { status: 503, code: 'service-unavailable' } }]], ['unknown', []],
  ] as const)('%s', (verdict, attempts) => {
    expect(verdictOf({ id: 'x', command: 'accept', attempts })).toBe(verdict);
  });

  it.each([
    ['cases', { command: 'register' }], ['cases/c/reopen', { command: 'reopen', subject: 'c' }], ['cases/c/merge', { command: 'merge', subject: 'c' }], ['work-orders/wo-1/sign', { command: 'sign', subject: 'wo-1' }],
    ['work-orders/wo-1/hold', { command: 'hold', subject: 'wo-1' }], ['work-orders/wo-1/milestones', { command: 'milestones', subject: 'wo-1' }], ['work-orders/wo-1/extension-requests/2/approve', { command: 'approve', subject: 'wo-1' }],
    ['call-backs/cb-1/outcome', { command: 'outcome', subject: 'cb-1' }], ['sla/due-date', undefined], ['cases/c/unknown', undefined],
  ])('%s', (path, expected) => expect(commandOf(`/api/v1/${path}`)).toEqual(expected));
});
