import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { given } from '../domain/sample-events.js';
import { assist, at, cancelled, lead, signed, two } from '../domain/sample-orders.js';
import { endOrders } from './end-orders.decider.js';

describe('the end of a case', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['the end of the case', [...two, signed(lead)], (s) => endOrders(s, at), ['lianban.work-order.cancelled.v1', 'lianban.work-order.cancelled.v1']],
    ['the end, again', [...two, cancelled(lead, 'case-ended'), cancelled(assist, 'case-ended')], (s) => endOrders(s, at), []],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));
});
