import { describe, expect, it } from '@jest/globals';
import { caseEventTypes, maskText } from '@lianban/contracts';
import { history, outcomeOf, typesTakenBy } from '@lianban/testing';
import { evolve, initialState } from './dispatch-case.js';
import type { DispatchEvent, DispatchState, WorkOrder } from './dispatch-case.js';
import { dispatch } from '../dispatch-case/dispatch-case.decider.js';
import { endOrders } from '../watch-case/end-orders.decider.js';
import { rework } from '../rework/rework.decider.js';
import type { DispatchFacts } from './facts.js';
import { complete } from '../complete/complete.decider.js';
import { progress } from '../progress/progress.decider.js';
import { reachMilestone } from '../reach-milestone/reach-milestone.decider.js';
import { returnOrder } from '../return/return.decider.js';
import { sign } from '../sign/sign.decider.js';

const id = (n: number): string => `7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c${String(n).padStart(2, '0')}`;
const facts: DispatchFacts = { accepted: true, ended: false, demand: null };
const at = '2026-02-10T09:00:00Z';
const ended: DispatchFacts = { ...facts, ended: true };
const registered: DispatchFacts = {
  ...facts, accepted: false, demand: { caseNo: 'LB20260209-000001', title: 'Lamp', description: 'Dark.', territory: 'riverside', category: null },
};
const unheard: DispatchFacts = { ...facts, accepted: false };

const order = (n: number, department: string, role: WorkOrder['role'], round = 1) => ({ workOrderId: id(n), department, role, round });
const lead = order(1, 'housing', 'lead');
const assist = order(2, 'landscaping', 'assist');

const dispatched: DispatchEvent = { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'housing', assist: [], note: null } };
const issued = (o: typeof lead, cause: 'dispatch' | 'rework' = 'dispatch'): DispatchEvent => ({ type: 'lianban.work-order.issued.v1', data: { ...o, cause } });
const signed = (o: typeof lead): DispatchEvent => ({ type: 'lianban.work-order.signed.v1', data: { ...o, note: null } });
const progressed = (o: typeof lead): DispatchEvent => ({ type: 'lianban.work-order.progressed.v1', data: { ...o, note: maskText('Ordered.') } });
const returned = (o: typeof lead): DispatchEvent => ({ type: 'lianban.work-order.returned.v1', data: { ...o, reason: maskText('Not ours.'), suggestedDepartment: null } });
const completed = (o: typeof lead): DispatchEvent => ({ type: 'lianban.work-order.completed.v1', data: { ...o, result: maskText('Done.'), withoutAssistants: null } });
const answered = (o: typeof lead): DispatchEvent => ({ type: 'lianban.case.answered.v1', data: { workOrderId: o.workOrderId, round: o.round, lead: o.department, result: maskText('Done.') } });
const cancelled = (o: typeof lead, reason: 'case-ended' | 're-dispatched' | 'answered-without'): DispatchEvent => ({ type: 'lianban.work-order.cancelled.v1', data: { ...o, reason } });

const one = [dispatched, issued(lead)];
const two = [...one, issued(assist)];
const answeredOnce = [...one, signed(lead), completed(lead), answered(lead)];

const given = (...events: DispatchEvent[]): DispatchState => history('dispatch', 'case', events).reduce(evolve, initialState);
const send = (leadCode: string, assistCodes: string[] = [], known = facts) => (s: DispatchState) =>
  dispatch(s, { lead: leadCode, assist: assistCodes, note: null, workOrderIds: [id(11), id(12), id(13)] }, known);
const finish = (workOrderId: string, why: string | null = null, known = facts) => (s: DispatchState) =>
  complete(s, { workOrderId, result: maskText('Done.'), withoutAssistants: why === null ? null : maskText(why) }, known, at);
const giveBack = (inWindow: boolean | null) => (s: DispatchState) =>
  returnOrder(s, { workOrderId: id(1), reason: maskText('Not ours.'), suggestedDepartment: null }, facts, at, () => inWindow);
/** Sla has told of the order's clocks, and of one milestone. */
const reach = (milestone: string, known: Partial<DispatchFacts> = {}) => (s: DispatchState) => reachMilestone(
  s, { workOrderId: id(1), milestone, note: null }, { ...facts, milestones: ['stop'], clocks: { [`sign ${id(1)}`]: { dueAt: at, kind: 'working', cap: null } }, ...known });
