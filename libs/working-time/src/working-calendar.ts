import { assertCalendar, defaultWorkingHours, timeOfDay } from './calendar.js';
import type { Calendar, WorkingHours } from './calendar.js';
import { atLocal, dayOfDate, localDay, weekdayOfDay, yearOfDay } from './china-time.js';

/** One year made ready for arithmetic. All working days of a year are equally long, so a day's start is its rank times the length. */
interface Year {
  readonly published: boolean;
  readonly version: string;
  /** Stretches in milliseconds after local midnight. */
  readonly stretches: readonly { readonly from: number; readonly to: number }[];
  /** Working milliseconds of one working day. */
  readonly dayLength: number;
  /** Working days as days since 1970-01-01, ascending. */
  readonly days: Int32Array;
  /** Working milliseconds of the year. */
  readonly total: number;
  readonly holidays: readonly string[];
  readonly makeUpDays: readonly string[];
}

/**
 * A calendar of working time over any span of years. Immutable from outside; years are indexed on first use.
 * All instants are epoch milliseconds, all amounts milliseconds of working time.
 */
export interface WorkingCalendar {
  isPublished(year: number): boolean;
  versionOf(year: number): string;
  /** One plain working day of that year. */
  dayLength(year: number): number;
  /** `date` is a local date `YYYY-MM-DD`. */
  isWorkingDay(date: string): boolean;
  /**
   * The instant `amount` of working time after (before, when negative) `from`. The close of one stretch and the opening of the next
   * are one instant of working time; the earlier is reported. So `shift(shift(t, a), b)` is `shift(t, a + b)`, always.
   */
  shift(from: number, amount: number): number;
  /** Working time from `from` to `to`, negative when `to` is the earlier. */
  between(from: number, to: number): number;
  /** `from` itself when work goes on then, else the next opening. */
  opening(from: number): number;
  /** Opening of the first working day after the local date of `from`. */
  openingNextDay(from: number): number;
  /** When the stretch of work that goes on at `at` ends; `at` is an instant `opening` has reported. */
  stretchEnd(at: number): number;
  /** End of the last stretch of the day whose work goes on right before `at`, an instant `shift` has reported. */
  closing(at: number): number;
  /** Local dates of that year that are off, ascending; none while it is unpublished. */
  holidays(year: number): readonly string[];
  /** Saturdays and Sundays of that year that are worked, ascending. */
  makeUpDays(year: number): readonly string[];
}

/** Beyond these years the arithmetic stops: no deadline lies there. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2999;

/** Rank of the first working day that is not before `day`. */
const rankOf = (days: Int32Array, day: number): number => {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((days[middle] ?? Infinity) < day) low = middle + 1;
    else high = middle;
  }
  return low;
};

const indexYear = (year: number, row: Calendar | undefined): Year => {
  const hours: readonly WorkingHours[] = row?.workingHours ?? defaultWorkingHours;
  const stretches = hours.map(({ from, to }) => ({ from: timeOfDay(from), to: timeOfDay(to) }));
  const dayLength = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const holidays = new Set(row?.holidays.map(dayOfDate));
  const makeUpDays = new Set(row?.makeUpDays.map(dayOfDate));
  const first = dayOfDate(`${year}-01-01`);
  const next = dayOfDate(`${year + 1}-01-01`);
  const days: number[] = [];
  for (let day = first; day < next; day += 1) {
    const weekday = weekdayOfDay(day);
    if (makeUpDays.has(day) || (weekday >= 1 && weekday <= 5 && !holidays.has(day))) days.push(day);
  }
  return {
    published: row !== undefined, version: row?.version ?? `unpublished-${year}`,
    stretches, dayLength, days: Int32Array.from(days), total: days.length * dayLength,
    holidays: [...row?.holidays ?? []].sort(), makeUpDays: [...row?.makeUpDays ?? []].sort(),
  };
};

/** @throws DomainError `calendar-invalid` when a row is impossible */
export const workingCalendar = (calendars: readonly Calendar[]): WorkingCalendar => {
  calendars.forEach(assertCalendar);
  const rows = new Map(calendars.map((calendar) => [calendar.year, calendar]));
  const indexed = new Map<number, Year>();
  const yearOf = (year: number): Year => {
    if (year < FIRST_YEAR || year > LAST_YEAR) throw new RangeError(`no working time is counted in the year ${year}`);
    let found = indexed.get(year);
    if (!found) indexed.set(year, (found = indexYear(year, rows.get(year))));
    return found;
  };

  /** Working time since the start of the year. */
  const sinceNewYear = (at: number): { year: number; worked: number } => {
    const { day, within } = localDay(at);
    const year = yearOfDay(day);
    const { days, dayLength, stretches } = yearOf(year);
    const rank = rankOf(days, day);
    const today = days[rank] === day
      ? stretches.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(within, to) - from), 0)
      : 0;
    return { year, worked: rank * dayLength + today };
  };

  /** First working day from `day` on. */
  const workingDayFrom = (day: number): { day: number; stretches: Year['stretches'] } => {
    for (let year = yearOfDay(day); ; year += 1) {
      const { days, stretches } = yearOf(year);
      const found = days[rankOf(days, day)];
      if (found !== undefined) return { day: found, stretches };
    }
  };
  const openingOfDay = (from: number): number => {
    const { day, stretches } = workingDayFrom(from);
    return atLocal(day, stretches[0]?.from ?? 0);
  };

  return {
    isPublished: (year) => yearOf(year).published,
    versionOf: (year) => yearOf(year).version,
    dayLength: (year) => yearOf(year).dayLength,
    isWorkingDay: (date) => workingDayFrom(dayOfDate(date)).day === dayOfDate(date),

    shift(from, amount) {
      const { year: start, worked } = sinceNewYear(from);
      let year = start;
      let target = worked + amount;
      while (target > yearOf(year).total) target -= yearOf(year++).total;
      while (target <= 0) target += yearOf(--year).total;
      const { days, dayLength, stretches } = yearOf(year);
      const rank = Math.ceil(target / dayLength) - 1;
      let rest = target - rank * dayLength;
      const stretch = stretches.find(({ from: opens, to }) => {
        if (rest <= to - opens) return true;
        rest -= to - opens;
        return false;
      });
      return atLocal(days[rank] ?? NaN, (stretch?.from ?? NaN) + rest);
    },

    between(from, to) {
      const a = sinceNewYear(from);
      const b = sinceNewYear(to);
      let sum = b.worked - a.worked;
      for (let year = a.year; year < b.year; year += 1) sum += yearOf(year).total;
      for (let year = b.year; year < a.year; year += 1) sum -= yearOf(year).total;
      return sum;
    },

    opening(from) {
      const { day, within } = localDay(from);
      const working = workingDayFrom(day);
      const stretch = working.stretches.find(({ to }) => within < to);
      if (working.day !== day || !stretch) return openingOfDay(working.day === day ? day + 1 : day);
      return atLocal(day, Math.max(within, stretch.from));
    },

    stretchEnd(at) {
      const { day, within } = localDay(at);
      return atLocal(day, yearOf(yearOfDay(day)).stretches.find(({ from, to }) => from <= within && within < to)?.to ?? NaN);
    },

    openingNextDay: (from) => openingOfDay(localDay(from).day + 1),

    closing(at) {
      // 24:00 is the next day's 00:00.
      const { day } = localDay(at - 1);
      return atLocal(day, yearOf(yearOfDay(day)).stretches.at(-1)?.to ?? NaN);
    },

    holidays: (year) => yearOf(year).holidays,
    makeUpDays: (year) => yearOf(year).makeUpDays,
  };
};
