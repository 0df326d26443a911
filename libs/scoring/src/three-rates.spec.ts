import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formulaOf, formulasOf } from './formulas.js';
import { addCounts, countedOutcomes, countsOf, departmentOf, noCounts, periodOf, ratesFromCounts } from './three-rates.js';
import type { CaseFacts, Rate, RecordedOutcome, ThreeRates } from './three-rates.js';

const own = { demandCaseId: null, sequence: 1 };
const happy = { ...own, reached: true, resolved: true, satisfaction: 5 };
const grumpy = { ...own, reached: true, resolved: true, satisfaction: 2 };
const unresolved = { ...own, reached: true, resolved: false, satisfaction: 1 };
const silent = { ...own, reached: true, resolved: true, satisfaction: null };
const unreached = { ...own, reached: false, resolved: null, satisfaction: null };

const second = '2026-02';
const third = '2026-11';
const facts = (some: Partial<CaseFacts>): CaseFacts => ({ period: third, contact: null, outcomes: [], merged: false, joined: [], ...some });
const ratesOf = (cases: readonly CaseFacts[]): ThreeRates => ratesFromCounts(cases.map(countsOf).reduce(addCounts, noCounts));
const rate = (numerator: number, denominator: number): Rate => ({ numerator, denominator, value: denominator === 0 ? null : numerator / denominator });

describe('the three rates', () => {
  it('have no value without a denominator', () => {
    const none = { response: rate(0, 0), resolution: rate(0, 0), satisfaction: rate(0, 0), notAsked: 0 };
    expect(ratesOf([])).toEqual(none);
    expect(ratesOf([facts({ contact: 'running', outcomes: [unreached] }), facts({ contact: 'cancelled' })])).toEqual(none);
  });

  it.each([
    ['three-rates.v2', second, rate(1, 4), 0],
    ['three-rates.v3', third, rate(1, 3), 1],
  ])('by %s count who was contacted in time, and of those reached who calls it resolved and who is satisfied', (formula, period, satisfaction, notAsked) => {
    const cases = [
      { contact: 'met', outcomes: [happy] }, { contact: 'met', outcomes: [grumpy] }, { contact: 'breached', outcomes: [unresolved] }, { contact: 'met', outcomes: [unreached] },
      { contact: 'met', outcomes: [silent] }, { contact: 'running' }, { contact: 'cancelled' }, { contact: null },
    ] as const;
    expect(formulaOf(period).formula).toBe(formula);
    expect(ratesOf(cases.map((one) => facts({ period, ...one })))).toEqual({ response: rate(4, 5), resolution: rate(3, 4), satisfaction, notAsked });
  });

  const anyFacts: fc.Arbitrary<CaseFacts> = fc.record({
    period: fc.constantFrom(null, second, third), merged: fc.boolean(), joined: fc.subarray(['a', 'b']),
    contact: fc.constantFrom('met', 'breached', 'running', 'held', 'cancelled', null),
    outcomes: fc.array(fc.record({
      demandCaseId: fc.constantFrom(null, 'a', 'b'), sequence: fc.integer({ min: 1, max: 99 }),
      reached: fc.boolean(), resolved: fc.option(fc.boolean()), satisfaction: fc.option(fc.integer({ min: 1, max: 5 })),
    }), { maxLength: 5 }),
  });

  it('lie between 0 and 1 and do not depend on the order of the cases', () => {
    fc.assert(fc.property(fc.array(anyFacts), (cases) => {
      const { notAsked, ...rates } = ratesOf(cases);
      for (const { numerator, denominator, value } of Object.values<Rate>(rates)) {
        expect(numerator).toBeLessThanOrEqual(denominator);
        expect(value).toBe(denominator === 0 ? null : numerator / denominator);
      }
      expect(rates.satisfaction.denominator + notAsked).toBe(rates.resolution.denominator);
      expect(ratesOf([...cases].reverse())).toEqual({ ...rates, notAsked });
    }));
  });

  it('count an unreachable requester in no rate of the call-back', () => {
    fc.assert(fc.property(anyFacts, (one) => {
      const { reached, resolved, asked, satisfied } = countsOf({ ...one, outcomes: one.outcomes.map((outcome) => ({ ...outcome, reached: false })) });
      expect([reached, resolved, asked, satisfied]).toEqual([0, 0, 0, 0]);
    }));
  });
});

