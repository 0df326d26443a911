import { describe, expect, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { given } from '../domain/sample-events.js';
import { answeredOnce, ended, facts, id, issued, order } from '../domain/sample-orders.js';
import { rework } from './rework.decider.js';

const outcome = (decision: 'close' | 'rework', round = 1) => ({
  callBackId: id(99), round, demandCaseId: null, lead: 'housing', reached: true, resolved: false, satisfaction: null, comment: null, unitAtFault: null, decision, reworks: 1,
});

describe('rework', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['a call-back that asks for rework', answeredOnce, (s) => rework(s, outcome('rework'), facts, id(21)), ['lianban.work-order.issued.v1']],
    ['the same call-back again', [...answeredOnce, issued(order(21, 'housing', 'lead', 2), 'rework')], (s) => rework(s, outcome('rework'), facts, id(21)), []],
    ['a call-back that closes', answeredOnce, (s) => rework(s, outcome('close'), facts, id(21)), []],
    ['a rework of an ended case', answeredOnce, (s) => rework(s, outcome('rework'), ended, id(21)), []],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));

  it('gives rework to whoever answered, one round on', () => {
    expect(rework(given(...answeredOnce).state, outcome('rework'), facts, id(21))).toEqual([
      { type: 'lianban.work-order.issued.v1', data: { workOrderId: id(21), department: 'housing', role: 'lead', round: 2, cause: 'rework' } },
    ]);
  });
});
