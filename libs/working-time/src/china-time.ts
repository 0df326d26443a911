/** Instants on the wire are ISO 8601 texts with offset; arithmetic runs on epoch milliseconds. */
import { chinaOffset, chinaOffsetMs } from '@lianban/texts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** @throws RangeError when the text is no instant */
export const toMillis = (instant: string): number => {
  const millis = Date.parse(instant);
  if (Number.isNaN(millis)) throw new RangeError(`not an instant: ${instant}`);
  return millis;
};

/** Written as a person in China reads it, e.g. `2026-02-13T17:30:00+08:00`; milliseconds only where there are any. */
export const toInstant = (millis: number): string =>
  new Date(millis + chinaOffsetMs).toISOString().replace(/(\.000)?Z$/, chinaOffset);

/** Days since 1970-01-01 of the local calendar date, and the milliseconds since that day's local midnight. */
export const localDay = (millis: number): { day: number; within: number } => {
  const local = millis + chinaOffsetMs;
  const day = Math.floor(local / DAY);
  return { day, within: local - day * DAY };
};

/** The instant `within` milliseconds after local midnight of `day`. */
export const atLocal = (day: number, within: number): number => day * DAY + within - chinaOffsetMs;

export const dayOfDate = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY);
export const dateOfDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
export const yearOfDay = (day: number): number => new Date(day * DAY).getUTCFullYear();

/** 0 Sunday … 6 Saturday; 1970-01-01 was a Thursday. */
export const weekdayOfDay = (day: number): number => (((day + 4) % 7) + 7) % 7;
