import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { timesAsText } from './times-as-text.js';

const parserOf = (oid: number) => timesAsText.getTypeParser(oid, 'text') as (text: string) => unknown;
const parse = parserOf(pg.types.builtins.TIMESTAMPTZ);

/** As Postgres writes a time where the zone is UTC: no zeros at the end of the fraction. */
const written = (at: Date): string => at.toISOString().replace('T', ' ').replace(/\.?0*Z$/, '+00');

describe('times as text', () => {
  it('are spelled as events and rows spell them, to the millisecond', () => {
    expect(parse('2026-02-09 01:00:00+00')).toBe('2026-02-09T01:00:00.000Z');
    expect(parse('2026-02-09 01:00:00.5+00')).toBe('2026-02-09T01:00:00.500Z');
    fc.assert(fc.property(fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (at) => { expect(parse(written(at))).toBe(at.toISOString()); }));
  });

  it.each([
    ['of another zone', '2026-02-09 09:00:00.25+08', '2026-02-09T01:00:00.250Z'],
    ['of a zone with minutes', '2026-02-09 06:30:00+05:30', '2026-02-09T01:00:00.000Z'],
    ['with microseconds', '2026-02-09 01:00:00.123456+00', '2026-02-09T01:00:00.123Z'],
    ['before Christ', '0044-03-15 12:00:00+00 BC', '-000043-03-15T12:00:00.000Z'],
    ['after the year 9999', '10000-01-01 00:00:00+00', '+010000-01-01T00:00:00.000Z'],
    ['without end', 'infinity', Infinity],
  ])('one %s too', (_, text, expected) => expect(parse(text)).toBe(expected));

  it('leaves other types to the driver', () => {
    expect(parserOf(pg.types.builtins.INT4)('7')).toBe(7);
    expect(parserOf(pg.types.builtins.JSONB)('{"a":1}')).toEqual({ a: 1 });
  });
});
