import { dateOfDay, dayOfDate, localDay, MINUTE, toInstant, toMillis, yearOfDay } from './china-time.js';
import { minutesOf } from './limit.js';
import type { Limit, Share } from './limit.js';
import type { WorkingCalendar } from './working-calendar.js';

/** `from` up to `to`, instants. */
export interface Interval {
  readonly from: string;
  readonly to: string;
}

/** Local dates `YYYY-MM-DD`, both inclusive. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

export interface ScheduleQuestion {
  readonly startedAt: string;
  readonly limit: Limit;
  /** Counting starts at the opening of the next working day (次工作日起算). Working time only. */
  readonly startNextWorkingDay?: boolean;
  /** Counting runs to the close of the day it would end on. Working time only. */
  readonly toCloseOfLastDay?: boolean;
  /** Added to the limit; of the limit's own kind. */
  readonly extensions?: readonly { readonly by: Limit }[];
  /** Intervals that don't count, in any order; they may overlap. One that begins at or after the due time changes nothing. */
  readonly held?: readonly Interval[];
  /** Asks for the instant at which this share of limit and extensions is used up (a warning); it is not carried on to a close. */
  readonly share?: Share;
}

export interface Schedule {
  readonly dueAt: string;
  /** A year in between is not published, so it was counted on the plain weekly pattern. */
  readonly provisional: boolean;
  /** Where counting began: the start itself, or the opening after it. */
  readonly countedFrom: string;
  /** Versions of the calendars read, joined by ` + ` over New Year; null for elapsed time. */
  readonly calendarVersion: string | null;
  /** Public holidays in between, weekends within them included. */
  readonly holidays: readonly DateRange[];
  /** Saturdays and Sundays in between that are worked. */
  readonly makeUpDays: readonly string[];
}

/** Counts one kind of time; milliseconds. `after` reports the earlier of two instants between which nothing counts. */
interface Count {
  readonly between: (from: number, to: number) => number;
  readonly after: (from: number, amount: number) => number;
}
const elapsedTime: Count = { between: (from, to) => to - from, after: (from, amount) => from + amount };

const countOf = (isWorking: boolean, calendar: WorkingCalendar): Count =>
  (isWorking ? { between: (from, to) => calendar.between(from, to), after: (from, amount) => calendar.shift(from, amount) } : elapsedTime);

/** Where counting begins, in epoch milliseconds. */
const startOf = ({ startedAt, limit, startNextWorkingDay }: ScheduleQuestion, calendar: WorkingCalendar): number => {
  const asked = toMillis(startedAt);
  if (limit.kind !== 'working') return asked;
  return startNextWorkingDay ? calendar.openingNextDay(asked) : calendar.opening(asked);
};

/** Epoch milliseconds: where counting begins, and where it ends. */
const boundsOf = (question: ScheduleQuestion, calendar: WorkingCalendar): { start: number; due: number } => {
  const { limit, extensions = [], held = [], share = { numerator: 1, denominator: 1 } } = question;
  const isWorking = limit.kind === 'working';
  const start = startOf(question, calendar);
  const dayMinutes = () => calendar.dayLength(yearOfDay(localDay(start).day)) / MINUTE;
  const minutes = [limit, ...extensions.map(({ by }) => by)].reduce((sum, amount) => sum + minutesIn(amount, limit, dayMinutes), 0);
  const total = Math.round((minutes * MINUTE * share.numerator) / share.denominator);
  const count = countOf(isWorking, calendar);

  const gaps = unionOf(held);
  const toClose = isWorking && question.toCloseOfLastDay && !question.share;
  return { start, due: toClose ? countToClose(start, total, gaps, count, calendar) : countOn(start, total, gaps, count) };
};

/** Minutes that are counted from the start of the question up to `until`, of its own kind of time; 0 or less when none are. */
export const minutesUntil = (question: ScheduleQuestion, until: string, calendar: WorkingCalendar): number => {
  const count = countOf(question.limit.kind === 'working', calendar);
  const [start, end] = [startOf(question, calendar), toMillis(until)];
  const held = unionOf(question.held ?? []).map(({ from, to }) => ({ from: Math.max(from, start), to: Math.min(to, end) })).filter(({ from, to }) => from < to);
  return held.reduce((left, { from, to }) => left - count.between(from, to), count.between(start, end)) / MINUTE;
};

