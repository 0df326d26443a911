/** In 2026, 2 March is a Monday. Working hours are 09:00–12:00 and 13:30–17:30. The sample rows give 5 working days for `general` and 1 for `simple`. */
import { describe, expect, it } from '@jest/globals';
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import { evolveFacts, initialFacts } from '../domain/facts.js';
import type { Policy } from '../domain/policies.js';
import type { Rules } from '../domain/schedule-clock.js';
import { accepted, answered, contacted, issued, order, registered, withdrawn } from '../domain/sample-facts.js';
import type { HappenedFact } from '../domain/sample-facts.js';
import { samplePolicies, sampleRow } from '../domain/sample-policies.js';
import { elapsed, policyRow } from '../domain/shipped-policies.js';
import { compareCase, emptyWhatIf } from './what-if.question.js';

const now: Rules = { policies: samplePolicies, calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) };
const idOf = (kind: string, round: number, of: string | null) => [kind, round, of].join('/');
const day = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
const days = (id: string, amount: number): Policy => ({ ...sampleRow(id), effectiveFrom: day('03-01 00:00'), limit: { kind: 'working', amount, unit: 'days' } });
const lead = order('lead');
const begun = (level: 'simple' | 'general') => [registered(day('03-02 09:00')), contacted(day('03-02 09:30')), accepted(day('03-02 09:00'), level), issued(day('03-02 09:00'), lead)];

const compare = (rows: readonly Policy[], at: string, ...cases: HappenedFact[][]) => {
  const result = emptyWhatIf();
  cases.forEach((facts, index) => compareCase(result, { caseId: `case-${index}`, facts: facts.reduce(evolveFacts, initialFacts) }, { now, then: { ...now, policies: [...now.policies, ...rows] }, at: day(at) }, idOf));
  return { ...result, lead: result.clocks.find(({ kind }) => kind === 'lead') };
};

describe('a month under another policy', () => {
  it('shows a breach where the clock was met: answered on the third day, limit of two days, not five', () => {
    const { lead: tally, departments, examples, cases } = compare([days('lead-general', 2)], '04-01 09:00', [...begun('general'), answered(day('03-04 10:00'), lead)]);
    expect([cases, tally]).toEqual([1, {
      kind: 'lead', milestone: null, newlyBreached: 1, noLongerBreached: 0,
      now: { met: 1, breached: 0, open: 0, cancelled: 0 }, then: { met: 0, breached: 1, open: 0, cancelled: 0 },
    }]);
    expect(departments).toEqual([{ department: 'lead-department', newlyBreached: 1, noLongerBreached: 0 }]);
    expect(examples).toEqual([{
      caseId: 'case-0', kind: 'lead', milestone: null, department: 'lead-department',
      now: { dueAt: day('03-06 17:30'), judgement: 'met' }, then: { dueAt: day('03-03 17:30'), judgement: 'breached' },
    }]);
  });

  it('shows a met clock where it was breached: answered on Tuesday, limit of two days, not one', () => {
    const { lead: tally, departments } = compare([days('lead-simple', 2)], '04-01 09:00', [...begun('simple'), answered(day('03-03 10:00'), lead)]);
    expect(tally).toMatchObject({ newlyBreached: 0, noLongerBreached: 1, now: { breached: 1 }, then: { met: 1, breached: 0 } });
    expect(departments).toEqual([{ department: 'lead-department', newlyBreached: 0, noLongerBreached: 1 }]);
  });

  it('counts a clock that has not stopped as breached after the due time, and as open before', () => {
    expect(compare([days('lead-general', 2)], '03-05 09:00', begun('general')).lead).toMatchObject({ newlyBreached: 1, now: { open: 1 }, then: { breached: 1 } });
    expect(compare([days('lead-general', 2)], '03-03 17:30', begun('general')).lead).toMatchObject({ newlyBreached: 0, now: { open: 1 }, then: { open: 1 } });
  });

  it('changes nothing for cases it does not concern, of another level or from before', () => {
    const late = days('lead-general', 2);
    const { departments, examples, clocks } = compare([{ ...late, effectiveFrom: day('03-03 00:00') }, days('lead-complex', 1)], '04-01 09:00', [...begun('general'), answered(day('03-04 10:00'), lead)]);
    expect([departments, examples, clocks.map(({ now: before, then: after }) => JSON.stringify(before) === JSON.stringify(after))]).toEqual([[], [], clocks.map(() => true)]);
  });

  it('shows milestones that there would be, and cancelled clocks', () => {
    const stop: Policy = policyRow('stop', 'milestone', { milestone: 'stop', limit: elapsed(4, 'hours'), effectiveFrom: day('03-01 00:00') });
    const { clocks, examples } = compare([stop], '04-01 09:00', begun('general'), [...begun('general'), withdrawn(day('03-02 10:00'))]);
    expect(clocks.find(({ milestone }) => milestone === 'stop')).toMatchObject({ now: { met: 0, breached: 0, open: 0, cancelled: 0 }, then: { breached: 1, cancelled: 1 }, newlyBreached: 1 });
    expect(examples.find(({ milestone }) => milestone === 'stop')).toMatchObject({ now: null, then: { judgement: 'breached' } });
  });

  it('judges no windows, and names at most twenty cases', () => {
    const { clocks, examples, cases } = compare([days('lead-general', 1)], '03-04 09:00', ...Array.from({ length: 25 }, () => begun('general')));
    expect([cases, examples.length, clocks.some(({ kind }) => kind === 'return-window')]).toEqual([25, 20, false]);
  });
});
