/**
 * kafkajs 2.2.4 throws away a whole fetch, of all its partitions, when one batch in it can't be read, asks for the same again, and ends at last; and it says nothing
 * of the offsets that markers of transactions take up, so that a reader waits for ever at the end of a range, or takes the gap for a loss. Its decoder of an answer is
 * replaced here: every offset comes with some message. What can't be read, or is nobody's to read, comes as one empty message for its batch, without headers, which
 * is passed over like any other message that is no event of ours; `unreadOf` tells why. The version is pinned in package.json.
 */
import './codecs.js';
import './record-headers.js';
import { createRequire } from 'node:module';
import type { KafkaMessage } from 'kafkajs';

const load = createRequire(import.meta.url);

interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint;
  readString(): string;
  readArray<T>(read: (decoder: Decoder) => T): T[];
  readArrayAsync<T>(read: (decoder: Decoder) => Promise<T>): Promise<T[]>;
  readBytes(count: number): Buffer;
  canReadBytes(count: number): boolean;
}
const Decoder = load('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Decoder;
const decodeBatch = load('kafkajs/src/protocol/recordBatch/v0/decoder') as (decoder: Decoder) => Promise<{ records: KafkaMessage[] }>;
const crcOf = load('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;
const listOffsets = load('kafkajs/src/protocol/requests/listOffsets') as { protocol(of: { version: number }): (request: object) => unknown };
/** Of Kafka 2.3 and later; `topic-ids.ts` asks for 2.8. */
const answer = load('kafkajs/src/protocol/requests/fetch/v11/response') as { decode(raw: Buffer): Promise<unknown> };

/** Why a batch is delivered as one empty message. */
export interface Unread {
  /** Its first offset; the message has the last. */
  readonly from: bigint;
  /**
   * `marker`: the end of somebody's transaction, or a batch that was emptied. `foreign`: it is as it was written, and not by us, who write plain batches.
   * `damaged`: it is not as it was written, so it may be ours.
   */
  readonly reason: 'marker' | 'foreign' | 'damaged';
  readonly error: string;
}

export const unreadOf = (message: KafkaMessage): Unread | undefined => (message as { readonly unread?: Unread }).unread;

/** The first offset that a message stands for. */
export const firstOffsetOf = (message: KafkaMessage): bigint => unreadOf(message)?.from ?? BigInt(message.offset);

/** In words, for the person who has to fix it. */
export const damagedAt = ({ topic, partition }: { readonly topic: string; readonly partition: number }, message: KafkaMessage): string =>
  `${topic}/${partition}: the batch at offset ${firstOffsetOf(message)} is damaged (${unreadOf(message)?.error})`;

/** Where things are in a record batch: message format 2, "RecordBatch". */
const at = { length: 8, magic: 16, crc: 17, attributes: 21, lastOffsetDelta: 23, count: 57, records: 61 } as const;
const framing = 12;
const isControl = 0x20;
const codecBits = 0x07;
const lastCodec = 4;
/** A request of a relay holds some hundred. A small batch can be unpacked to millions, each an object here. */
const mostRecords = 100_000;

const isAsWritten = (bytes: Buffer): boolean => crcOf(bytes.subarray(at.attributes)) === bytes.readUInt32BE(at.crc);

const readBatch = async (bytes: Buffer): Promise<readonly KafkaMessage[]> => {
  const isCurrent = bytes.readInt8(at.magic) === 2;
  const from = bytes.readBigInt64BE(0);
  const last = from + BigInt(isCurrent ? Math.max(0, bytes.readInt32BE(at.lastOffsetDelta)) : 0);
  const unread = (reason: Unread['reason'], error = ''): [KafkaMessage] => {
    const message = { key: null, value: null, headers: {}, timestamp: '0', attributes: 0, offset: String(last), isControlRecord: false, batchContext: {}, unread: { from, reason, error } satisfies Unread };
    return [message];
  };
  try {
    if (!isCurrent) throw new Error(`message format ${bytes.readInt8(at.magic)}`);
    const attributes = bytes.readInt16BE(at.attributes);
    if (attributes & isControl) return unread('marker');
    if ((attributes & codecBits) > lastCodec) throw new Error(`compression ${attributes & codecBits}, which nobody here knows`);
    const count = bytes.readInt32BE(at.count);
    if (count > mostRecords) throw new Error(`${count} records in a batch`);
    const { records } = await decodeBatch(new Decoder(bytes));
    if (records.length !== count) throw new Error(`${records.length} of ${count} records`);
    // The client continues after the last message; a wrong offset would make the reader skip messages.
    let before = from - 1n;
    for (const { offset } of records) {
      const next = BigInt(offset);
      if (next <= before || next > last) throw new Error(`a record of offset ${next} behind ${before} in a batch from ${from} to ${last}`);
      before = next;
    }
    if (count === 0) return unread('marker');
    // Damage can look like a foreign message, so the checksum is computed here. Doing so for every byte read would cost more than everything else.
    if (!records.every(({ headers }) => headers?.ce_streamversion) && !isAsWritten(bytes)) throw new Error('its checksum does not hold');
    return records;
  } catch (error) {
    return unread(!isCurrent || isAsWritten(bytes) ? 'foreign' : 'damaged', error instanceof Error ? error.message : String(error));
  }
};

/** The messages of one partition's part of an answer. The broker cuts off its end wherever the size that was asked for is reached. */
export const readBatches = async (bytes: Buffer): Promise<KafkaMessage[]> => {
  const messages: KafkaMessage[] = [];
  for (let begin = 0; begin + at.records <= bytes.length;) {
    const end = begin + framing + bytes.readInt32BE(begin + at.length);
    if (end > bytes.length) break;
    // Not `push(...)`: so many arguments overflow the stack.
    for (const message of await readBatch(bytes.subarray(begin, Math.max(end, begin + at.records)))) messages.push(message);
    begin = Math.max(end, begin + at.records);
  }
  return messages;
};

const readMessages = async (decoder: Decoder): Promise<KafkaMessage[]> => {
  const size = decoder.readInt32();
  return size <= 0 || !decoder.canReadBytes(size) ? [] : readBatches(decoder.readBytes(size));
};

const readPartition = async (decoder: Decoder) => ({
  partition: decoder.readInt32(),
  errorCode: decoder.readInt16(),
  highWatermark: decoder.readInt64().toString(),
  lastStableOffset: decoder.readInt64().toString(),
  lastStartOffset: decoder.readInt64().toString(),
  abortedTransactions: decoder.readArray((each) => ({ producerId: each.readInt64().toString(), firstOffset: each.readInt64().toString() })),
  preferredReadReplica: decoder.readInt32(),
  messages: await readMessages(decoder),
});

const readTopic = async (decoder: Decoder) => ({ topicName: decoder.readString(), partitions: await decoder.readArrayAsync(readPartition) });

// The end of a partition is where its last message is, not where somebody's open transaction begins (isolation level 1, the client's default).
const { protocol } = listOffsets;
listOffsets.protocol = (of) => (request) => protocol(of)({ ...request, isolationLevel: 0 });

// As `throttleTime` is 0 in the client's own: the broker has not waited, and the client must not either.
answer.decode = async (raw) => {
  const decoder = new Decoder(raw);
  const [clientSideThrottleTime, errorCode, sessionId] = [decoder.readInt32(), decoder.readInt16(), decoder.readInt32()];
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses: await decoder.readArrayAsync(readTopic) };
};
