import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import { configOf } from '../test-support/kafka.js';
import { deleteTopics, ensureTopics, setTopicConfig, topicsWith } from './topics.js';

const infrastructure = testInfrastructure();
const topic = uniqueName('topics-spec');
let brokers: string[];

beforeAll(async () => { ({ brokers } = await infrastructure.kafka()); }, 120_000);
afterAll(async () => {
  await deleteTopics(brokers, [topic]);
  await infrastructure.stop();
});

describe('topics', () => {
  it('creates what is missing, and the second time nothing', async () => {
    expect(await ensureTopics(brokers, [{ topic, partitions: 3 }])).toEqual([topic]);
    expect(await ensureTopics(brokers, [{ topic, partitions: 3 }])).toEqual([]);
  }, 60_000);

  it('refuses a topic with another number of partitions', async () => {
    await ensureTopics(brokers, [{ topic, partitions: 3 }]);
    await expect(ensureTopics(brokers, [{ topic, partitions: 12 }])).rejects.toThrow('has 3 partitions, not 12');
  }, 60_000);

  it('makes nothing while fewer brokers are up than are named', async () => {
    const unmade = uniqueName('unmade');
    const twoNamed = [...brokers, ...brokers];
    await expect(ensureTopics(twoNamed, [{ topic: unmade, partitions: 1 }], 0)).rejects.toThrow('2 brokers are named and 1 of the cluster up; topics made now would keep one replica');
    expect(await ensureTopics(brokers, [{ topic: unmade, partitions: 1 }])).toEqual([unmade]);
    expect(await ensureTopics(twoNamed, [{ topic: unmade, partitions: 1 }], 0)).toEqual([]);
    await deleteTopics(brokers, [unmade]);
  }, 60_000);

  it('a topic keeps the number it was made with when no other is asked for', async () => {
    await ensureTopics(brokers, [{ topic, partitions: 3 }]);
    expect(await ensureTopics(brokers, [{ topic, partitions: 12, onlyWhenMade: true }])).toEqual([]);
  }, 60_000);

  it('pins what a topic must be set to, sets it again where somebody has changed it, and leaves the rest', async () => {
    const pinned = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1', 'compression.type': 'uncompressed' };
    await ensureTopics(brokers, [{ topic, partitions: 3 }]);
    expect(await configOf(brokers, topic)).toMatchObject(pinned);
    await setTopicConfig(brokers, topic, { 'compression.type': 'lz4', 'retention.ms': '60000', 'max.message.bytes': '2000000' });
    await ensureTopics(brokers, [{ topic, partitions: 3 }]);
    expect(await configOf(brokers, topic)).toMatchObject({ ...pinned, 'max.message.bytes': '2000000' });
  }, 60_000);

  it('the number for the case topic is the one asked for, else 12 for a new one', () => {
    expect(topicsWith()).toEqual([{ topic: 'lianban.case', partitions: 12, onlyWhenMade: true }, { topic: 'lianban.directory', partitions: 1 }, { topic: 'lianban.visit', partitions: 3 }]);
    expect(topicsWith(48)[0]).toEqual({ topic: 'lianban.case', partitions: 48, onlyWhenMade: false });
  });
});
