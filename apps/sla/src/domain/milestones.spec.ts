/** Milestones of illegal construction: stopped within 4 hours, fined within 7 working days, taken down within 20. 2026-03-02 is a Monday. */
import { describe, expect, it } from '@jest/globals';
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import { evolve, initialState } from './case-clocks.js';
import type { SlaState } from './case-clocks.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { SlaFacts } from './facts.js';
import type { Policy } from './policies.js';
import { publishPolicy } from '../publish-policy/publish-policy.decider.js';
import { plansOf, scheduleClock } from './schedule-clock.js';
import { fire } from '../sweep/fire.decider.js';
import { react } from './react.js';
import type { Rules } from './schedule-clock.js';
import { accepted, answered, closed, contacted, held, issued, milestoneReached, order, orderCompleted, orderReturned, orderSigned, registered, reopened, reRated, resumed } from './sample-facts.js';
import type { HappenedFact } from './sample-facts.js';
import { samplePolicies, sampleRow } from './sample-policies.js';

const day = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
const general = sampleRow('lead-general');
const milestone = (name: string, limit: Policy['limit'], more: Partial<Policy> = {}): Policy =>
  ({ ...general, id: `milestone-${name}`, clock: 'milestone', milestone: name, limit, effectiveFrom: day('03-01 00:00'), ...more });
const rows = [
  milestone('stop', { kind: 'elapsed', amount: 4, unit: 'hours' }), milestone('punish', { kind: 'working', amount: 7, unit: 'days' }), milestone('demolish', { kind: 'working', amount: 20, unit: 'days' }),
];
const rules: Rules = { policies: [...samplePolicies, ...rows], calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) };
const ids = { clock: (kind: string, round: number, of: string | null) => [kind, round, of].join('/'), supervision: (...parts: string[]) => parts.join('/') };
const [lead, second, later] = [order('lead'), order('second'), order('later', 'lead', 2)];

const play = (steps: readonly (HappenedFact | { readonly timer: string })[], known = rules) => {
  let state: SlaState = initialState;
  let facts: SlaFacts = initialFacts;
  for (const step of steps) {
    if (!('timer' in step)) facts = evolveFacts(facts, step);
    const events = 'timer' in step ? fire(state, facts, known, step.timer, state.clocks.map(({ clockId }) => clockId), ids) : react(state, facts, known, ids);
    state = events.reduce<SlaState>(evolve, state);
  }
  return Object.fromEntries(state.clocks.flatMap((clock) => (clock.kind === 'milestone' ? [[clock.clockId.slice('milestone/1/'.length), clock]] : [])));
};
const begun = (at: string) => [registered(at), contacted(at), accepted(at, 'general'), issued(at, lead), orderSigned(at, lead)];
const monday = day('03-02 09:00');

it('a plan is scheduled again when the rules or the facts differ', () => {
  const facts = begun(monday).reduce(evolveFacts, initialFacts);
  const dueBy = (known: Rules, what = facts) => plansOf(facts, rules, ids.clock).flatMap((plan) => (plan.milestone === 'stop' ? [scheduleClock(plan, what, known).dueAt] : []));
  const longer: Rules = { ...rules, policies: [...samplePolicies, milestone('stop', { kind: 'elapsed', amount: 5, unit: 'hours' })] };
  expect([dueBy(rules), dueBy(longer), dueBy(rules)]).toEqual([[day('03-02 13:00')], [day('03-02 14:00')], [day('03-02 13:00')]]);
  expect(dueBy(rules, evolveFacts(facts, held(day('03-02 10:00'), day('03-02 11:00'))))).toEqual([day('03-02 14:00')]);
});

