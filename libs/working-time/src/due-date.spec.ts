import { describe, expect, it } from '@jest/globals';
import { defaultWorkingHours } from './calendar.js';
import { addElapsed, addWorkingTime, dueDate, subtractWorkingTime, workingMinutesBetween } from './due-date.js';
import type { DueDateQuestion } from './due-date.js';
import { shareOf } from './limit.js';
import { shippedCalendars } from './shipped-calendars.js';
import { workingCalendar } from './working-calendar.js';

const calendar = workingCalendar(shippedCalendars);

/** 2026: New Year 1–3 Jan (4 Jan worked); Spring Festival 15–23 Feb (Sat 14 and Sat 28 Feb worked); National Day 1–7 Oct (Sun 20 Sep, Sat 10 Oct worked). */
const table: [what: string, start: string, amount: number, unit: DueDateQuestion['unit'], dueAt: string][] = [
  ['within a morning', '2026-03-04T09:30:00+08:00', 60, 'minutes', '2026-03-04T10:30:00+08:00'],
  ['over lunch', '2026-03-04T11:30:00+08:00', 1, 'hours', '2026-03-04T14:00:00+08:00'],
  ['up to lunch is due at lunch, not after it', '2026-03-04T11:00:00+08:00', 1, 'hours', '2026-03-04T12:00:00+08:00'],
  ['Friday 16:30 plus 1 working hour is Friday 17:30', '2026-03-06T16:30:00+08:00', 1, 'hours', '2026-03-06T17:30:00+08:00'],
  ['Friday 16:30 plus 61 minutes is Monday 09:01', '2026-03-06T16:30:00+08:00', 61, 'minutes', '2026-03-09T09:01:00+08:00'],
  ['created on Saturday', '2026-03-07T20:15:00+08:00', 4, 'hours', '2026-03-09T14:30:00+08:00'],
  ['created before opening', '2026-03-04T05:00:00+08:00', 30, 'minutes', '2026-03-04T09:30:00+08:00'],
  ['created after closing', '2026-03-04T17:30:01+08:00', 30, 'minutes', '2026-03-05T09:30:00+08:00'],
  ['created at lunch', '2026-03-04T12:45:00+08:00', 30, 'minutes', '2026-03-04T14:00:00+08:00'],
  ['a working day from the opening is the closing', '2026-02-09T09:00:00+08:00', 1, 'days', '2026-02-09T17:30:00+08:00'],
  ['5 working days from Monday opening', '2026-02-02T09:00:00+08:00', 5, 'days', '2026-02-06T17:30:00+08:00'],
  ['a working day from mid-afternoon', '2026-03-04T15:30:00+08:00', 1, 'days', '2026-03-05T15:30:00+08:00'],
  ['half a working day is 3 h 30 min', '2026-03-04T09:00:00+08:00', 0.5, 'days', '2026-03-04T14:00:00+08:00'],
  ['the make-up Saturday before Spring Festival is worked', '2026-02-13T16:30:00+08:00', 2, 'hours', '2026-02-14T10:00:00+08:00'],
  ['over Spring Festival', '2026-02-14T16:30:00+08:00', 2, 'hours', '2026-02-24T10:00:00+08:00'],
  ['created on New Year’s Eve of the lunar year', '2026-02-16T22:00:00+08:00', 1, 'days', '2026-02-24T17:30:00+08:00'],
  ['5 working days over Spring Festival: 9–14 Feb are six', '2026-02-10T09:00:00+08:00', 5, 'days', '2026-02-14T17:30:00+08:00'],
  ['15 working days over Spring Festival, both make-up Saturdays worked', '2026-02-09T09:00:00+08:00', 15, 'days', '2026-03-05T17:30:00+08:00'],
  ['the make-up Saturday after Spring Festival', '2026-02-27T17:00:00+08:00', 1, 'hours', '2026-02-28T09:30:00+08:00'],
  ['the make-up Sunday in September', '2026-09-18T17:00:00+08:00', 1, 'hours', '2026-09-20T09:30:00+08:00'],
  ['over National Day', '2026-09-30T17:00:00+08:00', 1, 'hours', '2026-10-08T09:30:00+08:00'],
  ['over New Year, the make-up Sunday worked', '2025-12-31T17:00:00+08:00', 1, 'hours', '2026-01-04T09:30:00+08:00'],
  ['the second counts', '2026-03-04T09:00:30.500+08:00', 1, 'minutes', '2026-03-04T09:01:30.500+08:00'],
  ['a start written in UTC', '2026-03-06T08:30:00Z', 1, 'hours', '2026-03-06T17:30:00+08:00'],
  ['2020: the holiday was prolonged to 2 February', '2020-01-23T17:00:00+08:00', 1, 'hours', '2020-02-03T09:30:00+08:00'],
  ['2007: the first shipped year, Saturday 17 February worked', '2007-02-16T17:00:00+08:00', 1, 'hours', '2007-02-17T09:30:00+08:00'],
];

