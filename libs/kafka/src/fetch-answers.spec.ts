import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { readBatches, unreadOf } from './fetch-answers.js';

const load = createRequire(import.meta.url);
const crcOf = load('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;

/** A record as a broker keeps it: without key and headers, lengths below 64. */
const record = (offset: number, value: string): Buffer => {
  const body = Buffer.concat([Buffer.from([0, 0, offset * 2, 1, value.length * 2]), Buffer.from(value), Buffer.from([0])]);
  return Buffer.concat([Buffer.from([body.length * 2]), body]);
};

interface Made { readonly attributes?: number; readonly magic?: number; readonly count?: number; readonly last?: number; readonly body: Buffer }

const batch = (firstOffset: number, { attributes = 0, magic = 2, count = 1, last = count - 1, body }: Made): Buffer => {
  const bytes = Buffer.alloc(61 + body.length);
  bytes.writeBigInt64BE(BigInt(firstOffset), 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt8(magic, 16);
  bytes.writeInt16BE(attributes, 21);
  bytes.writeInt32BE(last, 23);
  bytes.writeInt32BE(count, 57);
  body.copy(bytes, 61);
  bytes.writeUInt32BE(crcOf(bytes.subarray(21)), 17);
  return bytes;
};
const plain = (firstOffset: number, ...values: string[]): Buffer => batch(firstOffset, { count: values.length, body: Buffer.concat(values.map((value, n) => record(n, value))) });
const spoilt = (bytes: Buffer): Buffer => {
  // The length of the first record: it ends beyond the batch now.
  bytes.writeUInt8(0x7e, 61);
  return bytes;
};
/** Its last value. */
const changed = (bytes: Buffer): Buffer => {
  bytes.writeUInt8(0x7a, bytes.length - 2);
  return bytes;
};

const gzip = 1;
const zeros = gzipSync(Buffer.alloc(64 * 1_048_576));

const seen = async (...batches: Buffer[]) => (await readBatches(Buffer.concat(batches))).map((message) => {
  const unread = unreadOf(message);
  return unread ? `${unread.reason} ${unread.from}–${message.offset}` : `${message.offset} ${String(message.value)}`;
});

it('reads what follows a batch that nobody can read, and what came before it', async () => {
  expect(await seen(plain(3, 'a', 'b'), batch(5, { attributes: 5, count: 4, body: Buffer.from('????') }), plain(9, 'c'))).toEqual(['3 a', '4 b', 'foreign 5–8', '9 c']);
});

it.each([
  ['a compression that does not exist', batch(7, { attributes: 7, body: record(0, 'x') }), 'foreign 7–7'],
  ['what is not compressed although it says so', batch(7, { attributes: 3, body: Buffer.from('not a frame of LZ4') }), 'foreign 7–7'],
  ['one that unpacks to more than memory should hold', batch(7, { attributes: gzip, count: 9, body: zeros }), 'foreign 7–15'],
  ['one of so many records that memory would not hold them', batch(7, { attributes: gzip, count: 2_000_000, body: gzipSync(record(0, 'x')) }), 'foreign 7–2000006'],
  ['a record that says it is another one', batch(7, { body: record(3, 'x') }), 'foreign 7–7'],
  ['two records that say they are one', batch(7, { count: 2, body: Buffer.concat([record(0, 'x'), record(0, 'y')]) }), 'foreign 7–8'],
  ['a record with more headers than it has room for', batch(7, { body: Buffer.from([26, 0, 0, 0, 1, 2, 65, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0, 0]) }), 'foreign 7–7'],
  ['fewer records than were announced', batch(7, { count: -1, last: 3, body: record(0, 'x') }), 'foreign 7–10'],
  ['a message format of before', batch(7, { magic: 1, body: record(0, 'x') }), 'foreign 7–7'],
  ['the marker at the end of a transaction', batch(7, { attributes: 0x30, body: record(0, 'x') }), 'marker 7–7'],
  ['a batch that was emptied', batch(7, { count: 0, last: 4, body: Buffer.alloc(0) }), 'marker 7–11'],
  ['what has changed since it was written', spoilt(plain(7, 'x', 'y')), 'damaged 7–8'],
  ['what has changed so that it looks like a message of somebody else', changed(plain(7, 'x', 'y')), 'damaged 7–8'],
])('tells %s by one empty message for its offsets', async (_, bytes, expected) => {
  expect(await seen(bytes, plain(30, 'after'))).toEqual([expected, '30 after']);
});

it('leaves what the broker has cut off for the next fetch', async () => {
  expect(await seen(plain(3, 'a'), plain(4, 'b').subarray(0, -1))).toEqual(['3 a']);
  expect(await seen(plain(3, 'a'), plain(4, 'b').subarray(0, 20))).toEqual(['3 a']);
});

it('goes on behind a batch that does not tell its length', async () => {
  const broken = plain(4, 'b');
  broken.writeInt32BE(-5, 8);
  expect((await seen(plain(3, 'a'), broken, plain(5, 'c')))[1]).toBe('damaged 4–4');
});
