import { describe, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { given } from '../domain/sample-events.js';
import { facts, id, lead, one, signed } from '../domain/sample-orders.js';
import { progress } from './progress.decider.js';

describe('progress', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['progress', [...one, signed(lead)], (s) => progress(s, { workOrderId: id(1), note: maskText('x') }, facts), ['lianban.work-order.progressed.v1']],
    ['progress before signing', one, (s) => progress(s, { workOrderId: id(1), note: maskText('x') }, facts), 'state-conflict'],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));
});