describe('a due date in working time', () => {
  it.each(table)('%s', (_what, start, amount, unit, dueAt) => {
    expect(dueDate({ start, kind: 'working', amount, unit }, calendar)).toMatchObject({ dueAt, provisional: false });
  });

  it('says how it came about', () => {
    expect(dueDate({ start: '2026-02-14T18:00:00+08:00', kind: 'working', amount: 5, unit: 'days' }, calendar)).toEqual({
      dueAt: '2026-02-28T17:30:00+08:00',
      provisional: false,
      derivation: { calendarVersion: 'cn-2026.1', start: '2026-02-24T09:00:00+08:00', limit: { kind: 'working', amount: 5, unit: 'days' } },
    });
  });

  it('names both calendars over New Year', () => {
    const { derivation } = dueDate({ start: '2025-12-31T17:00:00+08:00', kind: 'working', amount: 1, unit: 'hours' }, calendar);
    expect(derivation.calendarVersion).toBe('cn-2025.1 + cn-2026.1');
  });

  it('is provisional, on the plain weekly pattern, as soon as an unpublished year is on the way', () => {
    const question = { start: '2026-12-31T17:00:00+08:00', kind: 'working', unit: 'hours' } as const;
    expect(dueDate({ ...question, amount: 0.5 }, calendar)).toMatchObject({ dueAt: '2026-12-31T17:30:00+08:00', provisional: false });
    // 1 January 2027 will be a holiday; nobody has published it, so the plain Friday counts, and the answer says so.
    expect(dueDate({ ...question, amount: 1 }, calendar)).toMatchObject({
      dueAt: '2027-01-01T09:30:00+08:00', provisional: true, derivation: { calendarVersion: 'cn-2026.1 + unpublished-2027' },
    });
  });

  it('can start at the opening of the next working day', () => {
    const question = { kind: 'working', amount: 1, unit: 'days', startNextWorkingDay: true } as const;
    expect(dueDate({ ...question, start: '2026-03-06T10:00:00+08:00' }, calendar)).toMatchObject({
      dueAt: '2026-03-09T17:30:00+08:00', derivation: { start: '2026-03-09T09:00:00+08:00' },
    });
    expect(dueDate({ ...question, start: '2026-02-14T08:00:00+08:00' }, calendar).dueAt).toBe('2026-02-24T17:30:00+08:00');
  });

  it('can run to the close of the last day', () => {
    const question = { kind: 'working', amount: 4, unit: 'hours', toCloseOfLastDay: true } as const;
    expect(dueDate({ ...question, start: '2026-03-04T15:00:00+08:00' }, calendar).dueAt).toBe('2026-03-05T17:30:00+08:00');
    expect(dueDate({ ...question, start: '2026-03-04T13:30:00+08:00' }, calendar).dueAt).toBe('2026-03-04T17:30:00+08:00');
  });

  it('takes the day length of the year it begins in', () => {
    const short = workingCalendar([
      { year: 2030, version: 'short', workingHours: [{ from: '09:00', to: '12:00' }], holidays: [], makeUpDays: [] },
      { year: 2031, version: 'long', workingHours: defaultWorkingHours, holidays: [], makeUpDays: [] },
    ]);
    // Tuesday 31 December 2030, 11:00: one hour left of a day of three; two more on Wednesday 1 January.
    expect(dueDate({ start: '2030-12-31T11:00:00+08:00', kind: 'working', amount: 1, unit: 'days' }, short).dueAt).toBe('2031-01-01T11:00:00+08:00');
  });

  it.each([0, -1, NaN, Infinity])('refuses an amount of %s', (amount) => {
    expect(() => dueDate({ start: '2026-03-04T09:00:00+08:00', kind: 'working', amount, unit: 'days' }, calendar)).toThrow(RangeError);
  });

  it('refuses a start that is no instant, and gives up on amounts without end', () => {
    expect(() => dueDate({ start: 'tomorrow', kind: 'working', amount: 1, unit: 'days' }, calendar)).toThrow(RangeError);
    expect(() => dueDate({ start: '2026-03-04T09:00:00+08:00', kind: 'working', amount: 1e9, unit: 'days' }, calendar)).toThrow(RangeError);
  });
});

