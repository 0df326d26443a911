import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import { eventually, noted, quietLog } from '../test-support/events.js';
import { publish } from '../test-support/kafka.js';
import { readRanges } from './read-ranges.js';
import { deleteTopics, ensureTopics } from './topics.js';

const infrastructure = testInfrastructure();
const topic = uniqueName('read-ranges');
let brokers: string[];

beforeAll(async () => { ({ brokers } = await infrastructure.kafka()); }, 120_000);
afterAll(() => infrastructure.stop());

it('ends with an error when the topic is made anew while it is read', async () => {
  const make = () => ensureTopics(brokers, [{ topic, partitions: 1 }]).catch(() => []);
  const put = (count: number) => publish(brokers, topic, Array.from({ length: count }, (_, n) => noted('A', n + 1, null)));
  await make();
  await put(20);
  let anew: Promise<void> | undefined;
  const reading = readRanges({ brokers, log: quietLog(), reader: 'ranges-test', ranges: [{ topic, partition: 0, from: 0n, to: 100n }] }, () => {
    anew ??= (async () => {
      await deleteTopics(brokers, [topic]);
      await eventually(make, ({ length }) => length === 1);
      await put(5);
    })();
  });
  await expect(reading).rejects.toThrow('ends before 20: it was made anew');
  await anew;
  await deleteTopics(brokers, [topic]);
}, 120_000);
