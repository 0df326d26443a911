import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import { deleteTopics, ensureTopics } from './topics.js';

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
});
