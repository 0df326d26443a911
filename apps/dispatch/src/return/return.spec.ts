import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { given } from '../domain/sample-events.js';
import { at, facts, id, lead, one, progressed, returned, signed } from '../domain/sample-orders.js';
import { returnOrder } from './return.decider.js';

const giveBack = (inWindow: boolean | null) => (s: DispatchState) =>
  returnOrder(s, { workOrderId: id(1), reason: maskText('Not ours.'), suggestedDepartment: null }, facts, at, () => (inWindow === null ? null : { open: inWindow, dueAt: at }));

describe('returning an order', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['returning unsigned', one, giveBack(true), ['lianban.work-order.returned.v1']],
    ['returning signed', [...one, signed(lead)], giveBack(true), ['lianban.work-order.returned.v1']],
    ['returning after the window', one, giveBack(false), 'return-window-closed'],
    ['returning what was begun', [...one, signed(lead), progressed(lead)], giveBack(true), 'state-conflict'],
    ['returning before the window is known', one, giveBack(null), 'read-model-behind'],
    ['returning twice', [...one, returned(lead)], giveBack(true), 'state-conflict'],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));

  it('asks the window with the time of issue', () => {
    const asked: string[][] = [];
    returnOrder(given(...one).state, { workOrderId: id(1), reason: maskText('x'), suggestedDepartment: null }, facts, at, ({ issuedAt }, when) => {
      asked.push([issuedAt, when]);
      return { open: true, dueAt: when };
    });
    expect(asked).toEqual([['2026-02-09T01:02:00.000Z', '2026-02-10T09:00:00Z']]);
  });
});
