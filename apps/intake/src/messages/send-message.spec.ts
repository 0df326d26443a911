import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { minuteOf, outcomeOf } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { accepted, asked, closed, given, merged, messageIds, registered, reopened, said } from '../domain/sample-events.js';
import { lapseQuestion, sendMessage } from './send-message.decider.js';
import type { SendMessage } from './send-message.decider.js';

const rules = { waitDays: 3, mostWaiting: 2 };
const at = minuteOf(60);
const inThreeDays = new Date(Date.parse(at) + 3 * 86_400_000).toISOString();
const [first, second] = messageIds;
const text = maskText('x');
const fromRequester: SendMessage = { messageId: second, text, side: 'requester' };
const from = (department: string | null, asks: boolean): SendMessage => ({ messageId: second, text, side: 'handler', department, asks });
const lapsed: IntakeEvent = { type: 'lianban.question.lapsed.v1', data: { messageId: first, department: 'housing' } };
const open = [registered, accepted];
const later = minuteOf(600);

describe('a message', () => {
  it.each<[string, IntakeEvent[], SendMessage, object | string]>([
    ['of the requester', open, fromRequester, { side: 'requester', asks: false, answers: null }],
    ['of the requester before the acceptance', [registered], fromRequester, { answers: null }],
    ['of the requester answers the question that waits', [...open, asked(first, later)], fromRequester, { answers: first }],
    ['of the requester answers the last question that did not wait', [...open, asked(first, null)], fromRequester, { answers: first }],
    ['of the requester answers nothing twice', [...open, asked(first, later), said(messageIds[2], first)], fromRequester, { answers: null }],
    ['of the requester answers no question whose time is over', [...open, asked(first, later), lapsed], fromRequester, { answers: null }],
    ['of a unit', open, from('housing', false), { side: 'handler', department: 'housing', asks: false, waitsUntil: null }],
    ['of a unit on an ended case', [...open, closed], from('housing', false), 'state-conflict'],
    ['of the requester on an ended case', [...open, closed], fromRequester, 'state-conflict'],
    ['of the requester on a merged case', [...open, merged], fromRequester, 'state-conflict'],
    ['on no case', [], fromRequester, 'not-found'],
    ['that asks: the clocks wait three days', open, from('housing', true), { asks: true, waitsUntil: inThreeDays }],
    ['that asks while a question waits', [...open, asked(first, later)], from('housing', true), 'state-conflict'],
    ['of another unit that asks while a question waits', [...open, asked(first, later)], from('water', true), 'state-conflict'],
    ['of a unit that only writes while a question waits', [...open, asked(first, later)], from('housing', false), { waitsUntil: null }],
    ['that asks again after the answer', [...open, asked(first, later), said(messageIds[2], first)], from('housing', true), { waitsUntil: inThreeDays }],
    ['that asks for the third time: nothing waits', [...open, asked(first, later), said(messageIds[2], first), asked(messageIds[3], later), said(messageIds[4], messageIds[3])], from('housing', true), { asks: true, waitsUntil: null }],
    ['that asks for the third time, but the first in this life', [...open, asked(first, later), said(messageIds[2], first), asked(messageIds[3], later), said(messageIds[4], messageIds[3]), closed, reopened], from('housing', true), { waitsUntil: inThreeDays }],
    ['of intake that asks: no unit has a clock that could wait', open, from(null, true), { asks: true, waitsUntil: null }],
    ['that asks before the acceptance', [registered], from('housing', true), { waitsUntil: null }],
  ])('%s', (_what, events, command, expected) => {
    const outcome = outcomeOf(() => sendMessage(given(...events).state, command, rules, at));
    if (typeof expected === 'string') expect(outcome).toBe(expected);
    else expect(sendMessage(given(...events).state, command, rules, at)[0]).toMatchObject({ type: 'lianban.message.sent.v1', data: expected });
  });

  it('that asks waits as long as the rules of the district say', () => {
    const { data } = sendMessage(given(...open).state, from('housing', true), { waitDays: 1, mostWaiting: 1 }, at)[0]!;
    expect(data).toMatchObject({ waitsUntil: new Date(Date.parse(at) + 86_400_000).toISOString() });
    expect(sendMessage(given(...open).state, from('housing', true), { waitDays: 1, mostWaiting: 0 }, at)[0]?.data).toMatchObject({ waitsUntil: null });
  });
});

describe('the time of a question', () => {
  it.each<[string, IntakeEvent[], string[]]>([
    ['is over', [...open, asked(first, later)], ['lianban.question.lapsed.v1']],
    ['is over once', [...open, asked(first, later), lapsed], []],
    ['is not over after the answer', [...open, asked(first, later), said(second, first)], []],
    ['of an ended case is nobody\'s any more', [...open, asked(first, later), closed], []],
    ['of no question', open, []],
  ])('%s', (_what, events, types) => expect(lapseQuestion(given(...events).state, first).map(({ type }) => type)).toEqual(types));
});
