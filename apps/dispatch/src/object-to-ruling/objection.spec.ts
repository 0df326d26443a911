import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import { shippedCalendars, workingCalendar } from '@lianban/working-time';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { given } from '../domain/sample-events.js';
import { answered, at, cancelled, completed, dispute, ended, facts, id, issued, one, order, returned, lead } from '../domain/sample-orders.js';
import { dispatch } from '../dispatch-case/dispatch-case.decider.js';
import { returnOrder } from '../return/return.decider.js';
import { rule } from '../rule/rule.decider.js';
import { decideObjection, object } from './objection.decider.js';

const rulingId = id(90);
const ours = order(4, 'urban-management', 'lead');
const ruled: DispatchEvent = { type: 'lianban.case.ruled.v1', data: { rulingId, round: 1, lead: 'urban-management', assist: [], previousLead: 'housing', returns: 1, basis: maskText('x') } };
const objected: DispatchEvent = { type: 'lianban.ruling.objected.v1', data: { rulingId, department: 'urban-management', reason: maskText('x') } };
const decided = (upheld: boolean): DispatchEvent => ({ type: 'lianban.objection.decided.v1', data: { rulingId, department: 'urban-management', upheld, reason: maskText('x') } });
const named = [...one, returned(lead), ruled, issued(ours)];
const waiting = [...named, objected];
const undone = [...waiting, decided(true)];

const calendar = workingCalendar(shippedCalendars);
/** The samples are written in the morning of Monday, 9 February 2026; at 09:00 in the morning two working days later the window is open. */
const objecting = (known: DispatchFacts = facts, when = at, days = 2) => (s: DispatchState) => object(s, maskText('x'), known, when, calendar, days);
const deciding = (upheld: boolean, isMe: (actorId: string) => boolean = () => false, known: DispatchFacts = facts) => (s: DispatchState) => decideObjection(s, { upheld, reason: maskText('x') }, known, isMe);
const giveBack = (s: DispatchState) => returnOrder(s, { workOrderId: id(4), reason: maskText('x'), suggestedDepartment: null }, facts, at, () => ({ open: true, dueAt: at }));
const again = (leadCode: string) => (s: DispatchState) => rule(s, { rulingId: id(91), lead: leadCode, assist: [], basis: maskText('x'), workOrderIds: [id(11)] }, facts);

const objection = 'lianban.ruling.objected.v1';
const decision = 'lianban.objection.decided.v1';
const reopened: DispatchFacts = { ...facts, reopenedAt: '2026-02-10T08:00:00Z' };

describe('objecting to a ruling', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['by who was named', named, objecting(), [objection]],
    ['twice', waiting, objecting(), 'state-conflict'],
    ['again after it was rejected', [...waiting, decided(false)], objecting(), 'state-conflict'],
    ['after it was upheld', undone, objecting(), 'not-found'],
    ['where nothing was ruled', one, objecting(), 'not-found'],
    ['to a ruling of the life before', named, objecting(reopened), 'not-found'],
    ['at the end of the second working day', named, objecting(facts, '2026-02-11T09:02:00+08:00'), [objection]],
    ['later', named, objecting(facts, '2026-02-11T09:05:00+08:00'), 'state-conflict'],
    ['when the work is done', [...named, completed(ours), answered(ours)], objecting(), 'state-conflict'],
    ['when the order is gone', [...named, cancelled(ours, 're-dispatched')], objecting(), 'state-conflict'],
    ['after the end', named, objecting(ended), 'state-conflict'],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));

  it('says until when it could be', () => {
    expect(() => objecting(facts, '2026-02-20T09:00:00+08:00')(given(...named).state)).toThrow(/An objection comes within 2 working days of the ruling of .+, that is until /);
  });
});

describe('deciding an objection', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['upheld', waiting, deciding(true), [decision]],
    ['rejected', waiting, deciding(false), [decision]],
    ['by who ruled, or who objected', waiting, deciding(true, () => true), 'forbidden'],
    ['upheld, again', undone, deciding(true), []],
    ['rejected, again', [...waiting, decided(false)], deciding(false), []],
    ['upheld after it was rejected', [...waiting, decided(false)], deciding(true), 'state-conflict'],
    ['rejected after it was upheld', undone, deciding(false), 'not-found'],
    ['where nobody objected', named, deciding(true), 'state-conflict'],
    ['where nothing was ruled', one, deciding(true), 'not-found'],
    ['after the end', waiting, deciding(true, undefined, ended), 'state-conflict'],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));
});

describe('an objection', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['that waits leaves the ruling as it is', waiting, giveBack, 'state-conflict'],
    ['that was rejected too', [...waiting, decided(false)], giveBack, 'state-conflict'],
    ['that was upheld lets the unit return the case', undone, giveBack, ['lianban.work-order.returned.v1']],
    ['that was upheld leads to a ruling for the same unit, which binds anew', undone, again('urban-management'), ['lianban.case.ruled.v1']],
    ['that was upheld counts the returns of before: the next dispatch is a ruling', [...undone, returned(ours)], (s) => dispatch(s, { lead: 'housing', assist: [], note: null, workOrderIds: [id(11)] }, facts, dispute), 'state-conflict'],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));
});
