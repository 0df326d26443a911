import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { given } from '../domain/sample-events.js';
import { answeredOnce, assist, at, dispute, ended, facts, id, issued, lead, one, order, registered, returned, two, unheard } from '../domain/sample-orders.js';
import { dispatch } from '../dispatch-case/dispatch-case.decider.js';
import { returnOrder } from '../return/return.decider.js';
import { rule } from './rule.decider.js';

const second = order(3, 'fire-rescue', 'lead');
const returnedTwice = [...one, returned(lead), issued(second), returned(second)];
const ruled = (leadCode: string, returns = 2): DispatchEvent => ({
  type: 'lianban.case.ruled.v1', data: { rulingId: id(90), round: 1, lead: leadCode, assist: [], previousLead: 'fire-rescue', returns, basis: maskText('Common ground.') },
});
const third = order(4, 'urban-management', 'lead');
const settled = [...returnedTwice, ruled('urban-management'), issued(third)];

const ruleFor = (leadCode: string, assistCodes: string[] = [], known: DispatchFacts = facts) => (s: DispatchState) =>
  rule(s, { rulingId: id(91), lead: leadCode, assist: assistCodes, basis: maskText('Common ground.'), workOrderIds: [id(11), id(12), id(13)] }, known);
const send = (leadCode: string, known: DispatchFacts = facts) => (s: DispatchState) => dispatch(s, { lead: leadCode, assist: [], note: null, workOrderIds: [id(11)] }, known, dispute);
const giveBack = (workOrderId: string, known: DispatchFacts = facts) => (s: DispatchState) =>
  returnOrder(s, { workOrderId, reason: maskText('Not ours.'), suggestedDepartment: null }, known, at, () => ({ open: true, dueAt: at }));

const [cancelled, dispatched, new_, ruling] = ['lianban.work-order.cancelled.v1', 'lianban.case.dispatched.v1', 'lianban.work-order.issued.v1', 'lianban.case.ruled.v1'];
/** Opened again after all that stands in the samples. */
const reopened: DispatchFacts = { ...facts, reopenedAt: '2026-02-10T08:00:00Z' };

describe('a ruling', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['after the second return', returnedTwice, ruleFor('housing'), [ruling, dispatched, new_]],
    ['before the first dispatch', [], ruleFor('housing', ['landscaping']), [ruling, dispatched, new_, new_]],
    ['takes the case from who has it', one, ruleFor('fire-rescue'), [ruling, cancelled, dispatched, new_]],
    ['for who has it binds them, and issues nothing', one, ruleFor('housing'), [ruling]],
    ['adds an assistant to who has it', one, ruleFor('housing', ['landscaping']), [ruling, dispatched, new_]],
    ['keeps an assistant', two, ruleFor('fire-rescue', ['landscaping']), [ruling, cancelled, dispatched, new_]],
    ['lets the assistant lead', two, ruleFor('landscaping'), [ruling, cancelled, cancelled, dispatched, new_]],
    ['the same, again', settled, ruleFor('urban-management'), []],
    ['another one, later', settled, ruleFor('housing'), [ruling, cancelled, dispatched, new_]],
    ['before acceptance', [], ruleFor('housing', [], registered), 'state-conflict'],
    ['on a case nobody has heard of', [], ruleFor('housing', [], unheard), 'not-found'],
    ['after the end', one, ruleFor('housing', [], ended), 'state-conflict'],
    ['while it waits for the call-back', answeredOnce, ruleFor('fire-rescue'), 'state-conflict'],
    ['with a lead that assists itself', [], ruleFor('housing', ['housing']), 'validation-failed'],
    ['with an assistant twice', [], ruleFor('housing', ['landscaping', 'landscaping']), 'validation-failed'],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));

  it('says whose it was, and how often it went back', () => {
    expect(ruleFor('housing', ['landscaping'])(given(...returnedTwice).state)[0]).toEqual({
      type: 'lianban.case.ruled.v1', data: { rulingId: id(91), round: 1, lead: 'housing', assist: ['landscaping'], previousLead: 'fire-rescue', returns: 2, basis: 'Common ground.' },
    });
  });
});

describe('what a ruling ends', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['a dispatch after the first return', [...one, returned(lead)], send('fire-rescue'), [dispatched, new_]],
    ['a dispatch after the second return', returnedTwice, send('urban-management'), 'state-conflict'],
    ['a dispatch after an assistant returned too', [...two, returned(lead), returned(assist)], send('fire-rescue'), [dispatched, new_]],
    ['a dispatch of a case that was opened again since', returnedTwice, send('urban-management', reopened), [dispatched, new_]],
    ['a return by who was named', settled, giveBack(id(4)), 'state-conflict'],
    ['a return by an assistant of who was named', [...settled, issued(order(5, 'landscaping', 'assist'))], giveBack(id(5)), ['lianban.work-order.returned.v1']],
    ['a return in the life after', settled, giveBack(id(4), reopened), ['lianban.work-order.returned.v1']],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));

  it('says how often it was returned, and what is due', () => {
    expect(() => send('housing')(given(...returnedTwice).state)).toThrow('The case was returned 2 times. After 2 returns it is not dispatched again: the coordinator rules who handles it');
  });
});
