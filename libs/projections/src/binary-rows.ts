/**
 * Rows in the binary forms of Postgres: of COPY (its documentation, "Binary Format") and of an array of a table's row type (`array_recv` and `record_recv`
 * in Postgres's sources), which a statement takes as one parameter; reading JSON took Postgres twice as long. What is not exactly in the form a column
 * wants is refused.
 */

/** A value without a (safe) binary form in its column. */
export class NotBinary extends Error {
  override readonly name = 'NotBinary';
}

export interface TableColumn {
  readonly name: string;
  /** As in pg_type: `text`, `timestamptz`, `_text` for an array. */
  readonly type: string;
}

/** A column with the number of its type in pg_type. */
export interface RecordColumn extends TableColumn { readonly typeOid: number }

/** Bytes of a growing list of rows. */
interface Bytes { buffer: Buffer; at: number }

const room = (bytes: Bytes, more: number): void => {
  if (bytes.at + more <= bytes.buffer.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes.buffer.length * 2, bytes.at + more));
  bytes.buffer.copy(larger, 0, 0, bytes.at);
  bytes.buffer = larger;
};

/** Of any integer the lowest 32 bits. Four stores are faster than `writeInt32BE`, which checks what is known here. */
const putInt32 = (buffer: Buffer, at: number, value: number): void => {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
};

const int32 = (bytes: Bytes, value: number): void => {
  putInt32(bytes.buffer, bytes.at, value);
  bytes.at += 4;
};

/** Up to so many characters are written one by one, which takes less than a call into Node's own code. */
const shortText = 40;

/** The bytes of a short text of ASCII; -1 for any other, of which nothing counts as written. */
const writeShort = (buffer: Buffer, value: string, start: number): number => {
  if (value.length > shortText) return -1;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === 0 || code > 127) return -1;
    buffer[start + at] = code;
  }
  return value.length;
};

const writeLong = (buffer: Buffer, value: string, start: number): number => {
  if (value.includes('\0')) throw new NotBinary('text with NUL');
  return buffer.write(value, start, 'utf8');
};

const writeText = (bytes: Bytes, value: string, before = 0): void => {
  room(bytes, 5 + value.length * 3);
  const start = bytes.at + 4;
  const short = writeShort(bytes.buffer, value, start + before);
  const length = (short < 0 ? writeLong(bytes.buffer, value, start + before) : short) + before;
  putInt32(bytes.buffer, bytes.at, length);
  bytes.at = start + length;
};

/** NUL, or half of a surrogate pair: `JSON.stringify` writes them as escapes, and `jsonb` takes neither. Behind an even number of backslashes; behind an odd one it is a text that only looks like an escape. */
const unfitEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89ab])/;

/** Whether `jsonb` takes a text that `JSON.stringify` made. */
export const fitsJsonb = (json: string): boolean => !(json.includes('\\u') && unfitEscape.test(json));

/** By character code; 255 for what is no hexadecimal digit. */
const hexDigits = new Uint8Array(65_536).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) for (const spelling of [digit, digit.toUpperCase()]) hexDigits[spelling.charCodeAt(0)] = value;

/** Where in the text each of the 16 bytes stands. */
const uuidPlaces = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);

const writeUuid = (bytes: Bytes, value: string): void => {
  room(bytes, 20);
  int32(bytes, 16);
  const { buffer } = bytes;
  let digits = 0;
  for (let index = 0; index < 16; index += 1) {
    const place = uuidPlaces[index] as number;
    const high = hexDigits[value.charCodeAt(place)] as number;
    const low = hexDigits[value.charCodeAt(place + 1)] as number;
    digits |= high | low;
    buffer[bytes.at + index] = high * 16 + low;
  }
  const dashes = value.charCodeAt(8) === 45 && value.charCodeAt(13) === 45 && value.charCodeAt(18) === 45 && value.charCodeAt(23) === 45;
  if (value.length !== 36 || !dashes || digits > 15) throw new NotBinary('no uuid');
  bytes.at += 16;
};

const postgresEpoch = Date.UTC(2000, 0, 1);
const date = /^(?!0000)\d{4}-\d\d-\d\d$/;

/** Midnight (UTC, in milliseconds) of dates seen lately: most times of a rebuild are of few days. */
const midnights = new Map<string, number>();
const mostMidnights = 1_000;

