/** Reads a topic the way an integrator would: from the beginning, with nothing of ours but the address and the topic's name. */
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

export interface TopicMessage {
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything in the topic up to where it ends right now. */
export const wholeTopic = async (brokers: string, topic: string): Promise<TopicMessage[]> => {
  const kafka = new Kafka({ clientId: 'story', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const groupId = `story-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const messages: TopicMessage[] = [];
  await admin.connect();
  try {
    const ends = new Map((await admin.fetchTopicOffsets(topic)).filter(({ high, low }) => high !== low).map(({ partition, high }) => [partition, Number(high)]));
    if (ends.size === 0) return [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`the topic ${topic} was not read to its end`)), 30_000);
      consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          messages.push({
            partition, offset: message.offset, key: String(message.key), value: String(message.value),
            headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])),
          });
          if (Number(message.offset) + 1 >= (ends.get(partition) ?? 0)) ends.delete(partition);
          if (ends.size === 0) { clearTimeout(limit); resolve(); }
        },
      }).catch(reject);
    });
    return messages;
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
};
