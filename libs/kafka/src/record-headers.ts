/**
 * kafkajs 2.2.4 builds the headers of a message by copying the object once for each of them; with the sixteen of an event that was half of all the time
 * of a consumer that only reads (9 of 19 µs CPU an event). Its decoder asks for the list of headers, and reduces that to the object, in one
 * place; this list reduces itself in one go. Values are text, which kafkajs's own types allow for. The version is pinned in package.json;
 * `record-headers.kafka.spec.ts` fails when another one reads records otherwise.
 */
import { createRequire } from 'node:module';
import type { IHeaders } from 'kafkajs';

interface Decoder {
  readonly buffer: Buffer;
  offset: number;
  readVarInt(): number;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder') as { prototype: Decoder & { readVarIntArray?: (reader: unknown) => unknown } };

const readText = (decoder: Decoder): string | undefined => {
  const length = decoder.readVarInt();
  if (length < 0) return undefined;
  const start = decoder.offset;
  decoder.offset += length;
  return decoder.buffer.toString('utf8', start, decoder.offset);
};

/** Names of headers by their place in the list, which nearly every message has in the same order: what looks like the last one there is that, and no new text is made. */
const namesByPlace: { readonly text: string; readonly bytes: Buffer }[] = [];
const mostPlaces = 32;

const readName = (decoder: Decoder, place: number): string => {
  const last = namesByPlace[place];
  const begin = decoder.offset;
  if (last && decoder.readVarInt() === last.bytes.length) {
    const { buffer, offset } = decoder;
    let at = 0;
    while (at < last.bytes.length && buffer[offset + at] === last.bytes[at]) at += 1;
    if (at === last.bytes.length) {
      decoder.offset += at;
      return last.text;
    }
  }
  decoder.offset = begin;
  const text = readText(decoder) ?? '';
  if (place < mostPlaces) namesByPlace[place] = { text, bytes: Buffer.from(text) };
  return text;
};

const readHeaders = (decoder: Decoder): IHeaders => {
  const headers: IHeaders = {};
  const count = decoder.readVarInt();
  for (let place = 0; place < count; place += 1) {
    // Of a damaged record: a number of headers without end would be read for as long.
    if (decoder.offset >= decoder.buffer.length) throw new RangeError('the headers of a record go beyond its end');
    const name = readName(decoder, place);
    const value = readText(decoder);
    const before = headers[name];
    headers[name] = before === undefined || value === undefined ? value : [before, value].flat();
  }
  return headers;
};

prototype.readVarIntArray = function readVarIntArray(this: Decoder) {
  const headers = readHeaders(this);
  return { reduce: () => headers };
};