const midnightOf = (day: string): number => {
  let midnight = midnights.get(day);
  if (midnight === undefined) {
    const parsed = date.test(day) ? Date.parse(day) : Number.NaN;
    // The parser takes the 30th of February for the 2nd of March.
    midnight = new Date(parsed).getUTCDate() === Number(day.slice(8)) ? parsed : Number.NaN;
    if (midnights.size === mostMidnights) midnights.clear();
    midnights.set(day, midnight);
  }
  return midnight;
};

/** The number that `count` digits are; NaN for anything else. */
const digitsAt = (text: string, at: number, count: number): number => {
  let number = 0;
  for (let place = at; place < at + count; place += 1) {
    const digit = text.charCodeAt(place) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
};

/** Milliseconds of `YYYY-MM-DDThh:mm:ss.sssZ`, the one spelling in which rows hold times; NaN for anything else. */
const millisecondsOf = (text: string): number => {
  const hours = digitsAt(text, 11, 2);
  const minutes = digitsAt(text, 14, 2);
  const seconds = digitsAt(text, 17, 2);
  const marks = text.charCodeAt(10) === 84 && text.charCodeAt(13) === 58 && text.charCodeAt(16) === 58 && text.charCodeAt(19) === 46 && text.charCodeAt(23) === 90;
  if (text.length !== 24 || !marks || hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  return midnightOf(text.slice(0, 10)) + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + digitsAt(text, 20, 3);
};

const writeInstant = (bytes: Bytes, value: string): void => {
  const since = millisecondsOf(value) - postgresEpoch;
  if (Number.isNaN(since)) throw new NotBinary('no instant in UTC with milliseconds');
  const micros = since * 1_000;
  room(bytes, 12);
  int32(bytes, 8);
  // Before 1715 and after 2285 a number does not hold them to the last.
  if (!Number.isSafeInteger(micros)) {
    bytes.at = bytes.buffer.writeBigInt64BE(BigInt(since) * 1_000n, bytes.at);
    return;
  }
  int32(bytes, Math.floor(micros / 4_294_967_296));
  int32(bytes, micros);
};

const textOid = 25;

type WriteValue = (bytes: Bytes, value: unknown) => void;
const only = <T>(type: 'string' | 'number' | 'boolean', write: (bytes: Bytes, value: T) => void): WriteValue => (bytes, value) => {
  if (typeof value !== type) throw new NotBinary(`${typeof value} instead of ${type}`);
  write(bytes, value as T);
};
const integer = (size: 2 | 4) => only<number>('number', (bytes, value) => {
  const limit = size === 2 ? 32_768 : 2_147_483_648;
  if (!Number.isInteger(value) || value < -limit || value >= limit) throw new NotBinary('integer out of range');
  room(bytes, 8);
  int32(bytes, size);
  if (size === 2) bytes.at = bytes.buffer.writeInt16BE(value, bytes.at);
  else int32(bytes, value);
});

const writers: Readonly<Record<string, WriteValue>> = {
  text: only<string>('string', writeText),
  uuid: only<string>('string', writeUuid),
  timestamptz: only<string>('string', writeInstant),
  date: only<string>('string', (bytes, value) => {
    const days = (midnightOf(value) - postgresEpoch) / 86_400_000;
    if (Number.isNaN(days)) throw new NotBinary('no date');
    room(bytes, 8);
    int32(bytes, 4);
    int32(bytes, days);
  }),
  float8: only<number>('number', (bytes, value) => {
    room(bytes, 12);
    int32(bytes, 8);
    bytes.at = bytes.buffer.writeDoubleBE(value, bytes.at);
  }),
  int2: integer(2),
  int4: integer(4),
  bool: only<boolean>('boolean', (bytes, value) => {
    room(bytes, 5);
    int32(bytes, 1);
    bytes.buffer[bytes.at] = value ? 1 : 0;
    bytes.at += 1;
  }),
  jsonb: (bytes, value) => {
    const json = JSON.stringify(value);
    if (!fitsJsonb(json)) throw new NotBinary('JSON with NUL or half a surrogate pair');
    room(bytes, 5);
    const version = bytes.at + 4;
    writeText(bytes, json, 1);
    bytes.buffer[version] = 1;
  },
  _text: (bytes, value) => {
    if (!Array.isArray(value)) throw new NotBinary('no list');
    room(bytes, 24);
    const start = bytes.at + 4;
    bytes.at = start;
    // Dimensions, no nulls, type; then of the one dimension length and lower bound.
    for (const word of value.length > 0 ? [1, 0, textOid, value.length, 1] : [0, 0, textOid]) int32(bytes, word);
    for (const element of value) writers.text?.(bytes, element);
    putInt32(bytes.buffer, start - 4, bytes.at - start);
  },
};

/** Types of columns that can be written, by their names in pg_type. */
export const binaryTypes: ReadonlySet<string> = new Set(Object.keys(writers));

const writerOf = ({ name, type }: TableColumn): WriteValue => {
  const write = writers[type];
  if (!write) throw new Error(`column ${name}: no binary form for the type ${type}`);
  return write;
};

const writeNull = (bytes: Bytes): void => {
  room(bytes, 4);
  int32(bytes, -1);
};

const writeField = (bytes: Bytes, value: unknown, write: WriteValue): void => (value === null || value === undefined ? writeNull(bytes) : write(bytes, value));

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/** Rows of one table as one COPY takes them. */
export interface CopyChunk {
  readonly columns: readonly string[];
  readonly bytes: Buffer;
}

/**
 * Collects the rows of one table. Columns are those that both the table and the first row have; a later row's missing value is NULL.
 * @throws Error naming the column when a type has no binary form here: before anything is done, and not in the middle of a rebuild
 */
export const binaryRows = (table: readonly TableColumn[]) => {
  const columns = table.map((column) => ({ name: column.name, write: writerOf(column) }));
  let fields: { readonly name: string; readonly write: WriteValue }[] | undefined;
  const bytes: Bytes = { buffer: Buffer.allocUnsafeSlow(1_048_576), at: 0 };
  const begin = () => { bytes.at = signature.copy(bytes.buffer); };
  begin();

  return {
    /** @throws NotBinary; then `rewind` to a mark from before */
    add(row: object): void {
      fields ??= columns.filter(({ name }) => name in row);
      room(bytes, 2);
      bytes.at = bytes.buffer.writeInt16BE(fields.length, bytes.at);
      for (const { name, write } of fields) writeField(bytes, (row as Record<string, unknown>)[name], write);
    },
    /** Bytes so far. */
    get mark(): number { return bytes.at; },
    rewind(mark: number): void { bytes.at = mark; },
    /** Everything since the last time; undefined when there is nothing. */
    take(): CopyChunk | undefined {
      if (!fields || bytes.at === signature.length) return undefined;
      room(bytes, 2);
      bytes.at = bytes.buffer.writeInt16BE(-1, bytes.at);
      const taken = Buffer.from(bytes.buffer.subarray(0, bytes.at));
      begin();
      return { columns: fields.map(({ name }) => name), bytes: taken };
    },
  };
};

export type BinaryRows = ReturnType<typeof binaryRows>;

/**
 * Makes arrays of the row type `rowType` (a number in pg_type), whose columns are `table`, all of them and in their order. Those of `written` get the row's values, the others NULL.
 * @throws Error naming the column when one of `written` has no binary form here
 */
export const rowArrays = (rowType: number, table: readonly RecordColumn[], written: ReadonlySet<string>) => {
  const columns = table.map((column) => ({ ...column, write: written.has(column.name) ? writerOf(column) : undefined }));
  const bytes: Bytes = { buffer: Buffer.allocUnsafeSlow(65_536), at: 0 };

  const writeColumn = ({ name, typeOid, write }: typeof columns[number], row: Readonly<Record<string, unknown>>): void => {
    room(bytes, 4);
    int32(bytes, typeOid);
    if (!write) return writeNull(bytes);
    try {
      writeField(bytes, row[name], write);
    } catch (error) {
      throw error instanceof NotBinary ? new NotBinary(`column ${name}: ${error.message}`) : error;
    }
  };

  /** @throws NotBinary naming the column */
  return (rows: readonly object[]): Buffer => {
    bytes.at = 0;
    room(bytes, 20);
    // Dimensions, no nulls, type; then of the one dimension length and lower bound.
    for (const word of [1, 0, rowType, rows.length, 1]) int32(bytes, word);
    for (const row of rows) {
      const start = bytes.at + 4;
      room(bytes, 8);
      bytes.at = start;
      int32(bytes, columns.length);
      for (const column of columns) writeColumn(column, row as Record<string, unknown>);
      putInt32(bytes.buffer, start - 4, bytes.at - start);
    }
    return Buffer.from(bytes.buffer.subarray(0, bytes.at));
  };
};
