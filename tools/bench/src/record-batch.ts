/** Kafka's record batches (format 2) as bytes, and a producer for them: a client that encodes each message anew takes ten times as long. */
import { connect, type Socket } from 'node:net';

export interface PlainMessage { readonly key: string; readonly value: string; readonly headers: Readonly<Record<string, string>> }

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  // zigzag, seven bits a byte; nothing here comes near 31 bits.
  for (let rest = value << 1; ;) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
};
const sized = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(varint(bytes.length)), bytes]);
};

const record = ({ key, value, headers }: PlainMessage, offsetDelta: number): Buffer => {
  const pairs = Object.entries(headers);
  const body = Buffer.concat([
    Buffer.from([0, ...varint(0), ...varint(offsetDelta)]), sized(key), sized(value), Buffer.from(varint(pairs.length)), ...pairs.flatMap(([name, text]) => [sized(name), sized(text)]),
  ]);
  return Buffer.concat([Buffer.from(varint(body.length)), body]);
};

const headerBytes = 61;
const crcAt = 17;
const crcFrom = 21;

/** A batch whose checksum is still to be set by `seal`. */
export const recordBatch = (messages: readonly PlainMessage[]): Buffer => {
  const records = messages.map((message, index) => record(message, index));
  const batch = Buffer.concat([Buffer.alloc(headerBytes), ...records]);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt8(2, 16);
  batch.writeInt32BE(messages.length - 1, 23);
  batch.writeBigInt64BE(-1n, 43);
  batch.writeInt16BE(-1, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(messages.length, 57);
  return batch;
};

const castagnoli = Array.from({ length: 4 }, () => new Int32Array(256));
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  (castagnoli[0] as Int32Array)[byte] = crc;
}
for (let byte = 0; byte < 256; byte += 1) {
  for (let slice = 1; slice < 4; slice += 1) {
    const before = (castagnoli[slice - 1] as Int32Array)[byte] as number;
    (castagnoli[slice] as Int32Array)[byte] = (before >>> 8) ^ ((castagnoli[0] as Int32Array)[before & 0xff] as number);
  }
}
const [t0, t1, t2, t3] = castagnoli as [Int32Array, Int32Array, Int32Array, Int32Array];

/** CRC-32C of the bytes from `from` on. */
export const crc32c = (bytes: Buffer, from = 0): number => {
  let crc = -1;
  let index = from;
  for (const end = bytes.length - 3; index < end; index += 4) {
    crc ^= (bytes[index] as number) | ((bytes[index + 1] as number) << 8) | ((bytes[index + 2] as number) << 16) | ((bytes[index + 3] as number) << 24);
    crc = (t3[crc & 0xff] as number) ^ (t2[(crc >>> 8) & 0xff] as number) ^ (t1[(crc >>> 16) & 0xff] as number) ^ (t0[crc >>> 24] as number);
  }
  for (; index < bytes.length; index += 1) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[index] as number)) & 0xff] as number);
  return (crc ^ -1) >>> 0;
};

/** Sets the time of all records and the checksum; after it the bytes must not change until they are on their way. */
export const seal = (batch: Buffer, timestamp: number): void => {
  batch.writeBigInt64BE(BigInt(timestamp), 27);
  batch.writeBigInt64BE(BigInt(timestamp), 35);
  batch.writeUInt32BE(crc32c(batch, crcFrom), crcAt);
};

const text16 = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const int32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeInt32BE(value, index * 4));
  return bytes;
};

/** Sends batches to a single broker over one connection; the bytes are copied out before `send` returns its promise's turn. */
export class BatchProducer {
  readonly #socket: Socket;
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, private readonly topic: string) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    const fail = (error: Error) => { for (const each of this.#waiting.splice(0)) each.reject(error); };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('Kafka closed the connection')));
  }

  static async connect(broker: string, topic: string): Promise<BatchProducer> {
    const [host = '127.0.0.1', port] = broker.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => { socket.once('connect', resolve); socket.once('error', reject); });
    return new BatchProducer(socket, topic);
  }

  /** Resolves when the leader has written it. */
  send(partition: number, batch: Buffer): Promise<void> {
    const acks = Buffer.alloc(2);
    acks.writeInt16BE(1);
    const noTransaction = Buffer.from([0xff, 0xff]);
    const head = Buffer.concat([
      Buffer.from([0, 0, 0, 3]), int32(0), text16('lianban-bench'), noTransaction, acks, int32(30_000, 1), text16(this.topic), int32(1, partition, batch.length),
    ]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      // One buffer, so that the caller may change its own at once.
      this.#socket.write(Buffer.concat([int32(head.length + batch.length), head, batch]));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const size = 4 + this.#received.readInt32BE(0);
      if (this.#received.length < size) return;
      const answer = this.#received.subarray(0, size);
      this.#received = this.#received.subarray(size);
      const error = answer.readInt16BE(14 + answer.readInt16BE(12) + 8);
      const waiting = this.#waiting.shift();
      if (error === 0) waiting?.resolve();
      else waiting?.reject(new Error(`Kafka refused a batch with error code ${error}`));
    }
  }
}
