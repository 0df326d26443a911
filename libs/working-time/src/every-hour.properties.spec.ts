/** Twenty years counted minute by minute, the slow and obvious way, against the library. Shares nothing with it but the published dates. */
import { describe, expect, it } from '@jest/globals';
import { runsOf } from '@lianban/testing';
import fc from 'fast-check';
import type { Calendar } from './calendar.js';
import { schedule } from './schedule.js';
import type { Interval } from './schedule.js';
import { shippedCalendars } from './shipped-calendars.js';
import { workingCalendar } from './working-calendar.js';
import type { WorkingCalendar } from './working-calendar.js';

const MINUTE = 60_000;
const first = Date.parse('2006-12-01T00:00:00+08:00');
const last = Date.parse('2027-06-01T00:00:00+08:00');
const minutesInAll = (last - first) / MINUTE;

/** `worked[m]` is 1 when minute m is worked, `before[m]` how many were before it, `nth[k]` the minute that is the k-th worked. */
interface MinuteCount {
  readonly worked: Uint8Array;
  readonly before: Int32Array;
  readonly nth: Int32Array;
}

const countMinutes = (rows: readonly Calendar[], plainHours: readonly [number, number][]): MinuteCount => {
  const worked = new Uint8Array(minutesInAll);
  const before = new Int32Array(minutesInAll + 1);
  const nth = new Int32Array(minutesInAll);
  let count = 0;
  for (let minute = 0; minute < minutesInAll; minute += 1440) {
    const midday = new Date(first + minute * MINUTE + 20 * 3_600_000); // 12:00 in UTC of the same date: the local date, whatever the machine's zone
    const date = midday.toISOString().slice(0, 10);
    const row = rows.find(({ year }) => String(year) === date.slice(0, 4));
    const weekend = midday.getUTCDay() === 0 || midday.getUTCDay() === 6;
    const isWorked = row?.makeUpDays.includes(date) ? true : !weekend && !row?.holidays.includes(date);
    const hours = row ? row.workingHours.map(({ from, to }) => [clock(from), clock(to)]) : plainHours;
    for (let within = 0; within < 1440; within += 1) {
      before[minute + within] = count;
      if (!isWorked || !hours.some(([from = 0, to = 0]) => within >= from && within < to)) continue;
      worked[minute + within] = 1;
      nth[count++] = minute + within;
    }
  }
  before[minutesInAll] = count;
  return { worked, before, nth };
};
const clock = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

const at = (minute: number): number => first + minute * MINUTE;
const text = (minute: number): string => new Date(at(minute)).toISOString();
const range = (from: string, to: string): [number, number] => [(Date.parse(from) - first) / MINUTE, (Date.parse(to) - first) / MINUTE];

const plain: [number, number][] = [[9 * 60, 12 * 60], [13 * 60 + 30, 17 * 60 + 30]];
const weekendsOf = (year: number): string[] => Array.from({ length: 366 }, (_, day) => new Date(Date.UTC(year, 0, 1 + day)))
  .filter((day) => day.getUTCFullYear() === year && [0, 6].includes(day.getUTCDay())).map((day) => day.toISOString().slice(0, 10));

const district = { name: 'the district', rows: shippedCalendars, hours: plain };
/** Four stretches a day, the last to midnight, weekends worked; only the years 2015–2020 of its own, the rest the district's. */
const utility = {
  name: 'a utility that works weekends and to midnight',
  rows: shippedCalendars.map((row): Calendar => (row.year < 2015 || row.year > 2020 ? row : {
    ...row, version: `w-${row.year}`, holidays: [], makeUpDays: weekendsOf(row.year),
    workingHours: [{ from: '00:00', to: '01:00' }, { from: '08:00', to: '11:15' }, { from: '11:15', to: '12:00' }, { from: '19:20', to: '24:00' }],
  })),
  hours: plain,
};

