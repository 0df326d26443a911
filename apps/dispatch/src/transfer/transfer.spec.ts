import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import { dispatch } from '../dispatch-case/dispatch-case.decider.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { given } from '../domain/sample-events.js';
import { answered, cancelled, completed, dispute, ended, facts, id, issued, lead, one, order, returned, signed, two } from '../domain/sample-orders.js';
import { agreeTransfer, declineTransfer, requestTransfer } from './transfer.decider.js';

const transfer = (n: number, from = lead, to = 'landscaping') => ({ transferId: id(50 + n), workOrderId: from.workOrderId, round: 1, from: from.department, to });
const asked = (n: number, from = lead, to?: string): DispatchEvent => ({ type: 'lianban.transfer.requested.v1', data: { ...transfer(n, from, to), reason: maskText('x') } });
const agreed = (n: number, from = lead, to?: string): DispatchEvent => ({ type: 'lianban.transfer.agreed.v1', data: { ...transfer(n, from, to), note: null } });
const declined = (n: number): DispatchEvent => ({ type: 'lianban.transfer.declined.v1', data: { ...transfer(n), reason: maskText('x') } });
const ruled: DispatchEvent = { type: 'lianban.case.ruled.v1', data: { rulingId: id(90), round: 1, lead: 'housing', assist: [], previousLead: null, returns: 0, basis: maskText('x') } };

const second = order(3, 'landscaping', 'lead');
const third = order(4, 'fire-rescue', 'lead');
const handed = (n: number, from: typeof lead, to: typeof lead): DispatchEvent[] => [asked(n, from, to.department), agreed(n, from, to.department), cancelled(from, 'transferred'), issued(to)];
const once = [...one, ...handed(1, lead, second)];
const twice = [...once, ...handed(2, second, third)];
const reopened: DispatchFacts = { ...facts, reopenedAt: '2026-02-10T08:00:00Z' };

type Decide = (s: DispatchState) => DispatchEvent[];
const asking = (workOrderId = id(1), to = 'landscaping', known = facts, rules = dispute): Decide => (s) => requestTransfer(s, { transferId: id(59), workOrderId, to, reason: maskText('Not the lamp.') }, known, rules);
const agreeing = (n = 1, known = facts): Decide => (s) => agreeTransfer(s, { transferId: id(50 + n), note: null, newOrderId: id(11) }, known, dispute);
const declining = (n = 1): Decide => (s) => declineTransfer(s, { transferId: id(50 + n), reason: maskText('x') }, facts);

const [request, agreement, refusal, cancelling, new_] = ['lianban.transfer.requested.v1', 'lianban.transfer.agreed.v1', 'lianban.transfer.declined.v1', 'lianban.work-order.cancelled.v1', 'lianban.work-order.issued.v1'];

describe('handing the lead on by agreement', () => {
  it.each<[string, DispatchEvent[], Decide, Expected]>([
    ['the lead asks another unit', one, asking(), [request]],
    ['also once work has begun', [...one, signed(lead)], asking(), [request]],
    ['the same unit again', [...one, asked(1)], asking(), []],
    ['a second unit while the first has not answered', [...one, asked(1)], asking(id(1), 'fire-rescue'), 'state-conflict'],
    ['a second unit after the first has declined', [...one, asked(1), declined(1)], asking(id(1), 'fire-rescue'), [request]],
    ['itself', one, asking(id(1), 'housing'), 'validation-failed'],
    ['an assistant asks', two, asking(id(2), 'fire-rescue'), 'state-conflict'],
    ['a lead whose order is gone asks', [...one, returned(lead)], asking(), 'state-conflict'],
    ['a lead that has answered asks', [...one, signed(lead), completed(lead), answered(lead)], asking(), 'state-conflict'],
    ['after the end', one, asking(id(1), 'landscaping', ended), 'state-conflict'],
    ['a lead named by a ruling asks', [...one, ruled], asking(), 'state-conflict'],
    ['a lead named by a ruling of the life before asks', [...one, ruled], asking(id(1), 'landscaping', reopened), [request]],
    ['a second time', once, asking(id(3), 'fire-rescue'), [request]],
    ['a third time, of three', twice, asking(id(4), 'health'), 'state-conflict'],
    ['a third time, of four', twice, asking(id(4), 'health', facts, { ...dispute, transfersUntilRuling: 4 }), [request]],
    ['a third time, the others in the life before', twice, asking(id(4), 'health', reopened), [request]],
    ['the unit agrees', [...one, asked(1)], agreeing(), [agreement, cancelling, new_]],
    ['the unit, an assistant so far, agrees', [...two, asked(1)], agreeing(), [agreement, cancelling, cancelling, new_]],
    ['the unit agrees again', once, agreeing(), []],
    ['the unit agrees after it has declined', [...one, asked(1), declined(1)], agreeing(), 'state-conflict'],
    ['the unit agrees to what nobody asked', one, agreeing(), 'not-found'],
    ['the unit agrees when the lead has returned the order', [...one, asked(1), returned(lead)], agreeing(), 'state-conflict'],
    ['the unit agrees when a ruling has bound the lead', [...one, asked(1), ruled], agreeing(), 'state-conflict'],
    ['the unit agrees after the end', [...one, asked(1)], agreeing(1, ended), 'state-conflict'],
    ['the unit declines', [...one, asked(1)], declining(), [refusal]],
    ['the unit declines again', [...one, asked(1), declined(1)], declining(), []],
    ['the unit declines after it has agreed', once, declining(), 'state-conflict'],
  ])('%s', (_what, events, decide, expected) => given(...events).when(decide).then(expected));

  it('gives the new lead an order of the same round', () => {
    expect(agreeing()(given(...one, asked(1)).state).at(-1)).toEqual({
      type: new_, data: { workOrderId: id(11), department: 'landscaping', role: 'lead', round: 1, cause: 'dispatch' },
    });
  });

  it('says how often it went on, and which number needs a ruling', () => {
    expect(() => asking(id(4), 'health')(given(...twice).state)).toThrow('The lead was transferred 2 times by agreement. Transfer number 3 needs a ruling by the coordinator');
  });

  it('is no return: two of them and one return leave the case to a dispatch', () => {
    given(...twice, returned(third)).when((s: DispatchState) => dispatch(s, { lead: 'health', assist: [], note: null, workOrderIds: [id(12)] }, facts, dispute)).then(['lianban.case.dispatched.v1', new_]);
  });
});
