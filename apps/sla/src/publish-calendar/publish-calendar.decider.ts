/** Versions of one year of the working calendar. They are published and replaced, never edited. */
import { DomainError, UnreadableEvent } from '@lianban/contracts';
import type { EventByType } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { assertPublishable } from '@lianban/working-time';
import type { UnitCalendar } from '@lianban/working-time';

export type CalendarEvent = EventByType<'lianban.calendar.published.v1'>;

/** In the order of publication. The last one is in force. */
export interface CalendarVersions {
  readonly versions: readonly UnitCalendar[];
}
export const initialVersions: CalendarVersions = { versions: [] };

export const evolveVersions = ({ versions }: CalendarVersions, event: CalendarEvent): CalendarVersions => {
  switch (event.type) {
    case 'lianban.calendar.published.v1':
      return { versions: [...versions, event.data] };
    default:
      throw new UnreadableEvent(`not an event of a calendar: ${(event as { type: string }).type}`);
  }
};

/**
 * Publishes a version of a year.
 * @param shipped the version that came with the product; the first published one replaces it
 * @returns `[]` if this version is already in force
 * @throws DomainError `calendar-invalid` naming each field and reason
 */
export const publishCalendar = ({ versions }: CalendarVersions, calendar: UnitCalendar, shipped: readonly UnitCalendar[]): CalendarEvent[] => {
  assertPublishable(calendar);
  const known = [...shipped, ...versions];
  const same = known.find(({ version }) => version === calendar.version);
  if (same && same === known.at(-1) && isSame(same, calendar)) return [];
  if (same) {
    const reason = isSame(same, calendar) ? say('version-superseded') : say('version-with-other-content');
    throw new DomainError('calendar-invalid', say('version-not-possible', { version: calendar.version, year: calendar.year, reason }), [{ field: 'version', reason }]);
  }
  const { year, unit, version, workingHours, holidays, makeUpDays } = calendar;
  return [{
    type: 'lianban.calendar.published.v1',
    data: { year, unit, version, workingHours: workingHours.map(({ from, to }) => ({ from, to })), holidays: [...holidays].sort(), makeUpDays: [...makeUpDays].sort() },
  }];
};

/** The order of the dates does not matter. */
const isSame = (a: UnitCalendar, b: UnitCalendar): boolean => contentOf(a) === contentOf(b);
const contentOf = ({ year, unit, workingHours, holidays, makeUpDays }: UnitCalendar): string =>
  JSON.stringify([year, unit, workingHours.map(({ from, to }) => [from, to]), [...holidays].sort(), [...makeUpDays].sort()]);
