/** What a case puts into the three rates (三率), and when to publish it. */
import { countsOf, departmentOf, formulaOf, periodOf, sharesOf } from '@lianban/scoring';
import { evolve } from './case-call-backs.js';
import type { Counted, SatisfactionEvent, SatisfactionState } from './case-call-backs.js';
import type { SatisfactionFacts } from './facts.js';

/** The figures of a case. Null until the registration is heard, since its month chooses the formula. */
export const countOf = ({ outcomes }: Pick<SatisfactionState, 'outcomes'>, { rates, joined = [] }: Pick<SatisfactionFacts, 'rates' | 'joined'>): Counted | null => {
  if (rates.registeredAt === null) return null;
  const period = periodOf(rates.registeredAt);
  const counts = countsOf({ period, contact: rates.contact, outcomes, merged: rates.merged, joined: joined.map(({ caseId }) => caseId) });
  return { period, department: departmentOf(rates), formula: formulaOf(period).formula, ...sharesOf(counts) };
};

/**
 * Adds `case.counted` to the events if the figures differ from those published last. A case without published figures counts nothing, so zeros are not published
 * first.
 */
export const withCount = (state: SatisfactionState, facts: SatisfactionFacts, events: readonly SatisfactionEvent[]): SatisfactionEvent[] => {
  const after = events.reduce(evolve, state);
  const count = countOf(after, facts);
  const isTold = count === null || (after.counted === null ? figuresOf(count).every((figure) => figure === 0) : textOf(count) === textOf(after.counted));
  return isTold ? [...events] : [...events, { type: 'lianban.case.counted.v1', data: count }];
};

const figuresOf = ({ response, resolution, satisfaction }: Counted): number[] => [response, resolution, satisfaction].flatMap(({ numerator, denominator }) => [numerator, denominator]);
const textOf = (count: Counted): string => [count.period, count.department, count.formula, ...figuresOf(count)].join(' ');
