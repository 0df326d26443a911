import { describe, expect, it } from '@jest/globals';
import { runsOf } from '@lianban/testing';
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import fc from 'fast-check';
import { evolve, initialState } from './case-clocks.js';
import type { SlaState } from './case-clocks.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { SlaFacts } from './facts.js';
import { fire } from '../sweep/fire.decider.js';
import { react } from './react.js';
import type { Rules } from './schedule-clock.js';
import { accepted, answered, callBackCancelled, callBackOpened, callBackRecorded, closed, contacted, handledOnTheSpot, issued, order, orderCancelled, orderCompleted,
  orderReturned, orderSigned, registered, withdrawn, asked, extended, held, questionLapsed, requesterWrote, merged, reopened, reRated, resumed, unmerged } from './sample-facts.js';
import type { HappenedFact } from './sample-facts.js';
import { samplePolicies } from './sample-policies.js';

const rules: Rules = { policies: samplePolicies, calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) };
const clockIdOf = (kind: string, round: number, workOrderId: string | null) => [kind, round, workOrderId].join('/');
const ids = { clock: clockIdOf, supervision: (...parts: string[]) => parts.join('/') };
const at = (hour: number) => new Date(Date.parse('2026-03-02T00:00:00Z') + hour * 3_600_000).toISOString();
const lead = order('lead');
const helper = order('helper', 'assist');
const other = order('other');
const again = order('again', 'lead', 2, 'rework');

