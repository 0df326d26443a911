/** Limits by kind of demand. 2 March 2026 is a Monday. From its opening, five working days end on Friday and two on Tuesday. */
import { describe, expect, it } from '@jest/globals';
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import { evolveFacts, initialFacts } from './facts.js';
import { plansOf, scheduleClock } from './schedule-clock.js';
import type { Rules } from './schedule-clock.js';
import { accepted, kindSet, registered, reRated } from './sample-facts.js';
import type { HappenedFact } from './sample-facts.js';
import { samplePolicies } from './sample-policies.js';
import { policyRow, working } from './shipped-policies.js';

const rules: Rules = {
  calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))),
  policies: [...samplePolicies, policyRow('lead-reports', 'lead', { demandKind: 'report', limit: working(2, 'days') }), policyRow('contact-reports', 'contact', { demandKind: 'report', limit: working(9, 'days') })],
};
const day = (text: string) => `2026-03-${text.replace(' ', 'T')}:00+08:00`;
const dueOf = (kind: 'lead' | 'contact', ...heard: HappenedFact[]): readonly [string, ...string[]] => {
  const facts = heard.reduce(evolveFacts, initialFacts);
  const plan = plansOf(facts, rules, (clock) => clock).find((each) => each.kind === kind)!;
  const { dueAt, derivation } = scheduleClock(plan, facts, rules);
  return [dueAt, ...derivation.matched.map(({ by, value }) => `${by} ${value}`)];
};
const start = day('02 09:00');

describe('a row that asks for a kind of demand', () => {
  it.each<[string, HappenedFact[], readonly string[]]>([
    ['is not chosen while no kind is known', [registered(start), accepted(start, 'general')], [day('06 17:30'), 'level general']],
    ['is not chosen for another kind', [registered(start), kindSet(start, 'praise'), accepted(start, 'general')], [day('06 17:30'), 'level general']],
    ['is chosen by the kind of the registration', [registered(start), kindSet(start, 'report'), accepted(start, 'general')], [day('03 17:30'), 'demand-kind report']],
    ['is chosen when the kind is corrected in time', [registered(start), kindSet(start, 'help'), accepted(start, 'general'), kindSet(day('03 09:00'), 'report')], [day('03 17:30'), 'demand-kind report']],
    ['is left when the kind is corrected away', [registered(start), kindSet(start, 'report'), accepted(start, 'general'), kindSet(day('03 09:00'), 'help')], [day('06 17:30'), 'level general']],
    ['undoes no breach', [registered(start), kindSet(start, 'report'), accepted(start, 'general'), kindSet(day('04 09:00'), 'help')], [day('03 17:30'), 'demand-kind report']],
    ['stays chosen when the level is changed', [registered(start), kindSet(start, 'report'), accepted(start, 'general'), reRated(day('03 09:00'), 'complex')], [day('03 17:30'), 'demand-kind report']],
    ['is left by a level and a kind of one moment', [registered(start), kindSet(start, 'report'), accepted(start, 'simple'), kindSet(day('02 10:00'), 'help'), reRated(day('02 10:00'), 'general')], [day('06 17:30'), 'level general']],
  ])('%s', (_what, heard, expected) => expect(dueOf('lead', ...heard)).toEqual(expected));

  it('does not reach the first contact, which goes by urgency', () => {
    expect(dueOf('contact', registered(start), kindSet(start, 'report'), accepted(start, 'general'))).toEqual([day('02 11:00')]);
  });
});
