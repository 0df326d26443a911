import { randomUUID } from 'node:crypto';
import { addressOf, type BackboneLog, kafkaClient, type RawEvent, toRawEvent } from '@lianban/kafka';
import type { Ends } from './cut.js';

export const topicEnds = async (brokers: readonly string[], topic: string, log: BackboneLog): Promise<Ends> => {
  const admin = kafkaClient(brokers, 'lianban-reconcile', log).admin();
  await admin.connect();
  try {
    return new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]));
  } finally {
    await admin.disconnect();
  }
};

/** One message as it is compared: where it was found, and what it says. */
export interface TopicEvent {
  readonly raw: RawEvent;
  /** Undefined for a message that is none of ours. */
  readonly address: ReturnType<typeof addressOf>;
}

/**
 * Reads a topic from its start to `ends` with a group of its own that commits nothing and is removed again. The next batch is
 * fetched when `take` has dealt with the last, so memory holds a few batches however long the topic is.
 */
export const readTopic = async (brokers: readonly string[], topic: string, ends: Ends, log: BackboneLog, take: (events: readonly TopicEvent[]) => Promise<void>): Promise<void> => {
  const missing = new Set([...ends].filter(([, end]) => end > 0n).map(([partition]) => partition));
  if (missing.size === 0) return;
  const kafka = kafkaClient(brokers, 'lianban-reconcile', log);
  const groupId = `lianban-reconcile-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, retry: { retries: 3 } });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.run({
        autoCommit: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: async ({ batch, heartbeat }) => {
          const end = ends.get(batch.partition) ?? 0n;
          if (!missing.has(batch.partition)) return;
          const events = batch.messages.filter(({ offset }) => BigInt(offset) < end).map((message) => toRawEvent(topic, batch.partition, message));
          for (let at = 0; at < events.length; at += 1_000) {
            await take(events.slice(at, at + 1_000).map((raw) => ({ raw, address: addressOf(raw) })));
            await heartbeat();
          }
          if (BigInt(batch.lastOffset()) + 1n >= end) missing.delete(batch.partition);
          if (missing.size === 0) resolve();
        },
      }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
};
