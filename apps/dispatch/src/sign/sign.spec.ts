import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { given } from '../domain/sample-events.js';
import { ended, facts, id, lead, one, returned, signed } from '../domain/sample-orders.js';
import { sign } from './sign.decider.js';

describe('signing', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['signing', one, (s) => sign(s, { workOrderId: id(1), note: null }, facts), ['lianban.work-order.signed.v1']],
    ['signing twice', [...one, signed(lead)], (s) => sign(s, { workOrderId: id(1), note: null }, facts), []],
    ['signing what was returned', [...one, returned(lead)], (s) => sign(s, { workOrderId: id(1), note: null }, facts), 'state-conflict'],
    ['signing nothing', one, (s) => sign(s, { workOrderId: id(7), note: null }, facts), 'not-found'],
    ['signing before the cancellation is written', one, (s) => sign(s, { workOrderId: id(1), note: null }, ended), 'state-conflict'],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));
});
