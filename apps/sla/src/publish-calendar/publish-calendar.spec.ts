import { say } from '@lianban/texts';
import { describe, expect, it } from '@jest/globals';
import { calendarBook, defaultWorkingHours, dueInstant } from '@lianban/working-time';
import type { UnitCalendar } from '@lianban/working-time';
import { evolveVersions, initialVersions, publishCalendar } from './publish-calendar.decider.js';
import type { CalendarVersions } from './publish-calendar.decider.js';

const year = (version: string, change: Partial<UnitCalendar> = {}): UnitCalendar =>
  ({ year: 2027, unit: null, version, workingHours: defaultWorkingHours, holidays: ['2027-01-01', '2027-01-02'], makeUpDays: [], ...change });
const given = (...rows: readonly UnitCalendar[]): CalendarVersions =>
  rows.reduce((state, row) => publishCalendar(state, row, []).reduce(evolveVersions, state), initialVersions);

describe('a year of the calendar', () => {
  it('is published with its dates in order', () => {
    const unordered = year('a', { holidays: ['2027-01-02', '2027-01-01'] });
    expect(publishCalendar(initialVersions, unordered, [])).toEqual([{ type: 'lianban.calendar.published.v1', data: year('a') }]);
  });

  it('is not published again if it is already in force, whatever the order of its dates', () => {
    expect(publishCalendar(given(year('a')), year('a', { holidays: ['2027-01-02', '2027-01-01'] }), [])).toEqual([]);
    expect(publishCalendar(initialVersions, year('a'), [year('a')])).toEqual([]);
  });

  it('is superseded by another version', () => {
    expect(given(year('a'), year('b', { holidays: [] })).versions.map(({ version }) => version)).toEqual(['a', 'b']);
  });

  it.each<[string, CalendarVersions, UnitCalendar, UnitCalendar[]]>([
    ['a published version with other content', given(year('a')), year('a', { holidays: [] }), []],
    ['a shipped version with other content', initialVersions, year('a', { holidays: [] }), [year('a')]],
    ['a version that was superseded', given(year('a'), year('b', { holidays: [] })), year('a'), []],
    ['a shipped version that was superseded', given(year('b')), year('a'), [year('a')]],
  ])('is refused: %s', (_what, state, calendar, shipped) => {
    expect(() => publishCalendar(state, calendar, shipped)).toThrow(expect.objectContaining({ code: 'calendar-invalid', errors: [expect.objectContaining({ field: 'version' })] }));
  });

  it('is refused when it is not possible', () => {
    expect(() => publishCalendar(initialVersions, year('a', { workingHours: [] }), [])).toThrow(expect.objectContaining({ code: 'calendar-invalid' }));
  });

  it('is refused without a working day; one published before this rule is skipped', () => {
    const off = Array.from({ length: 365 }, (_, at) => new Date(Date.UTC(2027, 0, 1 + at)).toISOString().slice(0, 10));
    const empty = year('off', { holidays: off });
    expect(() => publishCalendar(initialVersions, empty, [])).toThrow(expect.objectContaining({ code: 'calendar-invalid', errors: [{ field: 'holidays', reason: say('must-leave-a-working-day') }] }));
    expect(publishCalendar(initialVersions, year('one', { holidays: off.filter((date) => date !== '2027-03-01') }), [])).toHaveLength(1);
    expect(dueInstant({ startedAt: '2027-06-01T09:00:00+08:00', limit: { kind: 'working', amount: 1, unit: 'days' } }, calendarBook([empty]).for(null))).toBe('2028-01-03T17:30:00+08:00');
  });
});