/** Facts by source. The order is guaranteed only within one source. */
const stories: Record<string, HappenedFact[][]> = {
  'rework, then closed': [
    [registered(at(1)), accepted(at(2), 'general'), contacted(at(2)), closed(at(60), 'cb2', 2)],
    [issued(at(3), lead), issued(at(3), helper), orderSigned(at(4), lead), orderCompleted(at(20), helper), orderCompleted(at(30), lead), answered(at(30), lead),
      issued(at(40), again), orderSigned(at(49), again), orderCompleted(at(55), again), answered(at(55), again)],
    [callBackOpened(at(30), 'cb1', 1), callBackRecorded(at(40), 'cb1', 1, 'rework'), callBackOpened(at(55), 'cb2', 2), callBackRecorded(at(60), 'cb2', 2, 'close')],
  ],
  'returned, everything late, closed without a contact': [
    [registered(at(1)), accepted(at(2), 'simple'), closed(at(400), 'cb1', 1)],
    [issued(at(3), lead), orderReturned(at(26), lead), issued(at(30), other), orderSigned(at(200), other), orderCompleted(at(300), other), answered(at(300), other)],
    [callBackOpened(at(300), 'cb1', 1), callBackRecorded(at(400), 'cb1', 1, 'close')],
  ],
  'held, extended in time, re-rated, answered, closed and opened again': [
    [registered(at(1)), accepted(at(2), 'general'), contacted(at(2)), reRated(at(60), 'complex'), closed(at(500), 'cb1', 1), reopened(at(520)), closed(at(700), 'cb2', 2)],
    [issued(at(3), lead), issued(at(3), helper), orderSigned(at(4), lead), held(at(6), at(300)), resumed(at(52)), extended(at(54), lead, 2), held(at(120), at(140), 'b'),
      orderCompleted(at(200), helper), orderCompleted(at(400), lead), answered(at(400), lead),
      issued(at(530), order('second', 'lead', 2)), orderCompleted(at(600), order('second', 'lead', 2)), answered(at(600), order('second', 'lead', 2))],
    [callBackOpened(at(400), 'cb1', 1), callBackRecorded(at(500), 'cb1', 1, 'close'), callBackOpened(at(600), 'cb2', 2), callBackRecorded(at(700), 'cb2', 2, 'close')],
  ],
  'asked, answered, asked again without an answer, held beside it': [
    [registered(at(1)), accepted(at(2), 'general'), contacted(at(2)), asked(at(6), lead, at(78)), requesterWrote(at(30)), asked(at(50), lead, at(122), 'r'), questionLapsed(at(122), lead, 'r'), closed(at(500), 'cb1', 1)],
    [issued(at(3), lead), issued(at(3), helper), orderSigned(at(4), lead), held(at(54), at(300)), resumed(at(100)), orderCompleted(at(200), helper), orderCompleted(at(400), lead), answered(at(400), lead)],
    [callBackOpened(at(400), 'cb1', 1), callBackRecorded(at(500), 'cb1', 1, 'close')],
  ],
  'asked by a lead that returned, and by an assistant': [
    [registered(at(1)), accepted(at(2), 'general'), contacted(at(2)), asked(at(6), lead, at(78)), asked(at(80), helper, at(152), 'r'), requesterWrote(at(90), 'r'), closed(at(500), 'cb1', 1)],
    [issued(at(3), lead), issued(at(3), helper), orderReturned(at(10), lead), issued(at(26), other), orderSigned(at(27), other), orderCompleted(at(120), helper), orderCompleted(at(150), other), answered(at(150), other)],
    [callBackOpened(at(150), 'cb1', 1), callBackRecorded(at(500), 'cb1', 1, 'close')],
  ],
  'extended before the due time, whoever hears of it first': [
    [registered(at(1)), accepted(at(2), 'simple'), contacted(at(2)), closed(at(300), 'cb1', 1)],
    [issued(at(3), lead), orderSigned(at(4), lead), extended(at(5), lead, 1), orderCompleted(at(30), lead), answered(at(30), lead)],
    [callBackOpened(at(30), 'cb1', 1), callBackRecorded(at(300), 'cb1', 1, 'close')],
  ],
  'merged, given back, led by another, answered for two demands': [
    [registered(at(1)), accepted(at(2), 'general'), contacted(at(2)), merged(at(6)), unmerged(at(30)), closed(at(200), 'cb2', 1)],
    [issued(at(3), lead), issued(at(3), helper), orderSigned(at(4), lead), held(at(5), at(300)), resumed(at(6)), orderCancelled(at(6), lead, 'case-ended'), orderCancelled(at(6), helper, 'case-ended'),
      issued(at(31), other), orderSigned(at(32), other), orderCompleted(at(100), other), answered(at(100), other)],
    [callBackOpened(at(100), 'cb1', 1), callBackOpened(at(100), 'cb2', 1, 'demand'), callBackRecorded(at(190), 'cb1', 1, 'close'), callBackRecorded(at(200), 'cb2', 1, 'close')],
  ],
  'withdrawn while handled, opened again, answered in the next round': [
    [registered(at(1)), accepted(at(2), 'general'), contacted(at(2)), withdrawn(at(20)), reopened(at(40)), closed(at(100), 'cb2', 2)],
    [issued(at(3), lead), orderSigned(at(4), lead), orderCancelled(at(20), lead, 'case-ended'), issued(at(45), order('second', 'lead', 2)),
      orderCompleted(at(90), order('second', 'lead', 2)), answered(at(90), order('second', 'lead', 2))],
    [callBackOpened(at(90), 'cb2', 2), callBackRecorded(at(100), 'cb2', 2, 'close')],
  ],
  'withdrawn without a contact, which is entered later': [
    [registered(at(1)), accepted(at(5), 'general'), withdrawn(at(20)), contacted(at(2))],
    [issued(at(6), lead), issued(at(6), helper), orderCancelled(at(20), lead, 'case-ended'), orderCancelled(at(20), helper, 'case-ended')],
    [],
  ],
  'merged before the contact, given back': [
    [registered(at(1)), accepted(at(2), 'simple'), merged(at(3)), contacted(at(5)), unmerged(at(20)), closed(at(100), 'cb1', 1)],
    [issued(at(21), lead), orderCompleted(at(60), lead), answered(at(60), lead)],
    [callBackOpened(at(60), 'cb1', 1), callBackRecorded(at(100), 'cb1', 1, 'close')],
  ],
  'settled on the spot, opened again, accepted then': [
    [registered(at(1)), handledOnTheSpot(at(2)), reopened(at(30)), accepted(at(40), 'general'), closed(at(100), 'cb1', 1)],
    [issued(at(41), lead), issued(at(41), helper), orderCompleted(at(50), helper), orderCompleted(at(60), lead), answered(at(60), lead)],
    [callBackOpened(at(60), 'cb1', 1), callBackRecorded(at(100), 'cb1', 1, 'close')],
  ],
  'overdue, then merged for good': [
    [registered(at(1)), accepted(at(2), 'simple'), merged(at(60))],
    [issued(at(3), lead), orderSigned(at(4), lead), orderCancelled(at(60), lead, 'case-ended')],
    [],
  ],
  'withdrawn while dispatch, not knowing it, goes on': [
    [registered(at(1)), accepted(at(2), 'utility'), withdrawn(at(4))],
    [issued(at(3), lead), issued(at(3), helper), orderSigned(at(5), lead), issued(at(6), other), orderCancelled(at(7), helper, 'case-ended'), answered(at(8), lead)],
    [callBackOpened(at(8), 'cb1', 1), callBackCancelled(at(8), 'cb1', 1)],
  ],
};

