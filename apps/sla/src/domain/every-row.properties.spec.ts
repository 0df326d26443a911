/** No row in the table can leave a case without a due time, whichever release accepted it. */
import { describe, expect, it } from '@jest/globals';
import { DomainError, channels, clockKinds, demandKinds, levels, supervisionSteps, territoryKinds, urgencies } from '@lianban/contracts';
import { runsOf } from '@lianban/testing';
import { timeKinds, timeUnits } from '@lianban/working-time';
import fc from 'fast-check';
import { playCase, playedIds, rulesWith } from './play-case.js';
import type { Step } from './play-case.js';
import type { Policy } from './policies.js';
import { publishPolicy } from '../publish-policy/publish-policy.decider.js';
import { react } from './react.js';
import { accepted, answered, callBackOpened, closed, contacted, extended, held, kindSet, issued, merged, order, orderReturned, registered, reopened, reRated, unmerged } from './sample-facts.js';
import { samplePolicies } from './sample-policies.js';
import { compareCase, emptyWhatIf } from '../what-if/what-if.question.js';

const day = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
const [lead, helper, again] = [order('lead'), order('helper', 'assist'), order('again', 'lead', 2, 'rework')];

/** Every kind of clock, in every state a clock can be in. */
const cases: readonly Step[][] = levels.flatMap((level, index) => urgencies.map((urgency): Step[] => [
  registered(day('03-02 09:00'), urgency), issued(day('03-02 09:10'), lead), accepted(day('03-02 09:05'), level, index % 2 === 0), issued(day('03-02 09:10'), helper),
  kindSet(day('03-02 12:00'), 'report'), { timer: day('03-02 12:00') }, reRated(day('03-02 13:30'), 'complex', true), held(day('03-02 14:00'), day('03-03 09:00')), extended(day('03-03 10:00'), lead, 5), contacted(day('03-03 11:00')),
  orderReturned(day('03-03 13:30'), lead), merged(day('03-04 09:00')), unmerged(day('03-04 10:00')), answered(day('03-05 09:00'), lead), callBackOpened(day('03-05 09:00'), 'cb', 1),
  issued(day('03-06 09:00'), again), { timer: day('05-02 12:00') }, closed(day('05-04 09:00'), 'cb', 2), reopened(day('05-05 09:00')),
]));
const decide = (rows: readonly Policy[]) => cases.map((steps) => playCase(steps, rulesWith(...rows)));

const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null, freq: 2 });
const share = fc.record({ numerator: fc.integer({ min: 1, max: 1000 }), denominator: fc.constantFrom(1, 2, 3, 1000) });
const limit = fc.record({ kind: fc.constantFrom(...timeKinds), amount: fc.constantFrom(0.001, 0.5, 1, 5, 400, 100_000), unit: fc.constantFrom(...timeUnits) });
/** Any row that the body of a request can hold. */
const anyRow: fc.Arbitrary<Policy> = fc.record({
  id: fc.constantFrom('one', 'two', ...samplePolicies.map(({ id }) => id)), effectiveFrom: fc.constantFrom(day('02-01 00:00'), day('03-01 00:00'), day('05-05 00:00')),
  clock: fc.constantFrom(...clockKinds), milestone: orNull(fc.constantFrom('stop', 'new')), urgency: orNull(fc.constantFrom(...urgencies)), level: orNull(fc.constantFrom(...levels)),
  category: orNull(fc.constantFrom('a', 'a/b/c')), territory: orNull(fc.constantFrom('grid-01', 'elsewhere')), unit: orNull(fc.constantFrom('lead-department', 'helper-department')),
  channel: orNull(fc.constantFrom(...channels)), greenChannel: orNull(fc.boolean()), demandKind: orNull(fc.constantFrom(...demandKinds)), limit: orNull(limit), shareOfLead: orNull(share), greenChannelShare: orNull(share),
  startNextWorkingDay: fc.boolean(), toCloseOfLastDay: fc.boolean(), warnings: fc.array(share, { maxLength: 3 }), extensionCap: orNull(share),
  supervision: fc.array(fc.record({ step: fc.constantFrom(...supervisionSteps), colour: fc.constantFrom('yellow' as const, 'red' as const), after: orNull(limit), toTier: orNull(fc.constantFrom(...territoryKinds)) }), { maxLength: 4 }),
});

/** Adds the rows one after the other and leaves out those that are refused. */
const admitted = (rows: readonly Policy[]): readonly Policy[] => rows.reduce<readonly Policy[]>((known, row) => {
  try {
    return publishPolicy([...samplePolicies, ...known], row, day('01-01 00:00')).length === 0 ? known : [...known, row];
  } catch (error) {
    if (!(error instanceof DomainError) || error.errors.length === 0) throw error;
    return known;
  }
}, []);

describe('whatever rows there are', () => {
  it('accepted ones give every clock of every case a due time after its start, and what-if can judge it', () => {
    const results = decide([]);
    fc.assert(fc.property(fc.array(anyRow, { minLength: 5, maxLength: 40 }), (rows) => {
      const known = admitted(rows);
      for (const { state } of decide(known)) for (const { startedAt, dueAt } of state.clocks) expect(Date.parse(dueAt)).toBeGreaterThan(Date.parse(startedAt));
      for (const { facts } of results) compareCase(emptyWhatIf(), { caseId: 'case', facts }, { now: rulesWith(), then: rulesWith(...known), at: day('12-01 00:00') }, playedIds.clock);
    }), { numRuns: runsOf(30) });
  });

  it('rows that an earlier release accepted, and that are refused now, park no case', () => {
    fc.assert(fc.property(fc.array(anyRow, { maxLength: 20 }), (rows) => {
      // The earlier release refused rows with both a limit and a share, so those are left out.
      for (const { state, facts } of decide(rows.filter((row) => row.limit === null || row.shareOfLead === null))) expect(react(state, facts, rulesWith(...rows), playedIds)).toBeDefined();
    }), { numRuns: runsOf(30) });
  });

  it('where the rows of a deployment give no limit, a case has the shipped one', () => {
    const { state } = playCase(cases[0] as Step[], { ...rulesWith(), policies: [] });
    expect(state.clocks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['contact', 'sign', 'return-window', 'lead', 'assist', 'call-back', 'rework']));
  });
});
