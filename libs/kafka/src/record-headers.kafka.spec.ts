import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import { kafkaClient } from './client.js';
import { readRanges, topicRanges } from './read-ranges.js';
import { deleteTopics, ensureTopics } from './topics.js';

const infrastructure = testInfrastructure();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const topic = uniqueName('headers');
let brokers: string[];

beforeAll(async () => {
  ({ brokers } = await infrastructure.kafka());
  await ensureTopics(brokers, [{ topic, partitions: 2 }]);
}, 120_000);
afterAll(async () => {
  await deleteTopics(brokers, [topic]);
  await infrastructure.stop();
});

it('reads headers as they were written: none, many, empty, twice, in Chinese; and every partition to its end', async () => {
  const producer = kafkaClient(brokers, 'headers-test', log).producer();
  await producer.connect();
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`name-${n}`, `value ${n}`]));
  const written = [undefined, {}, { a: 'b', empty: '' }, { part: ['one', 'two', 'three'], other: '城市管理', 名: 'x' }, many,
    // As long as the names before them in the same places, and some of them the same.
    { a: 'b', emptz: 'c' }, { b: 'b', empty: '' }, { 名: 'x', part: 'one' }, { 区: 'x', pars: 'one' }, many];
  await producer.send({ topic, messages: written.map((headers, n) => ({ key: 'k', value: String(n), partition: 0, ...(headers ? { headers } : {}) })) });
  await producer.send({ topic, messages: [{ value: 'last', partition: 1 }] });
  await producer.disconnect();
  const read: unknown[] = [];
  const ended: number[] = [];
  const ranges = await topicRanges(brokers, [topic], log);
  expect(ranges).toEqual([{ topic, partition: 0, from: 0n, to: BigInt(written.length) }, { topic, partition: 1, from: 0n, to: 1n }]);
  await readRanges({ brokers, log, reader: 'headers-test', ranges }, ({ partition }, messages) => {
    for (const { headers, value } of messages) read.push([partition, String(value), headers]);
  }, ({ partition }) => { ended.push(partition); });
  expect(read).toEqual([...written.map((headers, n) => [0, String(n), headers ?? {}]), [1, 'last', {}]]);
  expect(ended).toEqual([0, 1]);
}, 60_000);