describe.each([district, utility])('20 years × every hour: $name', ({ rows, hours }) => {
  const naive = countMinutes(rows, hours);
  const calendar = workingCalendar(rows);
  const [from, to] = range('2007-01-01T00:00:00+08:00', '2027-01-01T00:00:00+08:00');

  it('counts, adds and subtracts as the minutes do', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (let start = from; start < to; start += 60, checked += 1) {
      // Amounts from one minute to some 14 working days, another for each hour.
      const amount = 1 + ((checked * 7919) % 6000);
      const worked = naive.before[start] ?? NaN;
      const due = (naive.nth[worked + amount - 1] ?? NaN) + 1;
      const earliest = (naive.nth[worked - 1] ?? NaN) + 1;
      if (calendar.shift(at(start), amount * MINUTE) !== at(due)) wrong.push(`${text(start)} + ${amount} min`);
      if (calendar.shift(at(due), -amount * MINUTE) !== at(earliest)) wrong.push(`${text(due)} - ${amount} min`);
      const end = start + amount * 3;
      if (calendar.between(at(start), at(end)) !== ((naive.before[end] ?? NaN) - worked) * MINUTE) wrong.push(`${text(start)} to ${text(end)}`);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(checked).toBe(175_320);
  });

  it('cuts held intervals out as the minutes do', () => {
    const minute = fc.integer({ min: from, max: to });
    const hold = fc.tuple(fc.integer({ min: -2_000, max: 30_000 }), fc.integer({ min: 0, max: 9_000 }));
    fc.assert(fc.property(minute, fc.integer({ min: 1, max: 7_000 }), fc.array(hold, { maxLength: 5 }), fc.constantFrom('working', 'elapsed'), (start, amount, holds, kind) => {
      const held = holds.map(([after, length]): Interval => ({ from: text(start + after), to: text(start + after + length) }));
      const counts = (m: number) => (kind === 'elapsed' || naive.worked[m] === 1)
        && !holds.some(([after, length]) => m >= start + after && m < start + after + length);
      let left = amount;
      let due = start;
      for (; left > 0; due += 1) if (counts(due)) left -= 1;
      const found = schedule({ startedAt: text(start), limit: { kind: kind, amount, unit: 'minutes' }, held }, calendar);
      expect(Date.parse(found.dueAt)).toBe(at(due));
    }), { numRuns: runsOf(1_500) });
  });
});

describe('a schedule, as properties', () => {
  const calendar: WorkingCalendar = workingCalendar(shippedCalendars);
  const [from, to] = range('2007-01-01T00:00:00+08:00', '2026-12-01T00:00:00+08:00');
  const minute = fc.integer({ min: from, max: to });

  it('an interval that begins at or after the due time changes nothing, and no hold brings it forward', () => {
    fc.assert(fc.property(minute, fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: -4_000, max: 4_000 }), fc.integer({ min: 0, max: 5_000 }), fc.boolean(), (start, amount, offset, length, toCloseOfLastDay) => {
      const question = { startedAt: text(start), limit: { kind: 'working', amount, unit: 'minutes' }, toCloseOfLastDay } as const;
      const plainDue = Date.parse(schedule(question, calendar).dueAt);
      const hold = { from: new Date(plainDue + offset * MINUTE).toISOString(), to: new Date(plainDue + (offset + length) * MINUTE).toISOString() };
      const due = Date.parse(schedule({ ...question, held: [hold] }, calendar).dueAt);
      if (offset >= 0) expect(due).toBe(plainDue);
      else expect(due).toBeGreaterThanOrEqual(plainDue);
    }), { numRuns: runsOf(1_000) });
  });

  it('an extension is the same as a longer limit, in one piece or several', () => {
    fc.assert(fc.property(minute, fc.nat(3_000), fc.nat(3_000), fc.nat(3_000), (start, a, b, c) => {
      const minutes = (amount: number) => ({ kind: 'working', amount: amount + 1, unit: 'minutes' }) as const;
      const pieces = schedule({ startedAt: text(start), limit: minutes(a), extensions: [{ by: minutes(b) }, { by: minutes(c) }] }, calendar);
      expect(pieces.dueAt).toBe(schedule({ startedAt: text(start), limit: minutes(a + b + c + 2) }, calendar).dueAt);
    }), { numRuns: runsOf(500) });
  });
});
