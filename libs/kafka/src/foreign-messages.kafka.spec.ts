import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '@lianban/event-store';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import type pg from 'pg';
import { openPool, prepareDatabase, shortEffects } from '../test-support/database.js';
import { eventually, noted, quietLog, recorder, shortTimes } from '../test-support/events.js';
import { foreignTransaction, publish, refusedJoins, spoiltText } from '../test-support/kafka.js';
import { kafkaClient } from './client.js';
import { createConsumer } from './consumer.js';
import type { ConsumerOptions, EventConsumer } from './consumer.js';
import { consumerStopped, unreadable } from './metrics.js';
import { readRanges, topicRanges } from './read-ranges.js';
import { ensureTopics, setTopicConfig } from './topics.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let brokers: string[];
let topic: string;
let name: string;
let consumers: EventConsumer[];

beforeAll(async () => {
  brokers = (await infrastructure.kafka()).brokers;
  const url = await (await infrastructure.postgres()).createDatabase('foreign');
  await prepareDatabase(url);
  pool = openPool(url, 10);
}, 180_000);

beforeEach(async () => {
  topic = uniqueName('foreign');
  name = newId();
  consumers = [];
  await ensureTopics(brokers, [{ topic, partitions: 1 }]);
}, 60_000);

afterEach(() => Promise.all(consumers.map((consumer) => consumer.stop())), 60_000);

afterAll(async () => {
  await pool.end();
  await infrastructure.stop();
}, 60_000);

const start = async (options: Partial<ConsumerOptions> = {}) => {
  const log = quietLog();
  const consumer = createConsumer({ consumer: name, brokers, topics: [topic], pool, log, batchSize: 10, times: shortTimes, ...recorder(name), ...options });
  consumers.push(consumer);
  await consumer.start();
  return { consumer, log };
};
const effects = () => shortEffects(pool, name);
const arrive = (count: number) => eventually(effects, ({ length }) => length >= count);
const metric = async (of: typeof unreadable | typeof consumerStopped) => (await of.get()).values.filter(({ labels }) => labels.consumer === name).map(({ value }) => value);

/** Everything up to the end of the topic, as a rebuild or a comparison reads it. */
const readAll = async (): Promise<string[]> => {
  const values: string[] = [];
  await readRanges({ brokers, log: quietLog(), reader: 'foreign-test', ranges: await topicRanges(brokers, [topic], quietLog()) }, (_, messages) => {
    for (const { value, headers } of messages) if (value) values.push(headers?.ce_streamid ? `event ${String(headers.ce_streamversion)}` : String(value).slice(0, 20));
  });
  return values;
};

it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads a topic that somebody has set to %s, ours and what is foreign', async (compression) => {
  const { consumer } = await start();
  await setTopicConfig(brokers, topic, { 'compression.type': compression });
  // More than one piece of the framing, and not all the same.
  const long = Array.from({ length: 20_000 }, () => randomUUID()).join(' ');
  const producer = kafkaClient(brokers, 'foreigner', quietLog()).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key: 'foreign', value: long }] });
  await producer.disconnect();
  await publish(brokers, topic, [noted('A', 1, long.slice(0, 20_000)), noted('A', 2, null)]);
  await arrive(2);
  expect(await effects()).toEqual(['A intake 1', 'A intake 2']);
  expect(consumer.troubles).toEqual([]);
  expect(await metric(unreadable)).toEqual([]);
  expect(await readAll()).toEqual([long.slice(0, 20), 'event 1', 'event 2']);
}, 90_000);

it.each(['commit', 'abort'] as const)('waits for nobody\'s open transaction, and takes the marker of its %s for no loss', async (end) => {
  const { consumer, log } = await start();
  await publish(brokers, topic, [noted('A', 1, null)]);
  const transaction = await foreignTransaction(brokers, topic, 0);
  await publish(brokers, topic, [noted('A', 2, null)]);
  await arrive(2);
  expect(await readAll()).toEqual(['event 1', 'of somebody else', 'event 2']);
  await transaction[end]();
  // With the marker as its last message.
  expect(await readAll()).toEqual(['event 1', 'of somebody else', 'event 2']);
  await eventually(() => consumer.lag, (lag) => lag === 0);
  await publish(brokers, topic, [noted('A', 3, null)]);
  await arrive(3);
  expect(log.lines.filter((line) => /seeking back|no longer has/.test(line))).toEqual([]);
}, 90_000);

it('stands before a batch that is damaged and says so, while its other partitions go on; and goes on by itself once it is whole', async () => {
  const other = uniqueName('foreign-other');
  await ensureTopics(brokers, [{ topic: other, partitions: 1 }]);
  let spoiling = true;
  await publish(brokers, topic, [noted('A', 1, null)]);
  await publish(brokers, topic, [noted('A', 2, 'SPOILT')]);
  await publish(brokers, topic, [noted('A', 3, null)]);
  // The value and, behind it, the number of headers (16): no record is to be made out.
  const { consumer, log } = await start({ topics: [topic, other], socketFactory: spoiltText('{"note":"SPOILT"}\u0020', () => spoiling) });
  await eventually(() => consumer.troubles, ({ length }) => length === 1);
  expect(consumer.troubles[0]).toMatch(new RegExp(`^${topic}/0: the batch at offset 1 is damaged`));
  expect(await metric(consumerStopped)).toEqual([1]);
  expect(log.lines.filter((line) => line.startsWith('error a batch is damaged'))).not.toEqual([]);
  await publish(brokers, other, [noted('B', 1, null)]);
  await arrive(2);
  expect((await effects()).sort()).toEqual(['A intake 1', 'B intake 1']);
  spoiling = false;
  await arrive(4);
  expect((await effects()).filter((line) => line.startsWith('A'))).toEqual(['A intake 1', 'A intake 2', 'A intake 3']);
  await eventually(() => consumer.troubles, ({ length }) => length === 0);
  expect(await metric(consumerStopped)).toEqual([0]);
}, 120_000);

it('joins again by itself after an error that the client takes for final', async () => {
  let refusing = true;
  const { consumer } = await start({ socketFactory: refusedJoins(() => refusing) });
  await eventually(() => consumer.troubles, ({ length }) => length === 1);
  expect(consumer.troubles).toEqual([`consumer ${name} has lost its group, and tries to join it`]);
  await publish(brokers, topic, [noted('A', 1, null)]);
  refusing = false;
  await arrive(1);
  expect([consumer.joined, consumer.troubles]).toEqual([true, []]);
}, 120_000);
