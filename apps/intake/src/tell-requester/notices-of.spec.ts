import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { history, minuteOf } from '@lianban/testing';
import { evolveFacts, initialFacts } from '../domain/facts.js';
import type { IntakeEvent } from '../domain/intake-case.js';
import { accepted, asked, caseId, closed, contacted, joinedId, messageIds, onTheSpot, refused, registered, said, supplemented, urged } from '../domain/sample-events.js';
import { foreignNoticesOf, noticesOf } from './notices-of.js';
import { noticeText } from './notice-text.js';
import { pauseAfter } from './send-notices.js';

const lamp = { caseNo: 'LB20260209-000001', joined: [] };
const happened = (event: IntakeEvent, lateBy = 0) => {
  const [envelope] = history('intake', caseId, [event]) as [EventEnvelope<IntakeEvent>];
  const { occurredAt } = envelope.metadata;
  return { ...envelope, metadata: { ...envelope.metadata, recordedAt: new Date(Date.parse(occurredAt) + lateBy).toISOString() } } as EventEnvelope<IntakeEvent>;
};

describe('a requester is told', () => {
  it.each<[string, IntakeEvent, string[]]>([
    ['of the registration', registered, ['registered']],
    ['of the acceptance', accepted, ['accepted']],
    ['of a refusal', refused, ['refused']],
    ['of a result on the spot', onTheSpot, ['answered']],
    ['that an urging was received', urged, ['urging-received']],
    ['of a question', asked(messageIds[0], minuteOf(9)), ['question-asked']],
    ['nothing of what they wrote', said(messageIds[0]), []],
    ['nothing of what they added', supplemented, []],
    ['nothing of a contact, which was one', contacted, []],
    ['nothing of the end', closed, []],
  ])('%s', (_what, event, kinds) => expect(noticesOf(happened(event), lamp).map(({ kind }) => kind)).toEqual(kinds));

  it('nothing of what was entered more than a day later', () => {
    expect(noticesOf(happened(accepted, 86_400_000), lamp)).toHaveLength(1);
    expect(noticesOf(happened(accepted, 86_400_001), lamp)).toEqual([]);
  });

  const answered = history('dispatch', caseId, [{ type: 'lianban.case.answered.v1' as const, data: { workOrderId: joinedId, round: 1, lead: 'housing', result: maskText('Done.') } }])[0]!;

  it('of the answer, each whose demand it answers, once', () => {
    const told = () => foreignNoticesOf({ ...answered, metadata: { ...answered.metadata, recordedAt: answered.metadata.occurredAt } }, { ...lamp, joined: [joinedId] }, initialFacts);
    expect(told().map((notice) => [notice.kind, notice.caseId, notice.facts.text])).toEqual([['answered', caseId, 'Done.'], ['answered', joinedId, 'Done.']]);
    expect(new Set(told().map(({ noticeId }) => noticeId)).size).toBe(2);
    expect(told()).toEqual(told());
  });

  it('of the new date with the reason that was given, once sla has it', () => {
    const extensionId = messageIds[0];
    const granted = history('dispatch', caseId, [{ type: 'lianban.extension.granted.v1' as const, data: {
      extensionId, workOrderId: joinedId, department: 'housing', round: 1, ordinal: 1, by: { kind: 'working' as const, amount: 2, unit: 'days' as const }, previousDueAt: minuteOf(9), reason: maskText('The part is late.') } }])[0]!;
    const facts = evolveFacts(initialFacts, granted);
    const rescheduled = (kind: 'lead' | 'assist', cause: 'extended' | 'held') => history('sla', caseId, [{ type: 'lianban.clock.rescheduled.v1' as const, data: {
      clockId: joinedId, kind, round: 1, milestone: null, workOrderId: null, department: null, status: 'running' as const, heldUntil: null, previousDueAt: minuteOf(9), dueAt: minuteOf(99), warnAt: [], provisional: false, cause,
      derivation: { policy: { id: 'x', effectiveFrom: minuteOf(0) }, matched: [], calendarVersion: null, calendarUnit: null, start: minuteOf(0), limit: { kind: 'working' as const, amount: 5, unit: 'days' as const },
        extensions: [{ extensionId, by: { kind: 'working' as const, amount: 2, unit: 'days' as const } }], held: [], holidays: [], makeUpDays: [], extensionCap: null } } }])[0] as never;
    expect(foreignNoticesOf(rescheduled('lead', 'extended'), lamp, facts)).toMatchObject([{ kind: 'extended', facts: { at: minuteOf(99), text: 'The part is late.' } }]);
    expect(foreignNoticesOf(rescheduled('lead', 'held'), lamp, facts)).toEqual([]);
    expect(foreignNoticesOf(rescheduled('assist', 'extended'), lamp, facts)).toEqual([]);
  });
});

it('texts are in both languages, and a link to rate is there where one is set', () => {
  expect(noticeText('refused', { caseNo: 'LB1', text: '已在诉讼中。' }).text).toEqual({ zh: '您的诉求 LB1 不予受理：已在诉讼中。', en: 'Your demand LB1 was not accepted: 已在诉讼中。' });
  expect(noticeText('rate', { caseNo: 'LB1', callBackId: 'c1' }, 'https://rate.example/{callBackId}').text.en).toBe('How was your demand LB1 handled? Please rate it here: https://rate.example/c1');
  expect(noticeText('rate', { caseNo: 'LB1', callBackId: 'c1' }).text.en).not.toContain('http');
});

it('pauses grow fourfold, up to six hours', () => {
  expect([1, 2, 3, 4, 5, 6, 20].map((tries) => pauseAfter(tries) / 1_000)).toEqual([30, 120, 480, 1_920, 7_680, 21_600, 21_600]);
});
