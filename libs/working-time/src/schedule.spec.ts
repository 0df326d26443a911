import { describe, expect, it } from '@jest/globals';
import { calendarBook } from './calendar-book.js';
import { explain } from './explain.js';
import type { Limit } from './limit.js';
import { schedule } from './schedule.js';
import type { Interval, ScheduleQuestion } from './schedule.js';
import { shippedCalendars } from './shipped-calendars.js';
import { workingCalendar } from './working-calendar.js';

const calendar = workingCalendar(shippedCalendars);
const working = (amount: number, unit: Limit['unit']): Limit => ({ kind: 'working', amount, unit });
const elapsed = (amount: number, unit: Limit['unit']): Limit => ({ kind: 'elapsed', amount, unit });
const at = (local: string): string => `2026-${local}:00+08:00`;
const hold = (from: string, to: string): Interval => ({ from: at(from), to: at(to) });

/** 2026: Spring Festival 15–23 Feb, Sat 14 and Sat 28 Feb worked. 2 March is a Monday. */
const table: [what: string, start: string, limit: Limit, change: Partial<ScheduleQuestion>, dueAt: string][] = [
  ['Friday 16:30 plus 1 working hour', '03-06T16:30', working(1, 'hours'), {}, '03-06T17:30'],
  ['held over a weekend: nothing that counts is lost', '03-05T09:00', working(2, 'days'), { held: [hold('03-06T17:30', '03-09T09:00')] }, '03-06T17:30'],
  ['held from Friday 16:30 to Monday 10:00: two working hours', '03-05T09:00', working(2, 'days'), { held: [hold('03-06T16:30', '03-09T10:00')] }, '03-09T11:00'],
  ['held 2 h 10 min, over the lunch break', '03-02T09:00', working(1, 'days'), { held: [hold('03-02T11:00', '03-02T14:40')] }, '03-03T11:10'],
  ['held before counting began', '03-02T19:00', working(1, 'hours'), { held: [hold('03-02T20:00', '03-03T08:00')] }, '03-03T10:00'],
  ['held across its start', '03-02T10:00', working(1, 'hours'), { held: [hold('03-02T09:00', '03-02T10:30')] }, '03-02T11:30'],
  ['two holds in one minute', '03-02T10:00', working(1, 'hours'), { held: [hold('03-02T10:20', '03-02T10:20'), hold('03-02T10:20', '03-02T10:21')] }, '03-02T11:01'],
  ['holds that overlap count once', '03-02T09:00', working(1, 'hours'), { held: [hold('03-02T09:30', '03-02T10:30'), hold('03-02T09:20', '03-02T10:00')] }, '03-02T11:10'],
  ['a hold from the due time on', '03-02T09:00', working(1, 'hours'), { held: [hold('03-02T10:00', '03-04T10:00')] }, '03-02T10:00'],
  ['a hold after a Friday that is used up', '03-06T16:30', working(1, 'hours'), { held: [hold('03-06T18:00', '03-11T10:00')] }, '03-06T17:30'],
  ['held over the Spring Festival and its make-up Saturday', '02-13T09:00', working(2, 'days'), { held: [hold('02-13T17:30', '02-24T09:00')] }, '02-24T17:30'],
  ['elapsed time held at night', '03-02T23:00', elapsed(2, 'hours'), { held: [hold('03-02T23:30', '03-03T00:30')] }, '03-03T02:00'],
  ['extended by two working days over the festival', '02-12T09:00', working(2, 'days'), { extensions: [{ by: working(2, 'days') }] }, '02-24T17:30'],
  ['extended twice and held', '03-02T09:00', working(1, 'days'), { extensions: [{ by: working(1, 'hours') }, { by: working(0.5, 'days') }], held: [hold('03-02T09:00', '03-02T10:00')] }, '03-03T16:00'],
  ['from the next working day', '02-13T10:00', working(1, 'days'), { startNextWorkingDay: true }, '02-14T17:30'],
  ['to the close of the last day', '03-02T10:00', working(1, 'days'), { toCloseOfLastDay: true }, '03-03T17:30'],
  ['to the close, held in the evening before it', '03-02T10:00', working(1, 'days'), { toCloseOfLastDay: true, held: [hold('03-03T16:00', '03-04T09:30')] }, '03-04T17:30'],
  ['four fifths of 5 working days', '03-02T09:00', working(5, 'days'), { share: { numerator: 4, denominator: 5 } }, '03-05T17:30'],
  ['half of 2 hours', '03-02T23:30', elapsed(2, 'hours'), { share: { numerator: 1, denominator: 2 } }, '03-03T00:30'],
  ['a share of limit and extension, held', '03-02T09:00', working(2, 'hours'), { extensions: [{ by: working(2, 'hours') }], share: { numerator: 1, denominator: 2 }, held: [hold('03-02T10:00', '03-02T10:30')] }, '03-02T11:30'],
];

