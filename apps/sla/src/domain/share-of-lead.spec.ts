/** An assistant's limit is a share of the limit of the lead's clock. In 2026, 2 March is a Monday. A day has 420 minutes: 09:00–12:00 and 13:30–17:30. */
import { describe, expect, it } from '@jest/globals';
import { calendarBook, defaultWorkingHours, shippedCalendars } from '@lianban/working-time';
import fc from 'fast-check';
import { currentFacts } from './facts.js';
import type { SlaFacts } from './facts.js';
import { clockIn, playCase, playedIds, rulesWith } from './play-case.js';
import type { Step } from './play-case.js';
import type { Policy } from './policies.js';
import { react } from './react.js';
import { assistantDue, accepted, answered, contacted, extended, held, issued, order, orderCancelled, orderReturned, registered, reRated, resumed } from './sample-facts.js';
import { sampleRow } from './sample-policies.js';

const day = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
const days = (amount: number) => ({ kind: 'working', amount, unit: 'days' }) as const;
const ofUnit = (unit: string, amount: number): Policy => ({ ...sampleRow('lead-general'), id: `lead-${unit}`, unit, level: null, effectiveFrom: day('01-01 00:00'), limit: days(amount) });
const [lead, quick, helper] = [order('lead'), order('quick'), order('helper', 'assist')];
/** The unit of `quick` has two days, the helper's own unit nine, everybody else five. */
const rules = rulesWith(ofUnit('quick-department', 2), ofUnit('helper-department', 9));
const begun = (at: string, level: 'general' | 'simple' | 'urgent' = 'general') => [registered(at), contacted(at), accepted(at, level)];
const monday = day('03-02 09:00');
const played = (...steps: Step[]) => {
  const result = playCase(steps, rules);
  return { ...result, lead: clockIn(result, 'lead/1/'), helper: clockIn(result, 'assist/1/helper') };
};