describe('milestones', () => {
  it('each have a clock of their own', () => {
    const clocks = play(begun(monday));
    expect(Object.entries(clocks).map(([name, { dueAt }]) => [name, dueAt])).toEqual([['demolish', day('03-27 17:30')], ['punish', day('03-10 17:30')], ['stop', day('03-02 13:00')]]);
  });

  it('are met or missed one by one, by when they were reached', () => {
    const clocks = play([...begun(monday), milestoneReached(day('03-02 12:00'), lead, 'stop'), { timer: day('03-11 00:00') }, milestoneReached(day('03-11 10:00'), lead, 'punish')]);
    expect(clocks.stop).toMatchObject({ status: 'met', stoppedAt: day('03-02 12:00') });
    expect(clocks.punish).toMatchObject({ status: 'breached', stoppedAt: day('03-11 10:00') });
    expect(clocks.demolish).toMatchObject({ status: 'running' });
  });

  it('outlast the answer and another lead, and end with the case', () => {
    const steps = [...begun(monday), orderReturned(day('03-02 10:00'), lead), issued(day('03-02 10:30'), second), orderCompleted(day('03-03 10:00'), second), answered(day('03-03 10:00'), second)];
    expect(play(steps).punish).toMatchObject({ status: 'running', dueAt: day('03-10 17:30') });
    expect(play([...steps, closed(day('03-04 10:00'))]).punish).toMatchObject({ status: 'cancelled' });
  });

  it('run on after the answer, through a rework, and none outlasts the case', () => {
    const again = order('again', 'lead', 2, 'rework');
    const steps = [...begun(monday), answered(day('03-03 10:00'), lead), issued(day('03-04 09:00'), again)];
    expect(play([...steps, milestoneReached(day('03-05 10:00'), again, 'punish')]).punish).toMatchObject({ status: 'met', stoppedAt: day('03-05 10:00') });
    expect(play([...steps, milestoneReached(day('03-05 10:00'), again, 'punish')]).demolish).toMatchObject({ status: 'running' });
    const ended = play([...steps, { timer: day('03-05 09:00') }, answered(day('03-05 10:00'), again), closed(day('03-06 10:00'), 'cb', 2), { timer: day('12-01 09:00') }]);
    expect(Object.fromEntries(Object.entries(ended).map(([name, { status, stoppedAt }]) => [name, [status, stoppedAt]]))).toEqual({
      // It was overdue when the case closed, so it ends late.
      demolish: ['cancelled', null], punish: ['cancelled', null], stop: ['breached', day('03-06 10:00')],
    });
  });

  it('of a reopened case start with its new life; the earlier ones stay as they ended', () => {
    const clocks = play([...begun(monday), answered(day('03-03 10:00'), lead), closed(day('03-04 10:00')), reopened(day('03-16 09:00')), milestoneReached(day('03-16 10:00'), later, 'punish')]);
    expect([clocks.punish?.status, clocks['punish life 2']?.status, clocks['demolish life 2']?.status]).toEqual(['cancelled', 'met', 'running']);
  });

  it('keep their limits when the case is re-rated, and stand still while it is held', () => {
    expect(play([...begun(monday), reRated(day('03-03 09:00'), 'complex')]).punish?.dueAt).toBe(day('03-10 17:30'));
    expect(play([...begun(monday), held(day('03-03 09:00'), day('03-20 09:00')), resumed(day('03-04 09:00'))]).punish?.dueAt).toBe(day('03-11 17:30'));
  });

  it('a reopened case gets them again', () => {
    const clocks = play([...begun(monday), milestoneReached(day('03-02 12:00'), lead, 'stop'), answered(day('03-03 10:00'), lead), closed(day('03-04 10:00')),
      reopened(day('03-16 09:00')), issued(day('03-16 09:00'), later)]);
    expect(clocks.stop).toMatchObject({ status: 'met' });
    expect(clocks['stop life 2']).toMatchObject({ status: 'running', dueAt: day('03-16 13:00') });
  });

  it('a case from before their first row has none', () => {
    expect(play(begun('2026-02-27T09:00:00+08:00'))).toEqual({});
  });

  it('are of the case: a row for one unit is refused', () => {
    const row = milestone('seal', { kind: 'working', amount: 1, unit: 'days' }, { unit: 'housing', effectiveFrom: day('04-01 00:00') });
    expect(() => publishPolicy(rules.policies, row, monday)).toThrow('unit: must not be there for a milestone');
  });
});