const reached: DispatchEvent = { type: 'lianban.milestone.reached.v1', data: { ...lead, milestone: 'stop', note: null } };
const outcome = (decision: 'close' | 'rework', round = 1) => ({
  callBackId: id(99), round, demandCaseId: null, lead: 'housing', reached: true, resolved: false, satisfaction: null, comment: null, unitAtFault: null, decision, reworks: 1,
});

const IS = { type: 'lianban.case.dispatched.v1', issued: 'lianban.work-order.issued.v1', cancelled: 'lianban.work-order.cancelled.v1' };

describe('dispatch decides', () => {
  const table: readonly (readonly [string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], string | string[]])[] = [
    ['a lead alone', [], send('housing'), [IS.type, IS.issued]],
    ['a lead and two assistants', [], send('housing', ['fire-rescue', 'landscaping']), [IS.type, IS.issued, IS.issued, IS.issued]],
    ['before acceptance', [], send('housing', [], registered), 'state-conflict'],
    ['a case nobody has heard of', [], send('housing', [], unheard), 'not-found'],
    ['after the end', [], send('housing', [], ended), 'state-conflict'],
    ['a lead that assists itself', [], send('housing', ['housing']), 'validation-failed'],
    ['an assistant twice', [], send('housing', ['fire-rescue', 'fire-rescue']), 'validation-failed'],
    ['while a lead has it', one, send('fire-rescue'), 'state-conflict'],
    ['while it waits for the call-back', answeredOnce, send('fire-rescue'), 'state-conflict'],
    ['again after the lead returned', [...one, returned(lead)], send('fire-rescue'), [IS.type, IS.issued]],
    ['again, dropping the assistant', [...two, returned(lead)], send('fire-rescue'), [IS.cancelled, IS.type, IS.issued]],
    ['again, keeping the assistant', [...two, returned(lead)], send('fire-rescue', ['landscaping']), [IS.type, IS.issued]],
    ['again, the assistant becoming lead', [...two, returned(lead)], send('landscaping'), [IS.cancelled, IS.type, IS.issued]],

    ['signing', one, (s) => sign(s, { workOrderId: id(1), note: null }, facts), ['lianban.work-order.signed.v1']],
    ['signing twice', [...one, signed(lead)], (s) => sign(s, { workOrderId: id(1), note: null }, facts), []],
    ['signing what was returned', [...one, returned(lead)], (s) => sign(s, { workOrderId: id(1), note: null }, facts), 'state-conflict'],
    ['signing nothing', one, (s) => sign(s, { workOrderId: id(7), note: null }, facts), 'not-found'],
    ['signing before the cancellation is written', one, (s) => sign(s, { workOrderId: id(1), note: null }, ended), 'state-conflict'],

    ['reaching a milestone', [...one, signed(lead)], reach('stop'), ['lianban.milestone.reached.v1']],
    ['reaching it again', [...one, signed(lead), reached], reach('stop'), []],
    ['reaching one the case does not have', [...one, signed(lead)], reach('stopp'), 'validation-failed'],
    ['reaching one of a case that has none', [...one, signed(lead)], reach('stop', { milestones: [] }), 'validation-failed'],
    ['reaching one before sla has told which there are', [...one, signed(lead)], reach('punish', { clocks: {} }), 'read-model-behind'],
    ['reaching one sla has told of already', [...one, signed(lead)], reach('stop', { clocks: {} }), ['lianban.milestone.reached.v1']],
    ['reaching one unsigned', one, reach('stop'), 'state-conflict'],
    ['reaching one after the answer', answeredOnce, reach('stop'), ['lianban.milestone.reached.v1']],
    ['reaching one after the end', answeredOnce, reach('stop', { ended: true }), 'state-conflict'],
    ['reaching one by the order before the rework', [...answeredOnce, issued(order(21, 'housing', 'lead', 2), 'rework')], reach('stop'), 'state-conflict'],
    ['progress', [...one, signed(lead)], (s) => progress(s, { workOrderId: id(1), note: maskText('x') }, facts), ['lianban.work-order.progressed.v1']],
    ['progress before signing', one, (s) => progress(s, { workOrderId: id(1), note: maskText('x') }, facts), 'state-conflict'],

    ['returning unsigned', one, giveBack(true), ['lianban.work-order.returned.v1']],
    ['returning signed', [...one, signed(lead)], giveBack(true), ['lianban.work-order.returned.v1']],
    ['returning after the window', one, giveBack(false), 'return-window-closed'],
    ['returning what was begun', [...one, signed(lead), progressed(lead)], giveBack(true), 'state-conflict'],
    ['returning before the window is known', one, giveBack(null), 'read-model-behind'],
    ['returning twice', [...one, returned(lead)], giveBack(true), 'state-conflict'],

    ['completing', [...one, signed(lead)], finish(id(1)), ['lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
    ['completing after progress', [...one, signed(lead), progressed(lead)], finish(id(1)), ['lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
    ['completing unsigned', one, finish(id(1)), 'state-conflict'],
    ['completing twice', answeredOnce, finish(id(1)), 'state-conflict'],
    ['completing an ended case', [...one, signed(lead)], finish(id(1), null, ended), 'state-conflict'],
    ['an assistant completing', [...two, signed(assist)], finish(id(2)), ['lianban.work-order.completed.v1']],
    ['the lead while an assistant is open', [...two, signed(lead)], finish(id(1)), 'assistants-open'],
    ['the lead without its assistant', [...two, signed(lead)], finish(id(1), 'No trees there.'), [IS.cancelled, 'lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
    ['the lead after its assistant', [...two, signed(lead), signed(assist), completed(assist)], finish(id(1)), ['lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
    ['the lead after its assistant returned', [...two, signed(lead), returned(assist)], finish(id(1)), ['lianban.work-order.completed.v1', 'lianban.case.answered.v1']],

    ['a call-back that asks for rework', answeredOnce, (s) => rework(s, outcome('rework'), facts, id(21)), [IS.issued]],
    ['the same call-back again', [...answeredOnce, issued(order(21, 'housing', 'lead', 2), 'rework')], (s) => rework(s, outcome('rework'), facts, id(21)), []],
    ['a call-back that closes', answeredOnce, (s) => rework(s, outcome('close'), facts, id(21)), []],
    ['a rework of an ended case', answeredOnce, (s) => rework(s, outcome('rework'), ended, id(21)), []],
    ['the end of the case', [...two, signed(lead)], (s) => endOrders(s, at), [IS.cancelled, IS.cancelled]],
    ['the end, again', [...two, cancelled(lead, 'case-ended'), cancelled(assist, 'case-ended')], (s) => endOrders(s, at), []],
  ];
  it.each(table)('%s', (_name, events, decide, expected) => {
    expect(outcomeOf(() => decide(given(...events)))).toEqual(expected);
  });

  it('gives rework to whoever answered, one round on', () => {
    expect(rework(given(...answeredOnce), outcome('rework'), facts, id(21))).toEqual([
      { type: IS.issued, data: { workOrderId: id(21), department: 'housing', role: 'lead', round: 2, cause: 'rework' } },
    ]);
  });

  it('records the reason only when an assistant was really left out', () => {
    const [event] = complete(given(...one, signed(lead)), { workOrderId: id(1), result: maskText('Done.'), withoutAssistants: maskText('because') }, facts, at);
    expect(event?.data).toMatchObject({ withoutAssistants: null });
  });

  it('asks the window with the time of issue', () => {
    const asked: string[][] = [];
    returnOrder(given(...one), { workOrderId: id(1), reason: maskText('x'), suggestedDepartment: null }, facts, at, ({ issuedAt }, when) => {
      asked.push([issuedAt, when]);
      return true;
    });
    expect(asked).toEqual([['2026-02-09T01:02:00.000Z', '2026-02-10T09:00:00Z']]);
  });
});

it('a milestone of a case without any is refused for that reason', () => {
  expect(() => reach('stop', { milestones: [] })(given(...one, signed(lead)))).toThrow('the case has no milestones');
  expect(() => reach('stopp')(given(...one, signed(lead)))).toThrow('the case has no such milestone, only stop');
});

describe('the state of dispatch', () => {
  it('is made of every event dispatch writes about a case, and of no other', () => {
    expect(typesTakenBy((event) => evolve(initialState, event)).sort()).toEqual(caseEventTypes('dispatch').sort());
  });
});