describe('a schedule', () => {
  it.each(table)('%s', (_what, start, limit, change, dueAt) => {
    expect(schedule({ startedAt: at(start), limit, ...change }, calendar).dueAt).toBe(at(dueAt));
  });

  it('names the holidays and make-up days on its way, and no others', () => {
    const found = schedule({ startedAt: at('02-09T09:00'), limit: working(10, 'days') }, calendar);
    expect(found).toEqual({
      dueAt: at('02-27T17:30'), provisional: false, countedFrom: at('02-09T09:00'), calendarVersion: 'cn-2026.1',
      holidays: [{ from: '2026-02-15', to: '2026-02-23' }], makeUpDays: ['2026-02-14'],
    });
    expect(schedule({ startedAt: at('02-09T09:00'), limit: elapsed(20, 'days') }, calendar)).toMatchObject({ holidays: [], makeUpDays: [], calendarVersion: null });
  });

  it('is provisional when a hold carries it into a year that is not published', () => {
    const question = { startedAt: at('12-21T09:00'), limit: working(5, 'days') };
    expect(schedule(question, calendar)).toMatchObject({ provisional: false, calendarVersion: 'cn-2026.1' });
    const held = [hold('12-22T09:00', '12-31T17:30')];
    expect(schedule({ ...question, held }, calendar)).toMatchObject({ provisional: true, calendarVersion: 'cn-2026.1 + unpublished-2027' });
  });

  it.each([0, -1, NaN, Infinity])('refuses an extension of %s', (amount) => {
    expect(() => schedule({ startedAt: at('03-02T09:00'), limit: working(1, 'days'), extensions: [{ by: working(amount, 'days') }] }, calendar)).toThrow(RangeError);
  });

  it('refuses an extension in the other kind of time', () => {
    expect(() => schedule({ startedAt: at('03-02T09:00'), limit: working(1, 'days'), extensions: [{ by: elapsed(1, 'days') }] }, calendar)).toThrow(RangeError);
  });
});

describe('a handling unit with a calendar of its own', () => {
  const weekends = Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(2026, 0, 1 + day))).filter((day) => [0, 6].includes(day.getUTCDay()));
  const book = calendarBook([
    ...shippedCalendars.map((row) => ({ ...row, unit: null })),
    { unit: 'water', year: 2026, version: 'water-2026.1', workingHours: [{ from: '08:00', to: '11:30' }, { from: '12:30', to: '16:30' }, { from: '18:00', to: '24:00' }],
      holidays: [], makeUpDays: weekends.map((day) => day.toISOString().slice(0, 10)) },
  ]);
  const due = (unit: string | null, start: string, limit: Limit, change: Partial<ScheduleQuestion> = {}) =>
    schedule({ startedAt: at(start), limit, ...change }, book.for(unit));

  it('works weekends and holidays', () => {
    expect(due('water', '02-14T09:00', working(1, 'days')).dueAt).toBe(at('02-15T09:00'));
    expect(due(null, '02-14T09:00', working(1, 'days')).dueAt).toBe(at('02-14T17:30'));
  });

  it('closes at midnight, which belongs to the day it ends', () => {
    expect(due('water', '03-07T20:00', working(1, 'minutes'), { toCloseOfLastDay: true }).dueAt).toBe(at('03-08T00:00'));
    expect(due('water', '03-07T18:00', working(6, 'hours'), { toCloseOfLastDay: true }).dueAt).toBe(at('03-08T00:00'));
    expect(due('water', '12-31T18:00', working(6, 'hours'))).toMatchObject({ dueAt: '2027-01-01T00:00:00+08:00', provisional: false, calendarVersion: 'water-2026.1' });
  });

  it('has the district’s years where it has none of its own', () => {
    expect(book.for('water').versionOf(2025)).toBe('cn-2025.1');
    expect(book.for('fire')).toBe(book.for(null));
    expect([book.ownerOf('water'), book.ownerOf('fire'), book.ownerOf(null)]).toEqual(['water', null, null]);
  });
});

describe('an explanation', () => {
  it('can be followed in both languages', () => {
    const held = [hold('02-11T10:00', '02-11T14:40')];
    const question = { startedAt: at('02-09T09:00'), limit: working(6, 'days'), held };
    const { dueAt, countedFrom: start, holidays, makeUpDays } = schedule(question, calendar);
    expect(explain({ start, limit: question.limit, held, holidays, makeUpDays }, dueAt, calendar)).toEqual({
      en: '6 working days from Mon 9 Feb 09:00, 15–23 Feb holidays, 14 Feb worked, held 3 h 10 min → Tue 24 Feb 13:40',
      zh: '自2月9日(周一)09:00起6个工作日,2月15日至23日放假,2月14日上班,挂账3小时10分钟 → 2月24日(周二)13:40',
    });
  });

  it('names extensions, years where there are two, and held intervals without a calendar', () => {
    const held = [hold('12-30T17:00', '12-31T09:30')];
    expect(explain({ start: at('12-30T09:00'), limit: working(1, 'days'), extensions: [{ by: working(1, 'days') }], held, holidays: [{ from: '2027-01-01', to: '2027-01-03' }] }, '2027-01-04T10:00:00+08:00')).toEqual({
      en: '1 working day from Wed 30 Dec 2026 09:00, extended by 1 working day, 1–3 Jan holidays, held Wed 30 Dec 2026 17:00 – Thu 31 Dec 2026 09:30 → Mon 4 Jan 2027 10:00',
      zh: '自2026年12月30日(周三)09:00起1个工作日,延期1个工作日,1月1日至3日放假,挂账2026年12月30日(周三)17:00至2026年12月31日(周四)09:30 → 2027年1月4日(周一)10:00',
    });
  });

  it('of elapsed time is plain, and leaves out a hold after the due time', () => {
    expect(explain({ start: at('02-16T23:50'), limit: elapsed(30, 'minutes'), held: [hold('02-18T00:00', '02-19T00:00')] }, at('02-17T00:20')).en)
      .toBe('30 minutes from Mon 16 Feb 23:50 → Tue 17 Feb 00:20');
  });
});
