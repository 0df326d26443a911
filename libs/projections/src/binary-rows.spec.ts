import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binaryRows, NotBinary } from './binary-rows.js';

/** The bytes of the one value of a row, between the head and the end of a COPY. */
const bytesOf = (type: string, value: unknown): Buffer => {
  const rows = binaryRows([{ name: 'value', type }]);
  rows.add({ value });
  const bytes = rows.take()?.bytes ?? Buffer.alloc(0);
  const [fields, length] = [bytes.readInt16BE(19), bytes.readInt32BE(21)];
  expect({ head: bytes.subarray(0, 19).toString('latin1'), fields, whole: bytes.length, end: bytes.readInt16BE(bytes.length - 2) })
    .toEqual({ head: 'PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', fields: 1, whole: 25 + length + 2, end: -1 });
  return bytes.subarray(25, -2);
};

const refusal = (type: string, value: unknown): unknown => {
  try {
    return bytesOf(type, value);
  } catch (error) {
    return error;
  }
};

const microseconds = (instant: string): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE((BigInt(Date.parse(instant)) - BigInt(Date.UTC(2000, 0, 1))) * 1_000n);
  return bytes;
};

it('a column of a type without a binary form is refused before any row comes', () => {
  expect(() => binaryRows([{ name: 'id', type: 'uuid' }, { name: 'place', type: 'point' }])).toThrow('column place: no binary form for the type point');
});

describe('what Postgres gets', () => {
  it('a uuid: its 16 bytes, in either case of letters', () => {
    fc.assert(fc.property(fc.uuid(), fc.boolean(), (uuid, upper) => {
      expect(bytesOf('uuid', upper ? uuid.toUpperCase() : uuid)).toEqual(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
    }));
  });

  it('an instant: microseconds since 2000, also before it and at the ends of a day', () => {
    const instant = fc.date({ min: new Date('0001-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }).map((date) => date.toISOString());
    const known = fc.constantFrom('2000-01-01T00:00:00.000Z', '1999-12-31T23:59:59.999Z', '2024-02-29T23:59:59.999Z', '2026-12-31T00:00:00.001Z');
    fc.assert(fc.property(fc.oneof(instant, known), (text) => { expect(bytesOf('timestamptz', text)).toEqual(microseconds(text)); }));
  });

  it('text: UTF-8, short and long, of one byte a character and of more', () => {
    const text = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom('', '路灯不亮', 'é', 'a'.repeat(40), 'a'.repeat(41), `${'a'.repeat(39)}灯`));
    fc.assert(fc.property(text.filter((value) => !value.includes('\0')), (value) => { expect(bytesOf('text', value)).toEqual(Buffer.from(value)); }));
  });

  it('JSON: a 1 before its text, and what only looks like an escape is text', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\\u0000', 'C:\\ud800', '\\\\u0000', '\u0007', '\ud83d\ude00', '\\')).filter((value) => !value.includes('\0') && value.isWellFormed());
    fc.assert(fc.property(text, (value) => { expect(bytesOf('jsonb', { value })).toEqual(Buffer.from(`\u0001${JSON.stringify({ value })}`)); }));
  });

  it('integers of two and of four bytes, to their ends', () => {
    for (const value of [-32_768, -1, 0, 32_767]) expect(bytesOf('int2', value).readInt16BE()).toBe(value);
    for (const value of [-2_147_483_648, -1, 0, 2_147_483_647]) expect(bytesOf('int4', value).readInt32BE()).toBe(value);
  });
});

describe('what it refuses', () => {
  it.each([
    ['text', 'dark\0lamp'], ['text', `${'dark '.repeat(20)}\0`], ['text', 7],
    ['uuid', ''], ['uuid', '0190c0de-0000-7000-8000-00000000000'], ['uuid', '0190c0de-0000-7000-8000-0000000000000'], ['uuid', '0190c0de-0000-7000-8000-00000000000g'],
    ['uuid', '0190c0de-0000-7000-8000-00000000000灯'], ['uuid', '0190c0de00000-7000-8000-000000000000'], ['uuid', '0190c0de-0000-7000-8000 000000000000'],
    ['timestamptz', '2026-02-09T09:00:00Z'], ['timestamptz', '2026-02-09T09:00:00.000+08:00'], ['timestamptz', '2026-02-09 09:00:00.000Z'], ['timestamptz', '2026-02-30T09:00:00.000Z'],
    ['timestamptz', '2026-13-01T09:00:00.000Z'], ['timestamptz', '2026-02-09T24:00:00.000Z'], ['timestamptz', '2026-02-09T09:60:00.000Z'], ['timestamptz', '2026-02-09T09:00:60.000Z'],
    ['timestamptz', '2026-02-09T09:00:0x.000Z'], ['timestamptz', '0000-01-01T00:00:00.000Z'], ['timestamptz', 'yesterday'],
    ['int2', 32_768], ['int4', 1.5], ['int4', 2_147_483_648], ['bool', 'true'], ['jsonb', { text: '\0' }], ['jsonb', { text: '\ud800' }], ['jsonb', { text: '\\\ud800' }], ['jsonb', { text: '\\\0' }], ['jsonb', { '\0': 1 }], ['_text', 'one'], ['_text', ['a\0']],
  ])('%s %j', (type, value) => { expect(refusal(type, value)).toBeInstanceOf(NotBinary); });

  it('nothing of a refused row stays', () => {
    const rows = binaryRows([{ name: 'id', type: 'uuid' }, { name: 'at', type: 'timestamptz' }]);
    const good = { id: '0190c0de-0000-7000-8000-000000000000', at: '2026-02-09T09:00:00.000Z' };
    rows.add(good);
    const { mark } = rows;
    expect(() => rows.add({ ...good, at: 'yesterday' })).toThrow(NotBinary);
    rows.rewind(mark);
    const alone = binaryRows([{ name: 'id', type: 'uuid' }, { name: 'at', type: 'timestamptz' }]);
    alone.add(good);
    expect(rows.take()).toEqual(alone.take());
  });
});