describe('a due date in elapsed time', () => {
  it.each([
    ['minutes', 30, '2026-02-17T00:20:00+08:00'],
    ['hours', 2, '2026-02-17T01:50:00+08:00'],
    ['days', 1, '2026-02-17T23:50:00+08:00'],
  ] as const)('runs through night and holiday: %s', (unit, amount, dueAt) => {
    expect(dueDate({ start: '2026-02-16T23:50:00+08:00', kind: 'elapsed', amount, unit }, calendar)).toEqual({
      dueAt, provisional: false,
      derivation: { calendarVersion: null, start: '2026-02-16T23:50:00+08:00', limit: { kind: 'elapsed', amount, unit } },
    });
  });

  it('is never provisional', () => {
    expect(dueDate({ start: '2031-01-01T00:00:00+08:00', kind: 'elapsed', amount: 2, unit: 'hours' }, calendar).provisional).toBe(false);
  });
});

describe('adding and subtracting', () => {
  it('meet at a closing, which is the same instant as the next opening', () => {
    expect(addWorkingTime('2026-03-06T16:30:00+08:00', 60, calendar)).toBe('2026-03-06T17:30:00+08:00');
    expect(subtractWorkingTime('2026-03-09T10:00:00+08:00', 60, calendar)).toBe('2026-03-06T17:30:00+08:00');
    expect(workingMinutesBetween('2026-03-06T17:30:00+08:00', '2026-03-09T09:00:00+08:00', calendar)).toBe(0);
  });

  it('count between two instants, either way round', () => {
    expect(workingMinutesBetween('2026-02-13T17:00:00+08:00', '2026-02-24T09:30:00+08:00', calendar)).toBe(30 + 420 + 30);
    expect(workingMinutesBetween('2026-02-24T09:30:00+08:00', '2026-02-13T17:00:00+08:00', calendar)).toBe(-480);
  });

  it('add elapsed minutes plainly', () => {
    expect(addElapsed('2026-02-16T23:50:00+08:00', 30)).toBe('2026-02-17T00:20:00+08:00');
  });
});

describe('a share of a limit', () => {
  it.each([
    [{ kind: 'working', amount: 5, unit: 'days' }, 1, 2, { kind: 'working', amount: 2.5, unit: 'days' }],
    [{ kind: 'working', amount: 15, unit: 'days' }, 2, 3, { kind: 'working', amount: 10, unit: 'days' }],
    [{ kind: 'working', amount: 5, unit: 'days' }, 2, 3, { kind: 'working', amount: 1400, unit: 'minutes' }],
    [{ kind: 'working', amount: 0.5, unit: 'days' }, 2, 3, { kind: 'working', amount: 140, unit: 'minutes' }],
    [{ kind: 'elapsed', amount: 24, unit: 'hours' }, 2, 3, { kind: 'elapsed', amount: 16, unit: 'hours' }],
    [{ kind: 'elapsed', amount: 1, unit: 'hours' }, 2, 3, { kind: 'elapsed', amount: 40, unit: 'minutes' }],
  ] as const)('%j × %d/%d', (limit, numerator, denominator, share) => {
    expect(shareOf(limit, numerator, denominator, 420)).toEqual(share);
  });
});
