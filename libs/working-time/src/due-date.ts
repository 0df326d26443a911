import { localDay, MINUTE, toInstant, toMillis, yearOfDay } from './china-time.js';
import type { Limit } from './limit.js';
import { schedule } from './schedule.js';
import type { WorkingCalendar } from './working-calendar.js';

export interface DueDateQuestion extends Limit {
  readonly start: string;
  /** Counting starts at the opening of the next working day (次工作日起算). Working time only. */
  readonly startNextWorkingDay?: boolean;
  /** Counting runs to the close of the day it would end on. Working time only. */
  readonly toCloseOfLastDay?: boolean;
}

export interface DueDate {
  readonly dueAt: string;
  /** A year in between is not published, so it was counted on the plain weekly pattern. */
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

/** A schedule without holds and extensions. @throws RangeError when `start` is no instant, `amount` is not above 0, or the due time lies beyond what is counted */
export const dueDate = ({ start, startNextWorkingDay, toCloseOfLastDay, ...limit }: DueDateQuestion, calendar: WorkingCalendar): DueDate => {
  const plain: Limit = { kind: limit.kind, amount: limit.amount, unit: limit.unit };
  const { dueAt, provisional, calendarVersion, countedFrom } = schedule({ startedAt: start, limit: plain, startNextWorkingDay, toCloseOfLastDay }, calendar);
  return { dueAt, provisional, derivation: { calendarVersion, start: countedFrom, limit: plain } };
};
