import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countsOf, departmentOf, lastOutcome, periodOf, threeRates, threeRatesBy } from './three-rates.js';
import type { CaseFacts, Rate, RecordedOutcome } from './three-rates.js';

const happy = { reached: true, resolved: true, satisfaction: 5 };
const grumpy = { reached: true, resolved: true, satisfaction: 2 };
const unresolved = { reached: true, resolved: false, satisfaction: 1 };
const unreached = { reached: false, resolved: null, satisfaction: null };

describe('the three rates', () => {
  it('have no value without a denominator', () => {
    const none = { numerator: 0, denominator: 0, value: null };
    expect(threeRates([])).toEqual({ response: none, resolution: none, satisfaction: none });
    expect(threeRates([{ contact: 'running', outcomes: [unreached] }, { contact: 'cancelled', outcomes: [] }]))
      .toEqual({ response: none, resolution: none, satisfaction: none });
  });

  it('count who was contacted in time, and of those reached who calls it resolved and who is satisfied', () => {
    const cases: CaseFacts[] = [
      { contact: 'met', outcomes: [happy] },
      { contact: 'met', outcomes: [grumpy] },
      { contact: 'breached', outcomes: [unresolved] },
      { contact: 'met', outcomes: [unreached] },
      { contact: 'running', outcomes: [] },
      { contact: 'cancelled', outcomes: [] },
      { contact: null, outcomes: [] },
    ];
    expect(threeRates(cases)).toEqual({
      response: { numerator: 3, denominator: 4, value: 0.75 },
      resolution: { numerator: 2, denominator: 3, value: 2 / 3 },
      satisfaction: { numerator: 1, denominator: 3, value: 1 / 3 },
    });
  });

  it('count every demand a case answers', () => {
    expect(threeRates([{ contact: 'met', outcomes: [happy, unresolved, unreached] }])).toEqual({
      response: { numerator: 1, denominator: 1, value: 1 },
      resolution: { numerator: 1, denominator: 2, value: 0.5 },
      satisfaction: { numerator: 1, denominator: 2, value: 0.5 },
    });
  });

  it('are grouped by any key; a case without one is in no group', () => {
    const rows = [
      { contact: 'met', outcomes: [happy], lead: 'housing' },
      { contact: 'breached', outcomes: [], lead: 'housing' },
      { contact: 'met', outcomes: [], lead: null },
    ] as const;
    const groups = threeRatesBy(rows, (row) => row.lead);
    expect([...groups.keys()]).toEqual(['housing']);
    expect(groups.get('housing')?.response).toEqual({ numerator: 1, denominator: 2, value: 0.5 });
  });

  const facts: fc.Arbitrary<CaseFacts> = fc.record({
    contact: fc.constantFrom('met', 'breached', 'running', 'held', 'cancelled', null),
    outcomes: fc.array(fc.record({
      reached: fc.boolean(), resolved: fc.option(fc.boolean()), satisfaction: fc.option(fc.integer({ min: 1, max: 5 })),
    }), { maxLength: 3 }),
  });

  it('lie between 0 and 1 and do not depend on the order of the cases', () => {
    fc.assert(fc.property(fc.array(facts), (cases) => {
      const rates = threeRates(cases);
      for (const { numerator, denominator, value } of Object.values<Rate>({ ...rates })) {
        expect(numerator).toBeLessThanOrEqual(denominator);
        expect(value).toBe(denominator === 0 ? null : numerator / denominator);
      }
      expect(threeRates([...cases].reverse())).toEqual(rates);
    }));
  });

  it('count an unreachable requester in no rate of the call-back', () => {
    fc.assert(fc.property(facts, (one) => {
      const { reached, resolved, satisfied } = countsOf({ ...one, outcomes: one.outcomes.map((outcome) => ({ ...outcome, reached: false })) });
      expect([reached, resolved, satisfied]).toEqual([0, 0, 0]);
    }));
  });
});

describe('the last recorded outcome', () => {
  it('wins, in whatever order they become known', () => {
    const outcome = (sequence: number): RecordedOutcome => ({ sequence, ...(sequence % 2 ? happy : unreached) });
    fc.assert(fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5].map(outcome), { minLength: 1 }), (known) => {
      const last = known.reduce<RecordedOutcome | null>(lastOutcome, null);
      expect(last?.sequence).toBe(Math.max(...known.map(({ sequence }) => sequence)));
    }));
  });
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
