import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calendarBookWith } from './calendar-book.js';
import { calendarProblems, defaultWorkingHours } from './calendar.js';
import type { Calendar } from './calendar.js';
import { MINUTE, toInstant, toMillis } from './china-time.js';
import { shippedCalendars } from './shipped-calendars.js';
import { workingCalendar } from './working-calendar.js';

const calendar = workingCalendar(shippedCalendars);

/** Says for one minute whether work goes on, the slow and obvious way: reads the local clock off the text and looks the date up. */
const worksDuring = (minute: number): boolean => {
  const [date = '', time = ''] = toInstant(minute).slice(0, 16).split('T');
  const row = shippedCalendars.find(({ year }) => year === Number(date.slice(0, 4)));
  const weekend = [0, 6].includes(new Date(`${date}T12:00:00Z`).getUTCDay());
  const worked = row?.makeUpDays.includes(date) || (!weekend && !row?.holidays.includes(date));
  return worked && defaultWorkingHours.some(({ from, to }) => time >= from && time < to);
};
const naiveMinutes = (from: number, to: number): number => {
  let count = 0;
  for (let minute = from; minute < to; minute += MINUTE) if (worksDuring(minute)) count += 1;
  return count;
};

const first = toMillis('2007-01-01T00:00:00+08:00');
const last = toMillis('2027-06-30T00:00:00+08:00');
const instant = fc.integer({ min: first, max: last });
const wholeMinute = fc.integer({ min: first / MINUTE, max: last / MINUTE }).map((minute) => minute * MINUTE);
/** Up to two working years, so that New Year is crossed often. */
const amount = fc.integer({ min: 0, max: 500 * 420 * MINUTE });

describe('working time, as properties', () => {
  it('adding and subtracting are exact inverses', () => {
    fc.assert(fc.property(instant, amount, (start, millis) => {
      // `shift(…, 0)` names the start as working time does: outside hours it is the closing before.
      const named = calendar.shift(start, 0);
      expect(calendar.shift(calendar.shift(start, millis), -millis)).toBe(named);
      expect(calendar.shift(calendar.shift(start, -millis), millis)).toBe(named);
    }), { numRuns: 2_000 });
  });

  it('adding in two steps is adding at once', () => {
    fc.assert(fc.property(instant, amount, amount, (start, a, b) => {
      expect(calendar.shift(calendar.shift(start, a), b)).toBe(calendar.shift(start, a + b));
    }), { numRuns: 1_000 });
  });

  it('what was added lies between', () => {
    fc.assert(fc.property(instant, amount, (start, millis) => {
      expect(calendar.between(start, calendar.shift(start, millis))).toBe(millis);
    }), { numRuns: 1_000 });
  });

  it('later starts and longer limits are never due earlier', () => {
    fc.assert(fc.property(instant, fc.nat(30 * 86_400_000), amount, fc.nat(420 * MINUTE), (start, later, millis, more) => {
      expect(calendar.shift(start + later, millis + more)).toBeGreaterThanOrEqual(calendar.shift(start, millis));
    }), { numRuns: 1_000 });
  });

  it('agrees with a naive count, minute by minute', () => {
    fc.assert(fc.property(wholeMinute, fc.nat(20 * 1440), (start, minutes) => {
      const end = start + minutes * MINUTE;
      expect(calendar.between(start, end) / MINUTE).toBe(naiveMinutes(start, end));
    }), { numRuns: 40 });
  });

  it('the opening is the first working instant from then on', () => {
    fc.assert(fc.property(wholeMinute, (start) => {
      const opening = calendar.opening(start);
      expect(worksDuring(opening)).toBe(true);
      expect(calendar.between(start, opening)).toBe(0);
    }), { numRuns: 500 });
  });
});

describe('the shipped calendars', () => {
  it('are the years 2007 to 2026, each possible', () => {
    expect(shippedCalendars.map(({ year }) => year)).toEqual(Array.from({ length: 20 }, (_, at) => 2007 + at));
    for (const row of shippedCalendars) expect(calendarProblems(row)).toEqual([]);
    expect(calendar.isPublished(2006)).toBe(false);
    expect(calendar.isPublished(2026)).toBe(true);
    expect(calendar.isPublished(2027)).toBe(false);
  });

  it.each([
    ['2026-02-13', true], ['2026-02-14', true], ['2026-02-16', false], ['2026-02-23', false], ['2026-02-24', true], ['2026-02-28', true],
    ['2026-03-07', false], ['2026-10-08', true], ['2020-01-31', false], ['2015-09-03', false], ['2011-12-31', true],
  ])('%s is worked: %s', (date, worked) => {
    expect(calendar.isWorkingDay(date)).toBe(worked);
  });
});

describe('an impossible calendar', () => {
  const good: Calendar = { year: 2027, version: 'x', workingHours: defaultWorkingHours, holidays: ['2027-01-01'], makeUpDays: ['2027-01-09'] };
  it.each<[string, Partial<Calendar>, string]>([
    ['hours overlap', { workingHours: [{ from: '09:00', to: '12:00' }, { from: '11:30', to: '17:30' }] }, 'workingHours[1]'],
    ['hours end before they start', { workingHours: [{ from: '12:00', to: '09:00' }] }, 'workingHours[0]'],
    ['no hours', { workingHours: [] }, 'workingHours'],
    ['no time', { workingHours: [{ from: '9', to: '25:00' }] }, 'workingHours[0]'],
    ['another year', { holidays: ['2026-12-31'] }, 'holidays[0]'],
    ['no date', { holidays: ['2027-02-30'] }, 'holidays[0]'],
    ['twice', { holidays: ['2027-01-01', '2027-01-01'] }, 'holidays[1]'],
    ['holiday and worked', { holidays: ['2027-01-09'] }, 'makeUpDays[0]'],
    ['a make-up Wednesday', { makeUpDays: ['2027-01-06'] }, 'makeUpDays[0]'],
    ['unknown year', { year: 0, holidays: [], makeUpDays: [] }, 'year'],
  ])('is refused: %s', (_what, change, field) => {
    expect(calendarProblems({ ...good, ...change }).map((problem) => problem.field)).toContain(field);
    expect(() => workingCalendar([{ ...good, ...change }])).toThrow(expect.objectContaining({ code: 'calendar-invalid' }));
  });

  it('while the good one is fine', () => expect(calendarProblems(good)).toEqual([]));
});

it('what comes with the product holds where the district has published nothing, whatever a unit has', () => {
  const worked = (unit: string | null, ...published: Parameters<typeof calendarBookWith>[0]) => calendarBookWith(published).for(unit).isWorkingDay('2026-10-01');
  const plain = { year: 2026, version: 'own', workingHours: defaultWorkingHours, holidays: [], makeUpDays: [] };
  expect([worked(null), worked('housing')]).toEqual([false, false]);
  expect([worked(null, { ...plain, unit: 'housing' }), worked('water', { ...plain, unit: 'housing' }), worked('housing', { ...plain, unit: 'housing' })]).toEqual([false, false, true]);
  expect([worked(null, { ...plain, unit: null }), worked('housing', { ...plain, unit: null })]).toEqual([true, true]);
});
