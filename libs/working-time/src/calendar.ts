import { DomainError } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { FieldRefusal, Message } from '@lianban/texts';
import { dateOfDay, dayOfDate, MINUTE, weekdayOfDay } from './china-time.js';

/** One stretch of a working day, `HH:MM` local time, `to` up to `24:00`. */
export interface WorkingHours {
  readonly from: string;
  readonly to: string;
}

/**
 * One published year of the working calendar. Versioned data: a change is a new version, never an edit.
 * A year counts as published only when there is a row for it; libraries silently call unpublished holidays workdays.
 */
export interface Calendar {
  readonly year: number;
  /** In order, not overlapping. The same on every working day, make-up days included. */
  readonly workingHours: readonly WorkingHours[];
  /** Local dates `YYYY-MM-DD` that are off (法定节假日), weekends within the holiday included. */
  readonly holidays: readonly string[];
  /** Saturdays and Sundays that are worked in exchange (调休). */
  readonly makeUpDays: readonly string[];
  readonly version: string;
}

/** *default*: 420 minutes a day, so that halves and thirds of a working day are whole minutes. */
export const defaultWorkingHours: readonly WorkingHours[] = [
  { from: '09:00', to: '12:00' },
  { from: '13:30', to: '17:30' },
];

const timePattern = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** Milliseconds after local midnight. */
export const timeOfDay = (time: string): number => {
  const [hours, minutes] = time.split(':').map(Number);
  return ((hours ?? NaN) * 60 + (minutes ?? NaN)) * MINUTE;
};

export type CalendarProblem = FieldRefusal;

/** Everything that makes a calendar impossible; empty when it is fine. */
export const calendarProblems = (calendar: Calendar): CalendarProblem[] => {
  const problems: CalendarProblem[] = [];
  const report = (field: string, reason: Message) => problems.push({ field, reason });

  if (!Number.isInteger(calendar.year) || calendar.year < 1991 || calendar.year > 2999) report('year', say('year-from-1991'));
  if (calendar.version === '') report('version', say('must-not-be-blank'));
  if (calendar.workingHours.length === 0) report('workingHours', say('at-least-one-stretch'));
  let closed = -1;
  calendar.workingHours.forEach(({ from, to }, at) => {
    const field = `workingHours[${at}]`;
    if (!timePattern.test(from) || !timePattern.test(to)) return report(field, say('must-be-time-of-day'));
    if (timeOfDay(to) <= timeOfDay(from)) report(field, say('ends-after-start'));
    if (timeOfDay(from) < closed) report(field, say('not-before-previous-ends'));
    closed = timeOfDay(to);
  });

  const holidays = new Set(calendar.holidays);
  const checkDates = (field: 'holidays' | 'makeUpDays') => {
    const seen = new Set<string>();
    calendar[field].forEach((date, at) => {
      const here = `${field}[${at}]`;
      const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? dayOfDate(date) : NaN;
      if (Number.isNaN(day) || dateOfDay(day) !== date) return report(here, say('must-be-date'));
      if (Number(date.slice(0, 4)) !== calendar.year) report(here, say('must-lie-in-year', { year: calendar.year }));
      if (seen.has(date)) report(here, say('not-there-twice'));
      seen.add(date);
      if (field === 'makeUpDays' && holidays.has(date)) report(here, say('not-a-holiday-too'));
      if (field === 'makeUpDays' && ![0, 6].includes(weekdayOfDay(day))) report(here, say('must-be-weekend'));
    });
  };
  checkDates('holidays');
  checkDates('makeUpDays');
  return problems;
};

/** What must not be published although it can be read: a year without a working day. Years published before this was refused are still read; counting skips them. */
const emptyYear = ({ year, holidays, makeUpDays }: Calendar): CalendarProblem[] => {
  const [first, next] = [dayOfDate(`${year}-01-01`), dayOfDate(`${year + 1}-01-01`)];
  const off = new Set(holidays.map(dayOfDate));
  const isWorked = Array.from({ length: next - first }, (_, at) => first + at).some((day) => ![0, 6].includes(weekdayOfDay(day)) && !off.has(day));
  return isWorked || makeUpDays.length > 0 ? [] : [{ field: 'holidays', reason: say('must-leave-a-working-day') }];
};

/** @throws DomainError `calendar-invalid` naming each field and reason */
export const assertPublishable = (calendar: Calendar): void => {
  assertCalendar(calendar);
  refuse(calendar, emptyYear(calendar));
};

/** @throws DomainError `calendar-invalid` */
export const assertCalendar = (calendar: Calendar): void => refuse(calendar, calendarProblems(calendar));

const refuse = ({ year }: Calendar, problems: readonly CalendarProblem[]): void => {
  if (problems.length > 0) throw new DomainError('calendar-invalid', say('calendar-not-possible', { year, errors: problems.slice(0, 10) }), problems);
};
