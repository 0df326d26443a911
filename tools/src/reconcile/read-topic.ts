import { addressOf, type BackboneLog, kafkaClient, type RawEvent, readRanges, topicRanges, toRawEvent } from '@lianban/kafka';
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

/** Reads a topic from its start to `ends`. The next piece is fetched when `take` has dealt with the last, so memory holds one, however long the topic is. */
export const readTopic = async (brokers: readonly string[], topic: string, ends: Ends, log: BackboneLog, take: (events: readonly TopicEvent[]) => Promise<void>): Promise<void> => {
  const ranges = (await topicRanges(brokers, [topic], log)).map((range) => ({ ...range, to: ends.get(range.partition) ?? 0n })).filter(({ from, to }) => from < to);
  await readRanges({ brokers, log, reader: 'reconcile', ranges }, ({ partition }, messages) =>
    take(messages.map((message) => {
      const raw = toRawEvent(topic, partition, message);
      return { raw, address: addressOf(raw) };
    })));
};
