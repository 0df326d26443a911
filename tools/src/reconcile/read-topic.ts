import { addressOf, type BackboneLog, type PartitionRange, type RawEvent, readRanges, toRawEvent } from '@lianban/kafka';

/** One message as it is compared: where it was found, and what it says. */
export interface TopicEvent {
  readonly raw: RawEvent;
  /** Undefined for a message that is none of ours. */
  readonly address: ReturnType<typeof addressOf>;
}

/** Reads topics between these bounds. The next piece is fetched when `take` has dealt with the last, so memory holds one, however long the topics are. */
export const readTopics = (brokers: readonly string[], bounds: readonly PartitionRange[], log: BackboneLog, take: (events: readonly TopicEvent[]) => Promise<void>): Promise<void> =>
  readRanges({ brokers, log, reader: 'reconcile', ranges: bounds.filter(({ from, to }) => from < to) }, ({ topic, partition }, messages) =>
    take(messages.map((message) => {
      const raw = toRawEvent(topic, partition, message);
      return { raw, address: addressOf(raw) };
    })));
