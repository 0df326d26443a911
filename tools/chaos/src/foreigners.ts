/** What strangers do to the topics and the doors: their messages, transactions and half-sent requests. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { kafkaClient, readRanges, setTopicConfig, topicBounds } from '@lianban/kafka';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Has the topic compressed for a while, by the broker, with a message of nobody's in it. @returns what was stored so. @throws Error unless it can be read back */
export const foreignMessage = async (brokers: readonly string[], topic: string, compression: string, lasts: number): Promise<string> => {
  const value = `of nobody ${randomUUID()} `.repeat(100);
  const producer = kafkaClient(brokers, 'lianban-chaos-foreigner', silent).producer();
  try {
    await setTopicConfig(brokers, topic, { 'compression.type': compression });
    await producer.connect();
    const [sent] = await producer.send({ topic, messages: [{ key: randomUUID(), value }, { key: null, value: null }, { key: randomUUID(), value, headers: { ce_id: 'x', ce_type: 'of.nobody' } }] });
    await delay(lasts);
    const places = (await topicBounds(brokers, [topic], silent)).filter(({ from, to }) => from < to);
    let found = 0;
    await readRanges({ brokers, log: silent, reader: 'chaos', ranges: places.map((place) => (place.to - place.from > 2_000n ? { ...place, from: place.to - 2_000n } : place)) }, (_, messages) => {
      found += messages.filter((message) => String(message.value) === value).length;
    });
    if (found === 0) throw new Error('no foreign message is to be found in the topic');
    return `${found} foreign messages in ${topic}, stored with ${compression}, from offset ${sent?.baseOffset}`;
  } finally {
    void producer.disconnect().catch(() => undefined);
    await setTopicConfig(brokers, topic, { 'compression.type': 'uncompressed' });
  }
};

/** Holds a transaction open that has a message in each partition. @throws Error unless its markers came behind them */
export const foreignTransaction = async (brokers: readonly string[], topic: string, lasts: number, end: 'commit' | 'abort'): Promise<string> => {
  const producer = kafkaClient(brokers, 'lianban-chaos-foreigner', silent).producer({ transactionalId: `chaos-${randomUUID()}`, maxInFlightRequests: 1, idempotent: true });
  try {
    await producer.connect();
    const partitions = (await topicBounds(brokers, [topic], silent)).map(({ partition }) => partition);
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: partitions.map((partition) => ({ key: randomUUID(), value: 'of an open transaction', partition })) });
    const open = new Map((await topicBounds(brokers, [topic], silent)).map(({ partition, to }) => [partition, to]));
    await delay(lasts);
    if (!transaction.isActive()) throw new Error('the transaction did not stay open');
    await transaction[end]();
    const marked = (await topicBounds(brokers, [topic], silent)).filter(({ partition, to }) => to > (open.get(partition) ?? to)).length;
    if (marked === 0) throw new Error('no partition has a marker');
    return `a transaction over ${partitions.length} partitions of ${topic}, ended by ${end}`;
  } finally {
    void producer.disconnect().catch(() => undefined);
  }
};

/** More than a service lets in at a time. */
const halfSent = 400;

const openHalf = async (url: URL): Promise<Socket | undefined> => {
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => undefined);
  const opened = await Promise.race([once(socket, 'connect').then(() => true, () => false), delay(3_000, false)]);
  if (!opened) return void socket.destroy();
  socket.write(`POST /api/v1/cases HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"title": "half`);
  return socket;
};

/** Holds half-sent requests without a token. @returns how many, and whether the process answered others meanwhile. @throws Error when nothing could be held */
export const slowBodies = async (address: string, lasts: number): Promise<{ held: number; answered: number; asked: number }> => {
  const url = new URL(address);
  const sockets = (await Promise.all(Array.from({ length: halfSent }, () => openHalf(url)))).filter((socket) => socket !== undefined);
  try {
    if (sockets.length < halfSent / 2) throw new Error(`only ${sockets.length} of ${halfSent} connections could be opened`);
    let [asked, answered] = [0, 0];
    for (const until = Date.now() + lasts; Date.now() < until; asked += 1) {
      answered += await fetch(new URL('/health/live', url), { signal: AbortSignal.timeout(5_000) }).then(({ ok }) => Number(ok), () => 0);
      await delay(1_000);
    }
    return { held: sockets.length, answered, asked };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
};
