import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { Calendar, UnitCalendar } from '@lianban/working-time';
import type { CalendarEvent } from '../publish-calendar/publish-calendar.decider.js';

/** A version and who published it. `publishedAt` and `publishedBy` are null for shipped versions. */
export interface PublishedCalendar extends UnitCalendar {
  readonly publishedAt: string | null;
  readonly publishedBy: string | null;
}

interface Row {
  readonly unit: string;
  readonly data: Calendar;
  readonly published_at: Date | null;
  readonly published_by: string | null;
}

/** The column `unit` is part of the key, and a key can't hold null. So the district's calendar has ''. */
const keyOf = (unit: string | null): string => unit ?? '';
const calendarOf = ({ unit, data }: Pick<Row, 'unit' | 'data'>): UnitCalendar => ({ ...data, unit: unit === '' ? null : unit });

/** The version in force of each published year, for the district and for each unit with years of its own. */
export const loadCalendars = async (sql: Tx): Promise<UnitCalendar[]> => {
  const { rows } = await sql.query<Row>('SELECT DISTINCT ON (unit, year) unit, data FROM calendar ORDER BY unit, year, revision DESC');
  return rows.map(calendarOf);
};

/** All versions of a year in the order of publication. The last is in force. */
export const loadVersions = async (sql: Tx, unit: string | null, year: number): Promise<PublishedCalendar[]> => {
  const { rows } = await sql.query<Row>('SELECT unit, data, published_at, published_by FROM calendar WHERE unit = $1 AND year = $2 ORDER BY revision', [keyOf(unit), year]);
  return rows.map((row) => ({ ...calendarOf(row), publishedAt: row.published_at?.toISOString() ?? null, publishedBy: row.published_by }));
};

export const addCalendar = async (tx: Tx, { data: { unit, ...calendar }, metadata }: EventEnvelope<CalendarEvent>): Promise<void> => {
  await tx.query('INSERT INTO calendar (unit, year, version, data, published_at, published_by) VALUES ($1, $2, $3, $4, $5, $6)',
    [keyOf(unit), calendar.year, calendar.version, JSON.stringify(calendar), metadata.occurredAt, metadata.actor.id]);
};