describe("a share of the lead's limit", () => {
  it.each<[string, Step[], string, string]>([
    ['is of the limit of the unit that leads, not of the assistant’s', [...begun(monday), issued(monday, quick), issued(monday, helper)], '560 minutes', day('03-03 11:20')],
    ['is of the level where the lead’s unit has no row', [...begun(monday), issued(monday, lead), issued(monday, helper)], '1400 minutes', day('03-05 11:20')],
    ['follows a re-rating', [...begun(monday), issued(monday, lead), issued(monday, helper), reRated(day('03-02 10:00'), 'complex')], '10 days', day('03-13 17:30')],
    ['is of the level the case had when the order was issued', [...begun(monday), reRated(day('03-02 09:30'), 'complex'), issued(day('03-02 10:00'), lead), issued(day('03-02 10:00'), helper)], '10 days', day('03-16 10:00')],
    ['follows the next lead', [...begun(monday), issued(monday, lead), issued(monday, helper), orderReturned(day('03-02 10:00'), lead), issued(day('03-02 11:00'), quick)], '560 minutes', day('03-03 11:20')],
    ['does not grow with an extension of the lead', [...begun(monday), issued(monday, lead), issued(monday, helper), extended(day('03-03 09:00'), lead, 5)], '1400 minutes', day('03-05 11:20')],
    ['stands still with the case', [...begun(monday), issued(monday, quick), issued(monday, helper), held(day('03-02 13:30'), day('03-20 09:00')), resumed(day('03-03 13:30'))], '560 minutes', day('03-04 11:20')],
    ['of a lead with elapsed time is elapsed', [...begun(monday, 'urgent'), issued(monday, lead), issued(monday, helper)], '80 minutes', day('03-02 10:20')],
    ['never ends after the lead: an order of the last afternoon has what is left', [...begun(monday), issued(monday, quick), issued(day('03-03 15:30'), helper)], '120 minutes', day('03-03 17:30')],
    ['gives way to a due time of the assistant’s own', [...begun(monday), issued(monday, lead), issued(monday, helper), assistantDue(monday, helper, day('03-04 10:30'))], '930 minutes', day('03-04 10:30')],
    ['gives way to a later one too', [...begun(monday), issued(monday, lead), issued(monday, helper), assistantDue(day('03-02 11:00'), helper, day('03-06 17:00'))], '2070 minutes', day('03-06 17:00')],
    ['gives way to one that a hold moves on', [...begun(monday), issued(monday, lead), issued(monday, helper), assistantDue(monday, helper, day('03-04 10:30')), held(day('03-03 09:00'), day('03-20 09:00')), resumed(day('03-03 12:00'))], '930 minutes', day('03-04 15:00')],
    ['is whole again when nothing of the lead’s time is left', [...begun(monday), issued(monday, quick), issued(day('03-05 09:00'), helper)], '560 minutes', day('03-06 11:20')],
  ])('%s', (_what, steps, limit, dueAt) => {
    // With its own unit's nine days the assistant would have six days.
    const { helper: clock } = played(...steps);
    expect([clock && `${clock.derivation.limit.amount} ${clock.derivation.limit.unit}`, clock?.dueAt]).toEqual([limit, dueAt]);
  });

  it('keeps its breach when the lead gets another level later', () => {
    const { helper: clock } = played(...begun(monday), issued(monday, lead), issued(monday, helper), { timer: day('03-05 12:00') }, reRated(day('03-05 13:30'), 'complex'));
    expect(clock).toMatchObject({ status: 'breached', dueAt: day('03-05 11:20') });
  });

  it('is taken of the rework’s limit in a rework', () => {
    const again = [order('again', 'lead', 2, 'rework'), order('again-helper', 'assist', 2, 'rework')] as const;
    const reworked = playCase([...begun(monday), issued(monday, quick), answered(day('03-02 15:00'), quick), issued(day('03-04 09:00'), again[1]), issued(day('03-04 09:00'), again[0])], rules);
    expect(clockIn(reworked, 'assist/2/again-helper')).toMatchObject({ dueAt: day('03-05 17:30'), derivation: { limit: days(2) } });
  });

  it.each([
    ['the limit of the level', order('next', 'lead'), day('03-06 17:30')],
    ["its unit's own limit", quick, day('03-03 17:30')],
  ])("leaves the lead's clock running when the lead is handed on by agreement, to %s", (_what, next, dueAt) => {
    const { lead: clock } = played(...begun(monday), issued(monday, lead), orderCancelled(day('03-03 10:00'), lead, 'transferred'), issued(day('03-03 10:00'), next));
    expect(clock).toMatchObject({ status: 'running', startedAt: monday, dueAt });
  });

  it('names another unit as the cause, not a re-rating that nobody made', () => {
    const facts = [...begun(monday), issued(monday, lead), issued(monday, helper)];
    const before = playCase(facts, rules);
    const after = playCase([orderCancelled(day('03-02 10:00'), lead, 're-dispatched'), issued(day('03-02 10:00'), quick)], rules, before);
    expect(after.told.slice(before.told.length)).toContain('rescheduled assist');
  });

  it('never ends after the lead, whatever the calendars, times and holds', () => {
    const years = shippedCalendars.map((row) => ({ ...row, unit: null }));
    const slow = { year: 2026, version: 'slow', unit: 'helper-department', workingHours: [{ from: '14:00', to: '16:00' }], holidays: ['2026-03-03'], makeUpDays: [] };
    const calendars = { ...rules, calendars: calendarBook([...years, { ...slow, workingHours: defaultWorkingHours, unit: 'quick-department' }, slow]) };
    fc.assert(fc.property(fc.nat(3_000), fc.nat(5_000), fc.nat(5_000), fc.constantFrom('general', 'simple', 'utility', 'complex'), (after, holdAfter, holdFor, level) => {
      const at = (minutes: number) => new Date(Date.parse(monday) + minutes * 60_000).toISOString();
      const result = playCase([registered(monday), accepted(monday, level), issued(at(after), quick), issued(at(after), helper), held(at(after + holdAfter), at(100_000)), resumed(at(after + holdAfter + holdFor))], calendars);
      const [leading, assisting] = [clockIn(result, 'lead/1/'), clockIn(result, 'assist/1/helper')];
      // Skips orders issued when the lead had no time left, or none that counts in the assistant's calendar.
      if (!leading || !assisting || Date.parse(assisting.derivation.start) >= Date.parse(leading.dueAt)) return;
      expect(Date.parse(assisting.dueAt)).toBeLessThanOrEqual(Date.parse(leading.dueAt));
    }), { numRuns: 200 });
  });

  it('stays as it was for orders of older releases', () => {
    const { facts, state } = playCase([...begun(monday), issued(monday, quick), issued(monday, helper)], rules);
    const { sharesClockOfLead: _absent, ...before } = facts.workOrders.helper as NonNullable<SlaFacts['workOrders'][string]>;
    const stored = currentFacts({ ...facts, workOrders: { ...facts.workOrders, helper: before } });
    const started = react({ clocks: state.clocks.filter(({ kind }) => kind !== 'assist') }, stored, rules, playedIds);
    // The order keeps two thirds of the nine days of its own unit.
    expect(started).toMatchObject([{ type: 'lianban.clock.started.v2', data: { kind: 'assist', derivation: { limit: days(6) } } }]);
  });
});
