import { expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { evolve, evolveFacts, idsOf, initialFacts, initialState, nextInstants, react, shippedPolicies, type ClockEvent, type FactEvent } from '@lianban/sla/decider';
import { history, minuteOf } from '@lianban/testing';
import { calendarBook } from '@lianban/working-time';
import { checkClocks, type Timer } from './clocks.js';

const caseId = 'case-1';
const rules = { policies: shippedPolicies, calendars: calendarBook([]) };
const registered = history('intake', caseId, [{
  type: 'lianban.case.registered.v1', occurredAt: minuteOf(1),
  data: { caseNo: 'LB20260209-000001', title: 'Lamp', description: 'Dark', channel: 'grid', category: null, territory: 'riverside-grid-01', location: null, requester: { kind: 'resident', ref: '5f0c7c1e-7f5a-4f43-9a6e-0f7d1c7c0a01' }, urgency: 'normal' },
}]) as EventEnvelope<FactEvent>[];
const facts = registered.reduce(evolveFacts, initialFacts);
const said = history('sla', caseId, react(initialState, facts, rules, idsOf(caseId)) as never) as EventEnvelope<ClockEvent>[];
const [next] = nextInstants(said.reduce(evolve, initialState), facts, rules, idsOf(caseId).clock);
const timer: Timer = { caseId, clockId: next?.clock.clockId ?? '', purpose: next?.purpose ?? '', dueAt: next?.clock.dueAt ?? '' };
const events: EventEnvelope[] = [...registered, ...said];
const soon = minuteOf(2);

it.each<readonly [string, readonly EventEnvelope[], readonly Timer[], string, string[]]>([
  ['all is well', events, [timer], soon, []],
  ['a clock was never started', registered, [], soon, ['sla has nothing to add to what it said']],
  ['a timer did not go off', events, [timer], minuteOf(100_000), ['what is due has happened', 'what is due has happened']],
  ['a timer is missing', events, [], soon, ['timers are those sla would set']],
  ['a timer is for another step', events, [{ ...timer, purpose: 'reminder' }], soon, ['timers are those sla would set', 'timers are those sla would set']],
  ['a timer of nobody', events, [timer, { ...timer, caseId: 'case-2' }], soon, ['timers are those sla would set']],
])('%s', (_what, stored, timers, firedBefore, expected) => {
  expect(checkClocks(stored, timers, firedBefore).map(({ check }) => check)).toEqual(expected);
});
