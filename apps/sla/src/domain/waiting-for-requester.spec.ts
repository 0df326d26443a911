/** Questions to the requester stop the clocks of handling (docs/domain.md, "What the requester says"). 2 March 2026 is a Monday; 09:00–12:00 and 13:30–17:30. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { segmentsOf, timeByHolder } from './clock-strip.js';
import { clockIn, playCase, playedIds, rulesWith } from './play-case.js';
import type { Step } from './play-case.js';
import { plansOf } from './schedule-clock.js';
import { accepted, answered, asked, contacted, held, issued, order, orderCompleted, orderReturned, questionLapsed, registered, requesterWrote, resumed } from './sample-facts.js';

const day = (text: string) => `2026-03-${text.replace(' ', 'T')}:00+08:00`;
const [lead, helper] = [order('lead'), order('helper', 'assist')];
const start = day('02 09:00');
// A working day for the lead, two thirds of it for the assistant: due on Monday at 17:30 and at 15:10.
const begun: Step[] = [registered(start), contacted(start), accepted(start, 'simple'), issued(start, lead), issued(start, helper)];
const rules = rulesWith();

const dueAt = (clock: string, ...steps: Step[]): string => {
  const { dueAt: due = '', status } = clockIn(playCase([...begun, ...steps]), clock) ?? {};
  return `${new Date(Date.parse(due) + 8 * 3_600_000).toISOString().slice(8, 16).replace('T', ' ')} ${status}`;
};

describe('a question to the requester', () => {
  it.each<[string, string, Step[], string]>([
    ['stops the lead until the answer', 'lead/1/', [asked(day('02 10:00'), lead, day('05 10:00')), requesterWrote(day('02 14:30'))], '03 12:00 running'],
    ['shows the clock held while it waits, at most until its time is over', 'lead/1/', [asked(day('02 10:00'), lead, day('05 10:00'))], '05 17:30 held'],
    ['lets the clock go on when its time is over', 'lead/1/', [asked(day('02 10:00'), lead, day('03 10:00')), questionLapsed(day('03 10:00'), lead)], '03 17:30 running'],
    ['waits no longer for an answer that comes after its time', 'lead/1/', [asked(day('02 10:00'), lead, day('03 10:00')), questionLapsed(day('03 10:00'), lead), requesterWrote(day('05 10:00'), null)], '03 17:30 running'],
    ['of the lead stops the assistant too', 'assist/1/helper', [asked(day('02 10:00'), lead, day('05 10:00')), requesterWrote(day('02 11:00'))], '02 16:10 running'],
    ['of an assistant does not stop the lead', 'lead/1/', [asked(day('02 10:00'), helper, day('05 10:00')), requesterWrote(day('02 11:00'))], '02 17:30 running'],
    ['of an assistant stops its own clock', 'assist/1/helper', [asked(day('02 10:00'), helper, day('05 10:00')), requesterWrote(day('02 11:00'))], '02 16:10 running'],
    ['that stops nothing by the rules', 'lead/1/', [asked(day('02 10:00'), lead, null)], '02 17:30 running'],
    ['does not stop the first contact', 'contact/1/', [asked(day('02 09:00'), lead, day('05 10:00'))], '02 11:00 met'],
    ['waits no longer than its unit has the case', 'lead/1/', [asked(day('02 10:00'), lead, day('05 10:00')), orderReturned(day('02 11:00'), lead)], '03 10:00 running'],
    ['beside a hold counts once', 'lead/1/', [asked(day('02 10:00'), lead, day('05 10:00')), held(day('02 10:30'), day('20 09:00')), requesterWrote(day('02 11:00')), resumed(day('02 11:30'))], '03 10:30 running'],
    ['ends, but the hold beside it goes on', 'lead/1/', [asked(day('02 10:00'), lead, day('05 10:00')), held(day('02 10:30'), day('20 09:00')), requesterWrote(day('02 11:00'))], '20 16:30 held'],
    ['undoes no breach', 'lead/1/', [{ timer: day('03 09:00') }, asked(day('03 10:00'), lead, day('05 10:00')), requesterWrote(day('03 11:00'))], '02 17:30 breached'],
  ])('%s', (_what, clock, steps, expected) => expect(dueAt(clock, ...steps)).toBe(expected));

  it('is waiting for the requester in the strip, and neither held nor counted', () => {
    const played = playCase([...begun, asked(day('02 10:00'), lead, day('05 10:00')), requesterWrote(day('02 14:30')), held(day('02 15:30'), day('20 09:00')), resumed(day('02 16:00'))]);
    const plan = plansOf(played.facts, rules, playedIds.clock).find(({ clockId }) => clockId === 'lead/1/')!;
    const drawn = [clockIn(played, 'lead/1/')!, plan, played.facts, rules.calendars.for(null), day('02 17:30')] as const;
    expect(timeByHolder(...drawn)).toMatchObject([{ holder: 'lead-department', minutes: { 'counted': 60 + 60 + 90, 'in-dispute': 0, 'waiting-for-requester': 180, 'held': 30 } }]);
    expect(segmentsOf(...drawn).map(({ state }) => state)).toEqual(['counted', 'waiting-for-requester', 'waiting-for-requester', 'counted', 'held', 'counted']);
  });

  it('keeps the sum: counted + disputed + waiting + held is the working time from start to end, whatever comes when', () => {
    const minute = fc.integer({ min: 1, max: 2_000 });
    const at = (minutes: number) => new Date(Date.parse(start) + minutes * 60_000).toISOString();
    const sorted = fc.uniqueArray(minute, { minLength: 9, maxLength: 9 }).map((minutes) => minutes.sort((a, b) => a - b).map(at));
    fc.assert(fc.property(sorted, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.boolean(), (times, order4, returns) => {
      const time = (place: number) => times[place] as string;
      const happens: Record<number, (place: number) => Step[]> = {
        0: (place) => [asked(time(place * 2), lead, time(8)), requesterWrote(time(place * 2 + 1))],
        1: (place) => [held(time(place * 2), time(8)), resumed(time(place * 2 + 1))],
        2: (place) => [asked(time(place * 2), lead, time(place * 2 + 1), 'r'), questionLapsed(time(place * 2 + 1), lead, 'r')],
        3: (place) => (returns ? [orderReturned(time(place * 2), lead), issued(time(place * 2 + 1), order('second'))] : []),
      };
      const steps = order4.flatMap((what, place) => happens[what]!(place));
      const last = returns ? order('second') : lead;
      const end = time(8);
      const played = playCase([...begun, ...steps, orderCompleted(end, last), answered(end, last)]);
      const plan = plansOf(played.facts, rules, playedIds.clock).find(({ clockId }) => clockId === 'lead/1/')!;
      const sums = timeByHolder(clockIn(played, 'lead/1/')!, plan, played.facts, rules.calendars.for(null), end).flatMap(({ minutes }) => Object.values(minutes));
      expect(Math.round(sums.reduce((sum, minutes) => sum + minutes, 0))).toBe(Math.round(rules.calendars.for(null).between(Date.parse(start), Date.parse(end)) / 60_000));
    }));
  });
});
