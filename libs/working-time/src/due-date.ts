import { localDay, MINUTE, toInstant, toMillis, yearOfDay } from './china-time.js';
import type { WorkingCalendar } from './working-calendar.js';

export const timeKinds = ['working', 'elapsed'] as const;
export type TimeKind = (typeof timeKinds)[number];
export const timeUnits = ['minutes', 'hours', 'days'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** `elapsed` runs through nights and holidays (7×24); `working` counts working hours only. A working day is an amount of working time. */
export interface Limit {
  readonly kind: TimeKind;
  readonly amount: number;
  readonly unit: TimeUnit;
}

export interface DueDateQuestion extends Limit {
  readonly start: string;
  /** Counting starts at the opening of the next working day (次工作日起算). Working time only. */
  readonly startNextWorkingDay?: boolean;
  /** Counting runs to the close of the day it would end on. Working time only. */
  readonly toCloseOfLastDay?: boolean;
}

export interface DueDate {
  readonly dueAt: string;
  /** A year on the way is not published: counted on the plain weekly pattern. */
  readonly provisional: boolean;
  readonly derivation: {
    /** Versions of the calendars read, joined by ` + ` over New Year; null for elapsed time. */
    readonly calendarVersion: string | null;
    /** Where counting began: the start itself, or the opening after it. */
    readonly start: string;
    readonly limit: Limit;
  };
}

/** @throws RangeError when `start` is no instant or `minutes` no number */
export const addWorkingTime = (start: string, minutes: number, calendar: WorkingCalendar): string =>
  toInstant(calendar.shift(toMillis(start), millisOf(minutes)));

/** The exact inverse of `addWorkingTime`, up to closings and openings being one instant (the earlier is reported). */
export const subtractWorkingTime = (start: string, minutes: number, calendar: WorkingCalendar): string =>
  toInstant(calendar.shift(toMillis(start), -millisOf(minutes)));

export const addElapsed = (start: string, minutes: number): string => toInstant(toMillis(start) + millisOf(minutes));

/** Negative when `to` is the earlier. */
export const workingMinutesBetween = (from: string, to: string, calendar: WorkingCalendar): number =>
  calendar.between(toMillis(from), toMillis(to)) / MINUTE;

/** Minutes of one plain working day where counting from `start` would begin. */
export const workingDayMinutes = (start: string, calendar: WorkingCalendar): number =>
  calendar.dayLength(yearOfDay(localDay(calendar.opening(toMillis(start))).day)) / MINUTE;

const millisOf = (minutes: number): number => {
  if (!Number.isFinite(minutes)) throw new RangeError(`not an amount of time: ${minutes}`);
  return Math.round(minutes * MINUTE);
};

/** Minutes of one unit; a working day takes the plain day of the year counting begins in. */
const minutesOf = (kind: TimeKind, unit: TimeUnit, dayMinutes: () => number): number => {
  switch (unit) {
    case 'minutes': return 1;
    case 'hours': return 60;
    case 'days': return kind === 'elapsed' ? 24 * 60 : dayMinutes();
  }
};

/** @throws RangeError when `start` is no instant, `amount` is not above 0, or the due time lies beyond what is counted */
export const dueDate = (question: DueDateQuestion, calendar: WorkingCalendar): DueDate => {
  const { kind, amount, unit } = question;
  if (!(amount > 0)) throw new RangeError(`a limit must be above 0: ${amount}`);
  const limit: Limit = { kind, amount, unit };
  const asked = toMillis(question.start);
  if (kind === 'elapsed') {
    const due = asked + millisOf(amount * minutesOf(kind, unit, () => NaN));
    return { dueAt: toInstant(due), provisional: false, derivation: { calendarVersion: null, start: toInstant(asked), limit } };
  }

  const start = question.startNextWorkingDay ? calendar.openingNextDay(asked) : calendar.opening(asked);
  const firstYear = yearOfDay(localDay(start).day);
  const millis = millisOf(amount * minutesOf(kind, unit, () => calendar.dayLength(firstYear) / MINUTE));
  const counted = calendar.shift(start, millis);
  const due = question.toCloseOfLastDay ? calendar.closing(counted) : counted;

  const years: number[] = [];
  // From the year of the question, since whether its last days are worked decides where counting begins.
  for (let year = yearOfDay(localDay(asked).day); year <= yearOfDay(localDay(due).day); year += 1) years.push(year);
  return {
    dueAt: toInstant(due),
    provisional: years.some((year) => !calendar.isPublished(year)),
    derivation: { calendarVersion: years.map((year) => calendar.versionOf(year)).join(' + '), start: toInstant(start), limit },
  };
};

/**
 * A share of a limit: `greenChannel` halves it, an assistant has two thirds. Kept in the limit's own unit where that stays readable
 * (whole or half), else in whole minutes.
 */
export const shareOf = (limit: Limit, numerator: number, denominator: number, dayMinutes: number): Limit => {
  const amount = (limit.amount * numerator) / denominator;
  if (Number.isInteger(amount * 2)) return { ...limit, amount };
  const minutes = (limit.amount * minutesOf(limit.kind, limit.unit, () => dayMinutes) * numerator) / denominator;
  return { kind: limit.kind, amount: minutes, unit: 'minutes' };
};
