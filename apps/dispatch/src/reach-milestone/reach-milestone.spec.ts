import { describe, expect, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { given } from '../domain/sample-events.js';
import { answeredOnce, at, facts, id, issued, lead, one, order, signed } from '../domain/sample-orders.js';
import { reachMilestone } from './reach-milestone.decider.js';

/** Sla has told of the order's clocks, and of one milestone. */
const reach = (milestone: string, known: Partial<DispatchFacts> = {}) => (s: DispatchState) => reachMilestone(
  s, { workOrderId: id(1), milestone, note: null }, { ...facts, milestones: ['stop'], clocks: { [`sign ${id(1)}`]: { dueAt: at, kind: 'working', cap: null } }, ...known });
const reached: DispatchEvent = { type: 'lianban.milestone.reached.v1', data: { ...lead, milestone: 'stop', note: null } };

describe('a milestone', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
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
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));
});

it('a milestone of a case without any is refused for that reason', () => {
  expect(() => reach('stop', { milestones: [] })(given(...one, signed(lead)).state)).toThrow('the case has no milestones');
  expect(() => reach('stopp')(given(...one, signed(lead)).state)).toThrow('the case has no such milestone, only stop');
});
