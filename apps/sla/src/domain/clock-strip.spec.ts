/** 2026: 2 March is a Monday; working hours 09:00–12:00 and 13:30–17:30. */
import { describe, expect, it } from '@jest/globals';
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import { evolve, initialState } from './case-clocks.js';
import type { SlaState } from './case-clocks.js';
import { segmentsOf, timeByHolder } from './clock-strip.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { SlaFacts } from './facts.js';
import { react } from './react.js';
import { plansOf } from './schedule-clock.js';
import type { Rules } from './schedule-clock.js';
import { accepted, answered, contacted, held, issued, order, orderCompleted, orderReturned, registered, resumed } from './sample-facts.js';
import type { HappenedFact } from './sample-facts.js';
import { samplePolicies } from './sample-policies.js';

const rules: Rules = { policies: samplePolicies, calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) };
const idOf = (kind: string, round: number, of: string | null) => [kind, round, of].join('/');
const day = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
const local = (instant: string) => new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');

const strip = (clockId: string, now: string, ...steps: HappenedFact[]) => {
  const { facts, state } = steps.reduce<{ facts: SlaFacts; state: SlaState }>((before, step) => {
    const next = evolveFacts(before.facts, step);
    return { facts: next, state: react(before.state, next, rules, { clock: idOf, supervision: (...parts) => parts.join('/') }).reduce<SlaState>(evolve, before.state) };
  }, { facts: initialFacts, state: initialState });
  const clock = state.clocks.find((one) => one.clockId === clockId);
  const plan = plansOf(facts, rules, idOf).find((one) => one.clockId === clockId);
  if (!clock || !plan) throw new Error(`no clock ${clockId}`);
  const drawn = [clock, plan, facts, rules.calendars.for(null), day(now)] as const;
  const segments = segmentsOf(...drawn);
  return { segments: segments.map(({ state: what, holder, from, to, overdue }) => `${local(from)} ${local(to)} ${what} ${holder}${overdue ? ' overdue' : ''}`), holders: timeByHolder(...drawn) };
};
const [first, second] = [order('first'), order('second')];
const begun = [registered(day('03-02 09:00')), contacted(day('03-02 09:00')), accepted(day('03-02 09:00'), 'simple')];

describe('the strip of a clock', () => {
  it('has working hours only, and stops where the clock stops', () => {
    expect(strip('lead/1/', '03-09 09:00', ...begun, issued(day('03-02 10:00'), first), orderCompleted(day('03-02 15:00'), first), answered(day('03-02 15:00'), first)).segments).toEqual([
      '03-02 09:00 03-02 10:00 counted null', '03-02 10:00 03-02 12:00 counted first-department', '03-02 13:30 03-02 15:00 counted first-department',
    ]);
  });

  it('tells each holder its own time, and disputes apart', () => {
    const { holders } = strip('lead/1/', '03-03 10:00', ...begun, issued(day('03-02 09:00'), first), orderReturned(day('03-02 11:00'), first), issued(day('03-02 14:30'), second));
    expect(holders).toEqual([
      { holder: 'first-department', minutes: { 'counted': 120, 'in-dispute': 0, 'waiting-for-requester': 0, 'held': 0 }, overdueMinutes: 0 },
      { holder: null, minutes: { 'counted': 0, 'in-dispute': 120, 'waiting-for-requester': 0, 'held': 0 }, overdueMinutes: 0 },
      // Due on Monday at 17:30: three hours of Monday, and one of Tuesday after the due time.
      { holder: 'second-department', minutes: { 'counted': 240, 'in-dispute': 0, 'waiting-for-requester': 0, 'held': 0 }, overdueMinutes: 60 },
    ]);
  });

  it('shows held time apart, not counted', () => {
    const { segments, holders } = strip('lead/1/', '03-03 09:30', ...begun, issued(day('03-02 09:00'), first), held(day('03-02 10:00'), day('03-20 09:00')), resumed(day('03-02 14:30')));
    expect(segments).toEqual([
      '03-02 09:00 03-02 10:00 counted first-department', '03-02 10:00 03-02 12:00 held first-department', '03-02 13:30 03-02 14:30 held first-department',
      '03-02 14:30 03-02 17:30 counted first-department', '03-03 09:00 03-03 09:30 counted first-department',
    ]);
    expect(holders[0]?.minutes).toMatchObject({ counted: 270, held: 180 });
  });

  it('counts elapsed time in one piece, through the night', () => {
    const { segments } = strip('contact/1/', '03-02 23:00', registered(day('03-02 20:00')));
    expect(segments).toEqual(['03-02 20:00 03-02 22:00 counted null', '03-02 22:00 03-02 23:00 counted null overdue']);
  });

  it('is empty before the count begins', () => {
    expect(strip('lead/1/', '03-02 08:00', registered(day('03-01 10:00')), accepted(day('03-01 10:00'), 'simple')).segments).toEqual([]);
  });

  it('adds up to the working time between start and end', () => {
    const { holders } = strip('lead/1/', '03-12 17:30', ...begun, issued(day('03-02 09:00'), first));
    expect(holders.map(({ minutes }) => minutes.counted)).toEqual([9 * 420]);
  });
});
