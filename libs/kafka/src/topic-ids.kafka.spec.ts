import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import { deleteTopics, ensureTopics } from './topics.js';
import { topicIdOf } from './topic-ids.js';

const infrastructure = testInfrastructure();
let brokers: string[];

beforeAll(async () => { ({ brokers } = await infrastructure.kafka()); }, 120_000);
afterAll(() => infrastructure.stop());

describe('the id of a topic', () => {
  it('is its own, stays, and is another one after the topic was deleted and made anew', async () => {
    const [topic, other] = [uniqueName('ids'), uniqueName('ids')];
    const make = (name: string) => ensureTopics(brokers, [{ topic: name, partitions: 2 }]);
    expect(await topicIdOf(brokers, topic)).toBeNull();
    await make(topic);
    await make(other);
    const id = await topicIdOf(brokers, topic);
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await topicIdOf(brokers, topic)).toBe(id);
    expect(await topicIdOf(brokers, other)).not.toBe(id);
    await deleteTopics(brokers, [topic]);
    let anew: string | null = null;
    while (!anew) {
      await make(topic).catch(() => undefined);
      anew = await topicIdOf(brokers, topic);
    }
    expect(anew).not.toBe(id);
  }, 60_000);

  it('is asked of the brokers in turn, and of none in vain', async () => {
    const topic = uniqueName('ids');
    await ensureTopics(brokers, [{ topic, partitions: 1 }]);
    expect(await topicIdOf(['127.0.0.1:1', ...brokers], topic)).toMatch(/-/);
    await expect(topicIdOf(['127.0.0.1:1'], topic)).rejects.toThrow('ECONNREFUSED');
  }, 60_000);
});
