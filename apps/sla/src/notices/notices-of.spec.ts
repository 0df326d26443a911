import { describe, expect, it } from '@jest/globals';
import { clockKinds } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { allTexts } from '@lianban/texts';
import type { ClockEvent } from '../domain/case-clocks.js';
import { noticeText } from './notice-text.js';
import { clockNoticeKinds, newsKinds, noticeKinds, noticesOf } from './notices-of.js';

const clock = { clockId: 'clock', kind: 'lead' as const, round: 1, milestone: null, workOrderId: null, department: null };
const [dueAt, recordedAt] = ['2026-03-09T09:00:00+08:00', '2026-03-10T01:00:00.000Z'];
const event = (type: ClockEvent['type'], data: object, occurredAt = dueAt) =>
  ({ type, data: { ...clock, dueAt, ...data }, metadata: { id: `${type} event`, occurredAt, recordedAt } }) as unknown as EventEnvelope<ClockEvent>;
const told = (one: EventEnvelope<ClockEvent>, holder: string | null = 'water') => noticesOf('case', [one], new Map([['clock', holder]]));
const common = { caseId: 'case', clockId: 'clock', clockKind: 'lead', department: 'water', workOrderId: null, colour: null, dueAt };

describe('notices', () => {
  it.each([
    ['a warning', event('lianban.clock.warned.v1', { warnedAt: '2026-03-08T09:00:00+08:00' }), { kind: 'warning', at: '2026-03-08T09:00:00+08:00' }],
    ['a breach', event('lianban.clock.breached.v2', {}), { kind: 'breach', at: dueAt }],
    ['a reminder', event('lianban.supervision.raised.v1', { step: 'reminder', colour: 'yellow' }, '2026-03-10T00:00:00.000Z'), { kind: 'reminder', colour: 'yellow', at: '2026-03-10T00:00:00.000Z' }],
  ])('tell of %s, under the id of the event', (_, happened, notice) => {
    expect(told(happened)).toEqual([{ tell: { ...common, noticeId: happened.metadata.id, ...notice } }]);
  });

  it.each([
    ['who holds it now', 'water', 'fire', 'water'], ['whom the clock names', null, 'fire', 'fire'], ['the supervisors only', null, null, null],
  ])('are for %s', (_, holder, department, expected) => {
    expect(told(event('lianban.clock.breached.v2', { department }), holder)).toMatchObject([{ tell: { department: expected } }]);
  });

  it.each(['lianban.clock.corrected.v2', 'lianban.clock.rescheduled.v1', 'lianban.clock.cancelled.v2'] as const)('of a breach are withdrawn by %s', (type) => {
    expect(told(event(type, {}))).toEqual([{ withdraw: { clockId: 'clock', kind: 'breach', at: recordedAt } }]);
  });

  it('of a step of supervision are withdrawn with it', () => {
    expect(told(event('lianban.supervision.withdrawn.v1', { step: 'criticism' }))).toEqual([{ withdraw: { clockId: 'clock', kind: 'criticism', at: recordedAt } }]);
  });

  it.each(['lianban.clock.started.v2', 'lianban.clock.stopped.v2', 'lianban.clock.lapsed.v1'] as const)('are not made of %s', (type) => {
    expect(told(event(type, {}))).toEqual([]);
  });

  it('have words in both languages, each their own', () => {
    const texts = [...clockNoticeKinds.flatMap((kind) => clockKinds.map((clockKind) => noticeText(kind, clockKind))), ...newsKinds.map((kind) => noticeText(kind, null))];
    expect(noticeText('warning', 'lead')).toEqual({ zh: '预警：主办时限即将到期', en: 'Warning: the time for lead handling is nearly over' });
    expect(Object.keys(allTexts).filter((key) => key.startsWith('notice-')).sort()).toEqual(noticeKinds.map((kind) => `notice-${kind}`).sort());
    expect(new Set(texts.map(({ zh }) => zh)).size).toBe(texts.length);
    expect(new Set(texts.map(({ en }) => en)).size).toBe(texts.length);
  });
});