/** The due time alone, without the holidays in between. @throws as `schedule` */
export const dueInstant = (question: ScheduleQuestion, calendar: WorkingCalendar): string => toInstant(boundsOf(question, calendar).due);

/** @throws RangeError when an instant is none, an amount not above 0, an extension of another kind, or the due time beyond what is counted */
export const schedule = (question: ScheduleQuestion, calendar: WorkingCalendar): Schedule => {
  const { start, due } = boundsOf(question, calendar);
  if (question.limit.kind !== 'working') return { dueAt: toInstant(due), provisional: false, countedFrom: toInstant(start), calendarVersion: null, holidays: [], makeUpDays: [] };

  // Includes the first day, since counting begins there only if it is worked. A due time at 24:00 belongs to the day that ends.
  const first = localDay(toMillis(question.startedAt)).day;
  const last = Math.max(first, localDay(due - 1).day);
  const years = Array.from({ length: yearOfDay(last) - yearOfDay(first) + 1 }, (_, at) => yearOfDay(first) + at);
  const [firstDate, lastDate] = [dateOfDay(first), dateOfDay(last)];
  const onTheWay = (date: string) => date >= firstDate && date <= lastDate;
  return {
    dueAt: toInstant(due),
    provisional: years.some((year) => !calendar.isPublished(year)),
    countedFrom: toInstant(start),
    calendarVersion: years.map((year) => calendar.versionOf(year)).join(' + '),
    holidays: dateRanges(years.flatMap((year) => calendar.holidays(year)).filter(onTheWay)),
    makeUpDays: years.flatMap((year) => calendar.makeUpDays(year)).filter(onTheWay),
  };
};

const minutesIn = (amount: Limit, limit: Limit, dayMinutes: () => number): number => {
  if (!(amount.amount > 0)) throw new RangeError(`a limit must be above 0: ${amount.amount}`);
  if (amount.kind !== limit.kind) throw new RangeError(`an extension in ${amount.kind} time can't extend a limit in ${limit.kind} time`);
  return amount.amount * minutesOf(amount.kind, amount.unit, dayMinutes);
};

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** In order and apart from each other; empty intervals are left out. */
const unionOf = (intervals: readonly Interval[]): Gap[] => {
  const sorted = intervals.map(({ from, to }) => ({ from: toMillis(from), to: toMillis(to) })).filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  return sorted.reduce<Gap[]>((gaps, gap) => {
    const before = gaps.at(-1);
    if (!before || gap.from > before.to) return [...gaps, gap];
    return [...gaps.slice(0, -1), { from: before.from, to: Math.max(before.to, gap.to) }];
  }, []);
};

/** The first instant by which `amount` has been counted from `start` outside the gaps. */
const countOn = (start: number, amount: number, gaps: readonly Gap[], count: Count): number => {
  let at = start;
  let left = amount;
  for (const gap of gaps) {
    if (gap.to <= at) continue;
    if (gap.from > at) {
      const before = count.between(at, gap.from);
      if (before >= left) break;
      left -= before;
    }
    at = gap.to;
  }
  return count.after(at, left);
};

/** Extends to the close of the day on which counting ends; what is held before that close is added too. */
const countToClose = (start: number, amount: number, gaps: readonly Gap[], count: Count, calendar: WorkingCalendar): number => {
  let total = amount;
  // The loop ends, since each turn but the last passes a gap.
  for (;;) {
    const counted = countOn(start, total, gaps, count);
    const close = calendar.closing(counted);
    if (!gaps.some(({ from, to }) => from < close && to > counted)) return close;
    total += count.between(counted, close);
  }
};

/** Runs of dates that follow each other; `dates` ascending. */
export const dateRanges = (dates: readonly string[]): DateRange[] =>
  dates.reduce<DateRange[]>((ranges, date) => {
    const before = ranges.at(-1);
    if (!before || dayOfDate(date) - dayOfDate(before.to) > 1) return [...ranges, { from: date, to: date }];
    return [...ranges.slice(0, -1), { from: before.from, to: date }];
  }, []);
