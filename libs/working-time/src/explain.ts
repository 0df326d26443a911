import { amountText } from '@lianban/texts';
import type { Text } from '@lianban/texts';
import { dateOfDay, dayOfDate, localDay, MINUTE, toMillis, weekdayOfDay } from './china-time.js';
import type { Limit } from './limit.js';
import { dateRanges } from './schedule.js';
import type { DateRange, Interval } from './schedule.js';
import type { WorkingCalendar } from './working-calendar.js';

/** What a due time came from. */
export interface Explained {
  readonly start: string;
  readonly limit: Limit;
  readonly extensions?: readonly { readonly by: Limit }[];
  readonly held?: readonly Interval[];
  readonly holidays?: readonly DateRange[];
  readonly makeUpDays?: readonly string[];
}

/**
 * A due time as a person can follow it: `5 working days from Mon 9 Feb 09:00, 15–23 Feb holidays, 14 Feb worked, held 2 h 10 min → Tue 24 Feb 11:10`.
 * With a calendar held time is the part of it that would have counted; without one the held intervals are named.
 */
export const explain = (derivation: Explained, dueAt: string, calendar?: WorkingCalendar): Text => {
  const { start, limit, extensions = [], held = [], holidays = [], makeUpDays = [] } = derivation;
  const withYear = yearOf(start) !== yearOf(dueAt);
  const worked = dateRanges(makeUpDays);
  const before = held.filter(({ from }) => toMillis(from) < toMillis(dueAt));
  const heldTimes = before.length === 0 ? null : heldText(before, start, limit, calendar, withYear);
  const en = [
    `${amountText(limit, 'en')} from ${instantEn(start, withYear)}`,
    ...extensions.map(({ by }) => `extended by ${amountText(by, 'en')}`),
    ...(holidays.length > 0 ? [`${holidays.map(rangeEn).join(', ')} holidays`] : []),
    ...(worked.length > 0 ? [`${worked.map(rangeEn).join(', ')} worked`] : []),
    ...(heldTimes ? [`held ${heldTimes.en}`] : []),
  ];
  const zh = [
    `自${instantZh(start, withYear)}起${amountText(limit, 'zh')}`,
    ...extensions.map(({ by }) => `延期${amountText(by, 'zh')}`),
    ...(holidays.length > 0 ? [`${holidays.map(rangeZh).join('、')}放假`] : []),
    ...(worked.length > 0 ? [`${worked.map(rangeZh).join('、')}上班`] : []),
    ...(heldTimes ? [`挂账${heldTimes.zh}`] : []),
  ];
  return { zh: `${zh.join(',')} → ${instantZh(dueAt, withYear)}`, en: `${en.join(', ')} → ${instantEn(dueAt, withYear)}` };
};

const heldText = (held: readonly Interval[], start: string, limit: Limit, calendar: WorkingCalendar | undefined, withYear: boolean): Text => {
  if (limit.kind === 'working' && !calendar) {
    return {
      en: held.map(({ from, to }) => `${instantEn(from, withYear)} – ${instantEn(to, withYear)}`).join(', '),
      zh: held.map(({ from, to }) => `${instantZh(from, withYear)}至${instantZh(to, withYear)}`).join('、'),
    };
  }
  const counted = (from: number, to: number) => (limit.kind === 'working' && calendar ? calendar.between(from, to) : to - from);
  let reached = toMillis(start);
  let sum = 0;
  for (const { from, to } of [...held].sort((a, b) => toMillis(a.from) - toMillis(b.from))) {
    const begins = Math.max(reached, toMillis(from));
    if (toMillis(to) > begins) sum += counted(begins, toMillis(to));
    reached = Math.max(reached, toMillis(to));
  }
  const minutes = Math.round(sum / MINUTE);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return {
    en: [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 || hours === 0 ? [`${rest} min`] : [])].join(' '),
    zh: [...(hours > 0 ? [`${hours}小时`] : []), ...(rest > 0 || hours === 0 ? [`${rest}分钟`] : [])].join(''),
  };
};

const weekdaysEn = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const weekdaysZh = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];
const monthsEn = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface DateParts { readonly year: number; readonly month: number; readonly date: number }
const partsOf = (date: string): DateParts => {
  const [year, month, day] = date.split('-').map(Number);
  return { year: year ?? NaN, month: month ?? NaN, date: day ?? NaN };
};
const monthEn = ({ month }: DateParts): string => monthsEn[month - 1] ?? '';

/** Local date, weekday and time of an instant; seconds only where there are any. */
const localOf = (instant: string): DateParts & { readonly weekday: number; readonly time: string } => {
  const { day, within } = localDay(toMillis(instant));
  const time = new Date(within).toISOString().slice(11, 19).replace(/:00$/, '');
  return { ...partsOf(dateOfDay(day)), weekday: weekdayOfDay(day), time };
};
const yearOf = (instant: string): number => localOf(instant).year;

const instantEn = (instant: string, withYear: boolean): string => {
  const at = localOf(instant);
  return `${weekdaysEn[at.weekday]} ${at.date} ${monthEn(at)}${withYear ? ` ${at.year}` : ''} ${at.time}`;
};
const instantZh = (instant: string, withYear: boolean): string => {
  const at = localOf(instant);
  return `${withYear ? `${at.year}年` : ''}${at.month}月${at.date}日(${weekdaysZh[at.weekday]})${at.time}`;
};

const rangeEn = ({ from, to }: DateRange): string => {
  const [a, b] = [partsOf(from), partsOf(to)];
  if (from === to) return `${a.date} ${monthEn(a)}`;
  return a.month === b.month ? `${a.date}–${b.date} ${monthEn(b)}` : `${a.date} ${monthEn(a)} – ${b.date} ${monthEn(b)}`;
};
const rangeZh = ({ from, to }: DateRange): string => {
  const [a, b] = [partsOf(from), partsOf(to)];
  if (from === to) return `${a.month}月${a.date}日`;
  if (dayOfDate(to) - dayOfDate(from) === 1) return `${rangeZh({ from, to: from })}、${rangeZh({ from: to, to })}`;
  return `${a.month}月${a.date}日至${a.month === b.month ? '' : `${b.month}月`}${b.date}日`;
};
