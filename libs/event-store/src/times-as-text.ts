import pg from 'pg';

type Parser = (text: string) => unknown;

const timestamptz: number = pg.types.builtins.TIMESTAMPTZ;
const date: number = pg.types.builtins.DATE;
const driversOwn = pg.types.getTypeParser(timestamptz, 'text') as (text: string) => Date | number;
const inUtc = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,3})?\+00$/;

/**
 * Postgres's text of a `timestamptz` in the spelling of events and rows: ISO 8601, UTC, milliseconds. Where the session's time zone is UTC without the driver's
 * way there, through a `Date`, which takes about ten times as long. What no `Date` can be, `infinity`, stays a number.
 */
export const timeAsText = (text: string): string | number => {
  const [, day, time, fraction = '.'] = inUtc.exec(text) ?? [];
  if (day !== undefined) return `${day}T${time}${fraction.padEnd(4, '0')}Z`;
  const other = driversOwn(text);
  return other instanceof Date ? other.toISOString() : other;
};

const asItIs: Parser = (text) => text;

/** For statements whose times are wanted as `timeAsText` spells them, and whose dates as `2026-02-09`. */
export const timesAsText: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) => {
    if (format === 'binary') return pg.types.getTypeParser(oid, format) as Parser;
    return oid === timestamptz ? timeAsText : oid === date ? asItIs : pg.types.getTypeParser(oid, 'text') as Parser;
  },
};
