import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ISocketFactory } from './client.js';

/**
 * The ids that Kafka gave topics when they were made. kafkajs speaks version 6 of the Metadata request, ids came with version 10
 * (Kafka 2.8), so this one request is written here: protocol guide, "Metadata API (Key: 3)", version 12.
 */
const apiKey = 3;
const apiVersion = 12;
const unknownTopic = 3;
const answerWithinMs = 5_000;
const mostBytes = 16_777_216;

const int16 = (value: number): Buffer => { const bytes = Buffer.alloc(2); bytes.writeInt16BE(value); return bytes; };
const int32 = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(value); return bytes; };
/** For values below 128, as all here are: one more than the length, or 0 for null. */
const small = (value: number): Buffer => Buffer.from([value]);
const noTags = small(0);

const requestFor = (topic: string): Buffer => {
  const clientId = Buffer.from('lianban-topic-ids');
  const name = Buffer.from(topic);
  if (name.length > 126) throw new RangeError(`topic name too long: ${topic}`);
  const body = Buffer.concat([
    int16(apiKey), int16(apiVersion), int32(0), int16(clientId.length), clientId, noTags,
    small(2), Buffer.alloc(16), small(name.length + 1), name, noTags, // one topic, by name
    small(0), small(0), noTags, // not made when missing, no operations
  ]);
  return Buffer.concat([int32(body.length), body]);
};

/** Reads an answer from its front; what is beyond its end throws a RangeError. */
const reader = (bytes: Buffer) => {
  let at = 0;
  const skip = (count: number) => { at += count; };
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skipText = () => skip(Math.max(0, varint() - 1));
  const skipTags = () => {
    for (let left = varint(); left > 0; left -= 1) {
      varint();
      skip(varint());
    }
  };
  return {
    skip, varint, skipText, skipTags,
    int16: () => { const value = bytes.readInt16BE(at); at += 2; return value; },
    hex: (count: number) => { const value = bytes.toString('hex', at, at + count); at += count; return value; },
  };
};

/** `null`: there is no such topic. @throws Error for any other answer */
const idIn = (answer: Buffer): string | null => {
  const read = reader(answer);
  read.skip(4); // correlation id
  read.skipTags();
  read.skip(4); // throttle time
  for (let brokers = read.varint() - 1; brokers > 0; brokers -= 1) {
    read.skip(4); // node id
    read.skipText(); // host
    read.skip(4); // port
    read.skipText(); // rack
    read.skipTags();
  }
  read.skipText(); // cluster id
  read.skip(4); // controller id
  if (read.varint() !== 2) throw new Error('not the one topic that was asked for');
  const error = read.int16();
  if (error === unknownTopic) return null;
  // A topic without a leader still has an id. With other errors there is none.
  read.skipText();
  const id = read.hex(16);
  if (/^0*$/.test(id)) throw new Error(`no topic id, error ${error}`);
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const plainTcp: ISocketFactory = ({ host, port, onConnect }) => connect({ host, port }, onConnect);

const ask = (broker: string, topic: string, socketFactory: ISocketFactory): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const at = broker.lastIndexOf(':');
    let received = Buffer.alloc(0);
    const socket: Socket = socketFactory({ host: broker.slice(0, at), port: Number(broker.slice(at + 1)), ssl: undefined as never, onConnect: () => { socket.write(requestFor(topic)); } });
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.setTimeout(answerWithinMs, () => end(() => reject(new Error(`${broker} does not answer`))));
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => reject(new Error(`${broker} closed the connection`)));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4) return;
      const length = received.readInt32BE(0);
      if (length > mostBytes) return end(() => reject(new Error(`${broker} does not speak Kafka`)));
      if (received.length < length + 4) return;
      end(() => resolve(received.subarray(4, 4 + length)));
    });
  });

/**
 * The id of a topic, a UUID that no other topic has, not even one of the same name that is made after it was deleted.
 * `null` when there is no such topic.
 * @throws Error when no broker answers
 */
export const topicIdOf = async (brokers: readonly string[], topic: string, socketFactory = plainTcp): Promise<string | null> => {
  let failure = new Error('no brokers given');
  for (const broker of brokers) {
    try {
      return idIn(await ask(broker, topic, socketFactory));
    } catch (error) {
      failure = error as Error;
    }
  }
  throw failure;
};
