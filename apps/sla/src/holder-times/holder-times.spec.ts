/** 2026: 2 March is a Monday; working hours 09:00–12:00 and 13:30–17:30. */
import { describe, expect, it } from '@jest/globals';
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import { evolve, initialState } from '../domain/case-clocks.js';
import type { SlaState } from '../domain/case-clocks.js';
import { evolveFacts, initialFacts } from '../domain/facts.js';
import type { SlaFacts } from '../domain/facts.js';
import { addCase } from './holder-times.question.js';
import type { HolderSum } from './holder-times.question.js';
import { react } from '../domain/react.js';
import type { Rules } from '../domain/schedule-clock.js';
import { accepted, answered, contacted, held, issued, order, orderReturned, registered, resumed } from '../domain/sample-facts.js';
import type { HappenedFact } from '../domain/sample-facts.js';
import { samplePolicies } from '../domain/sample-policies.js';

const rules: Rules = { policies: samplePolicies, calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) };
const ids = { clock: (kind: string, round: number, of: string | null) => [kind, round, of].join('/'), supervision: (...parts: string[]) => parts.join('/') };
const day = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
const [first, second] = [order('first'), order('second')];
const begun = [registered(day('03-02 09:00')), contacted(day('03-02 09:20')), accepted(day('03-02 09:00'), 'simple')];
const returned = [...begun, issued(day('03-02 09:00'), first), orderReturned(day('03-02 11:00'), first), issued(day('03-02 14:30'), second), answered(day('03-03 10:00'), second)];
const wasHeld = [...begun, issued(day('03-02 09:00'), second), held(day('03-02 10:00'), day('03-20 09:00')), resumed(day('03-02 14:30')), answered(day('03-02 15:30'), second)];

const sumsOf = (...cases: HappenedFact[][]) => {
  const sums = new Map<string, HolderSum>();
  for (const steps of cases) {
    const { facts, state } = steps.reduce<{ facts: SlaFacts; state: SlaState }>((before, step) => {
      const next = evolveFacts(before.facts, step);
      return { facts: next, state: react(before.state, next, rules, ids).reduce<SlaState>(evolve, before.state) };
    }, { facts: initialFacts, state: initialState });
    addCase(sums, state, facts, rules, day('03-04 09:00'), ids.clock);
  }
  return [...sums.values()];
};
const lead = (sums: readonly HolderSum[], holder: string | null) => sums.find((sum) => sum.kind === 'lead' && sum.holder === holder);

describe('the time of many clocks', () => {
  it('goes to who had the case; disputes, held and late time are apart', () => {
    const sums = sumsOf(returned, wasHeld);
    expect(lead(sums, 'first-department')).toEqual({ holder: 'first-department', kind: 'lead', time: 'working', clocks: 1, minutes: { 'counted': 120, 'in-dispute': 0, 'waiting-for-requester': 0, 'held': 0 }, overdueMinutes: 0 });
    expect(lead(sums, null)).toMatchObject({ clocks: 1, minutes: { 'counted': 0, 'in-dispute': 120 } });
    // First case: three hours of Monday, and one hour of Tuesday after the due time. Second case: one hour before the hold and one after it; the hold takes two
    // hours before lunch and one after.
    expect(lead(sums, 'second-department')).toMatchObject({ clocks: 2, minutes: { 'counted': 240 + 120, 'held': 180 }, overdueMinutes: 60 });
  });

  it('tells working from elapsed time, and leaves windows out', () => {
    const sums = sumsOf(returned);
    expect(sums.find(({ kind }) => kind === 'contact')).toMatchObject({ holder: null, time: 'elapsed', minutes: { counted: 20 } });
    expect(sums.some(({ kind }) => kind === 'return-window')).toBe(false);
  });
});
