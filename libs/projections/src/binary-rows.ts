/**
 * Rows in the binary form of Postgres's COPY (documentation of COPY, "Binary Format"; of the types their `_recv` functions). What is not exactly
 * in the form the column wants is refused: then Postgres itself shall judge it, on the ordinary way.
 */

/** A value or a row that has no safe binary form. */
export class NotBinary extends Error {
  override readonly name = 'NotBinary';
}

export interface TableColumn {
  readonly name: string;
  /** As in pg_type: `text`, `timestamptz`, `_text` for an array. */
  readonly type: string;
}

/** Bytes of a growing list of rows. */
interface Bytes { buffer: Buffer; at: number }

const room = (bytes: Bytes, more: number): void => {
  if (bytes.at + more <= bytes.buffer.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes.buffer.length * 2, bytes.at + more));
  bytes.buffer.copy(larger, 0, 0, bytes.at);
  bytes.buffer = larger;
};

const int32 = (bytes: Bytes, value: number): void => {
  bytes.at = bytes.buffer.writeInt32BE(value, bytes.at);
};

const writeText = (bytes: Bytes, value: string, before = 0): void => {
  if (value.includes('\0')) throw new NotBinary('text with NUL');
  room(bytes, 5 + value.length * 3);
  const start = bytes.at + 4;
  const length = bytes.buffer.write(value, start + before, 'utf8') + before;
  bytes.buffer.writeInt32BE(length, bytes.at);
  bytes.at = start + length;
};

/** NUL, or half of a surrogate pair: `JSON.stringify` writes them as escapes, and `jsonb` takes neither. */
const unfit = /\\u(?:0000|[dD][89abAB])/;

const hexOf = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  throw new NotBinary('no uuid');
};

const writeUuid = (bytes: Bytes, value: string): void => {
  if (value.length !== 36) throw new NotBinary('no uuid');
  room(bytes, 20);
  int32(bytes, 16);
  for (let at = 0; at < 36;) {
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (value.charCodeAt(at) !== 45) throw new NotBinary('no uuid');
      at += 1;
    }
    bytes.buffer[bytes.at] = hexOf(value.charCodeAt(at)) * 16 + hexOf(value.charCodeAt(at + 1));
    bytes.at += 1;
    at += 2;
  }
};

const postgresEpoch = Date.UTC(2000, 0, 1);
/** The one spelling in which rows hold times; anything else is judged by Postgres. */
const instant = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const writeInstant = (bytes: Bytes, value: string): void => {
  const at = instant.test(value) ? Date.parse(value) : Number.NaN;
  const micros = (at - postgresEpoch) * 1_000;
  if (!Number.isSafeInteger(micros)) throw new NotBinary('no instant, or one after 2285');
  room(bytes, 12);
  int32(bytes, 8);
  int32(bytes, Math.floor(micros / 4_294_967_296));
  bytes.at = bytes.buffer.writeUInt32BE(((micros % 4_294_967_296) + 4_294_967_296) % 4_294_967_296, bytes.at);
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
  bytes.at = size === 2 ? bytes.buffer.writeInt16BE(value, bytes.at) : bytes.buffer.writeInt32BE(value, bytes.at);
});

const writers: Readonly<Record<string, WriteValue>> = {
  text: only<string>('string', writeText),
  uuid: only<string>('string', writeUuid),
  timestamptz: only<string>('string', writeInstant),
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
    if (unfit.test(json)) throw new NotBinary('JSON with NUL or half a surrogate pair');
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
    bytes.buffer.writeInt32BE(bytes.at - start, start - 4);
  },
};

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
  const columns = table.map(({ name, type }) => {
    const write = writers[type];
    if (!write) throw new Error(`column ${name}: no binary form for the type ${type}`);
    return { name, write };
  });
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
      for (const { name, write } of fields) {
        const value = (row as Record<string, unknown>)[name];
        if (value === null || value === undefined) {
          room(bytes, 4);
          int32(bytes, -1);
        } else {
          write(bytes, value);
        }
      }
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
