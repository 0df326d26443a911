/** Every day of twenty years against a second source of the published holidays. */
import { describe, expect, it } from '@jest/globals';
import { LegalHoliday } from 'tyme4ts';
import { shippedCalendars } from './shipped-calendars.js';
import { workingCalendar } from './working-calendar.js';

/** Where the second source is wrong: both were make-up days of the State Council's notice for 2013 (国办发明电〔2012〕33号). */
const knownErrors = ['2013-04-07', '2013-10-12'];

describe('the shipped calendars and a second source', () => {
  it('agree on every day of 2007–2026 but for its known errors', () => {
    const calendar = workingCalendar(shippedCalendars);
    const differing: string[] = [];
    let days = 0;
    for (let day = Date.UTC(2007, 0, 1); day < Date.UTC(2027, 0, 1); day += 86_400_000, days += 1) {
      const date = new Date(day);
      const weekend = [0, 6].includes(date.getUTCDay());
      const isWorked = LegalHoliday.fromYmd(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())?.isWork() ?? !weekend;
      const name = date.toISOString().slice(0, 10);
      if (calendar.isWorkingDay(name) !== isWorked) differing.push(name);
    }
    expect(differing).toEqual(knownErrors);
    expect(days).toBe(7305);
    for (const date of knownErrors) expect(calendar.isWorkingDay(date)).toBe(true);
  });
});
