import type { Calendar } from './calendar.js';
import { shippedCalendars } from './shipped-calendars.js';
import { workingCalendar } from './working-calendar.js';
import type { WorkingCalendar } from './working-calendar.js';

/** A published year of the district (`unit` null) or of one handling unit with hours or days of its own. */
export interface UnitCalendar extends Calendar {
  readonly unit: string | null;
}

/** A unit's own year replaces the district's; in other years the district's counts. */
export interface CalendarBook {
  for(unit: string | null): WorkingCalendar;
  /** Whose calendar is used: `unit` if it has that year of its own, else null. */
  ownerOf(unit: string | null): string | null;
}

/** @throws DomainError `calendar-invalid` when a row is impossible */
export const calendarBook = (rows: readonly UnitCalendar[]): CalendarBook => {
  const ofDistrict = rows.filter(({ unit }) => unit === null);
  const district = workingCalendar(ofDistrict);
  // Units without rows share the district's, so that a book of a thousand units indexes each year once.
  const ofUnits = new Map([...new Set(rows.flatMap(({ unit }) => unit ?? []))].map((unit) => {
    const own = rows.filter((row) => row.unit === unit);
    const years = new Set(own.map(({ year }) => year));
    return [unit, workingCalendar([...ofDistrict.filter(({ year }) => !years.has(year)), ...own])];
  }));
  return {
    for: (unit) => (unit === null ? district : ofUnits.get(unit) ?? district),
    ownerOf: (unit) => (unit !== null && ofUnits.has(unit) ? unit : null),
  };
};

/** The book of services that hear published years: a published year of the district replaces the shipped one. */
export const calendarBookWith = (published: readonly UnitCalendar[]): CalendarBook => {
  const years = new Set(published.filter(({ unit }) => unit === null).map(({ year }) => year));
  return calendarBook([...shippedCalendars.filter(({ year }) => !years.has(year)).map((calendar) => ({ ...calendar, unit: null })), ...published]);
};