/** One order of arrival. Each source keeps its own order; the timer fires in between, at random times. */
const arrival = (sources: HappenedFact[][]): fc.Arbitrary<(HappenedFact | string)[]> =>
  fc.tuple(
    fc.shuffledSubarray(sources.flatMap((events, source) => events.map(() => source)), { minLength: sources.flat().length }),
    fc.array(fc.tuple(fc.nat(sources.flat().length), fc.nat(500)), { maxLength: 4 }),
  ).map(([picks, timers]) => {
    const queues = sources.map((events) => [...events]);
    return picks.flatMap((source, index) => [
      ...timers.filter(([when]) => when === index).map(([, hour]) => at(hour)),
      ...(queues[source]?.splice(0, 1) ?? []),
    ]);
  });

const fireAll = (state: SlaState, facts: SlaFacts, now: string) => fire(state, facts, rules, now, state.clocks.map(({ clockId }) => clockId), ids);

/** The clocks after all facts have come and the timer has fired everything that was due. */
const play = (steps: (HappenedFact | string)[]): SlaState => {
  let state: SlaState = initialState;
  let facts: SlaFacts = initialFacts;
  for (const step of steps) {
    if (typeof step !== 'string') facts = evolveFacts(facts, step);
    const events = typeof step === 'string' ? fireAll(state, facts, step) : react(state, facts, rules, ids);
    state = events.reduce<SlaState>(evolve, state);
    // Reacting again to the same facts adds nothing.
    expect(react(state, facts, rules, ids)).toEqual([]);
  }
  return fireAll(state, facts, at(10_000)).reduce<SlaState>(evolve, state);
};

/** Leaves out the warnings and the steps of supervision: they may depend on when the timer fired. */
const bodies = (state: SlaState) => state.clocks.map(({ warned: _warned, supervised: _supervised, ...clock }) => clock).sort((a, b) => a.clockId.localeCompare(b.clockId));

describe('whatever the interleaving of the sources, and whenever the timer goes off', () => {
  it.each(Object.entries(stories))('the clocks end the same: %s', (_name, sources) => {
    const expected = bodies(play(sources.flat().sort((a, b) => a.metadata.occurredAt.localeCompare(b.metadata.occurredAt))));
    expect(expected.length).toBeGreaterThan(3);
    expect(expected.some(({ status }) => status === 'running')).toBe(false);
    fc.assert(fc.property(arrival(sources), (steps) => {
      expect(bodies(play(steps))).toEqual(expected);
    }), { numRuns: runsOf(300) });
  });
});