describe('the outcomes that count', () => {
  const outcome = (sequence: number, reached: boolean, demandCaseId: string | null = null): RecordedOutcome =>
    ({ demandCaseId, sequence, reached, resolved: reached || null, satisfaction: null });

  it.each<[what: string, outcomes: RecordedOutcome[], bySecond: number[], byThird: number[]]>([
    ['nothing recorded', [], [], []],
    ['one', [outcome(1, true)], [1], [1]],
    ['the later one', [outcome(2, true), outcome(1, true)], [2], [2]],
    ['a rework that ended unreachable', [outcome(1, true), outcome(2, false)], [2], [1]],
    ['reached at last', [outcome(1, false), outcome(2, true)], [2], [2]],
    ['never reached', [outcome(1, false), outcome(2, false)], [2], []],
    ['reached, reached, unreachable', [outcome(3, false), outcome(2, true), outcome(1, true)], [3], [2]],
  ])('of one demand: %s', (_what, outcomes, bySecond, byThird) => {
    const counted = (period: string) => countedOutcomes(facts({ period, outcomes })).map(({ sequence }) => sequence);
    expect([counted(second), counted(third)]).toEqual([bySecond, byThird]);
  });

  it.each([
    ['its own and those that joined', { joined: ['a'] }, [1, 2]],
    ['not of one that has left', { joined: [] }, [1]],
    ['of one that left and joined again', { joined: ['b', 'a'] }, [1, 3, 2]],
    ['none while it is merged itself', { merged: true, joined: [] }, []],
  ])('of several demands: %s', (_what, demands, expected) => {
    expect(countedOutcomes(facts({ outcomes: [outcome(1, true), outcome(2, true, 'a'), outcome(3, true, 'b')], ...demands })).map(({ sequence }) => sequence)).toEqual(expected);
  });

  it('do not depend on the order in which they become known', () => {
    fc.assert(fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5].map((n) => outcome(n, n % 2 === 1)), { minLength: 1 }), (outcomes) => {
      const inOrder = [...outcomes].sort((a, b) => a.sequence - b.sequence);
      expect(countedOutcomes(facts({ outcomes }))).toEqual(countedOutcomes(facts({ outcomes: inOrder })));
    }));
  });
});

describe('the formula', () => {
  it.each([
    ['2019-01', 'three-rates.v2'],
    ['2026-10', 'three-rates.v2'],
    ['2026-11', 'three-rates.v3'],
    ['2030-01', 'three-rates.v3'],
    [null, 'three-rates.v3'],
  ])('of %s is %s', (period, formula) => expect(formulaOf(period).formula).toBe(formula));

  it.each([
    ['2026-01', '2026-10', ['three-rates.v2']],
    ['2026-10', '2026-11', ['three-rates.v2', 'three-rates.v3']],
    ['2026-11', '2027-01', ['three-rates.v3']],
  ])('of %s to %s are %j', (first, last, names) => expect(formulasOf(first, last)).toEqual(names));
});

describe('where a case counts', () => {
  it.each([
    [{ leadAtAnswer: 'housing', currentLead: 'water' }, 'housing'],
    [{ leadAtAnswer: null, currentLead: 'water' }, 'water'],
    [{ leadAtAnswer: null, currentLead: null }, null],
  ])('%j counts for %s', (leads, department) => expect(departmentOf(leads)).toBe(department));

  it.each([
    ['2026-01-31T23:59:59+08:00', '2026-01'],
    ['2026-01-31T15:59:59Z', '2026-01'],
    ['2026-01-31T16:00:00Z', '2026-02'],
  ])('%s counts in %s', (registeredAt, period) => expect(periodOf(registeredAt)).toBe(period));
});
