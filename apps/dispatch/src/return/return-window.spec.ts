import { describe, expect, it } from '@jest/globals';
import { shippedCalendars, workingCalendar } from '@lianban/working-time';
import { returnWindowEnd } from './return-window.js';

describe('the return window', () => {
  const calendar = workingCalendar(shippedCalendars);
  const table: readonly (readonly [string, string, string, boolean])[] = [
    ['the same minute', '2026-03-04T10:00:00+08:00', '2026-03-04T10:00:00+08:00', true],
    ['its last instant', '2026-03-04T10:00:00+08:00', '2026-03-06T10:00:00+08:00', true],
    ['a second later', '2026-03-04T10:00:00+08:00', '2026-03-06T10:00:01+08:00', false],
    ['over a weekend', '2026-03-06T16:30:00+08:00', '2026-03-10T16:00:00+08:00', true],
    ['issued on a Saturday', '2026-03-07T12:00:00+08:00', '2026-03-10T17:30:00+08:00', true],
    ['over the Spring Festival', '2026-02-14T10:00:00+08:00', '2026-02-24T17:00:00+08:00', true],
  ];
  it.each(table)('%s', (_name, issuedAt, at, expected) => expect(Date.parse(at) <= Date.parse(returnWindowEnd(issuedAt, 2, calendar))).toBe(expected));
});
