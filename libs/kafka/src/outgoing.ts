import { definitionOf, topics } from '@lianban/contracts';
import type { OutboxEntry } from '@lianban/event-store';
import type { Message } from 'kafkajs';
import { toMessage } from './cloud-event.js';

/**
 * A request carries one record batch per partition, and a broker refuses a batch over 1 MB (`message.max.bytes`). A whole request
 * below that keeps every batch below it, even when all its events are of one case.
 */
const requestBytes = 800_000;
/** Headers and framing of one event, generously. */
const overheadBytes = 1_500;

const bytesOf = (entry: OutboxEntry): number => Buffer.byteLength(JSON.stringify(entry.data)) + overheadBytes;

/** Cuts events into runs that fit into one request each, in order. */
export const chunksOf = (entries: readonly OutboxEntry[]): OutboxEntry[][] => {
  const chunks: OutboxEntry[][] = [];
  let current: OutboxEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const own = bytesOf(entry);
    if (current.length > 0 && bytes + own > requestBytes) {
      chunks.push(current);
      current = [];
      bytes = 0;
    }
    current.push(entry);
    bytes += own;
  }
  if (current.length > 0) chunks.push(current);
  return chunks;
};

/** Events as messages, by topic; each topic's in the order given. */
export const topicMessages = (entries: readonly OutboxEntry[], topicName: (topic: string) => string): { topic: string; messages: Message[] }[] => {
  const byTopic = new Map<string, Message[]>();
  for (const entry of entries) {
    const topic = topicName(definitionOf(entry.type)?.topic ?? topics.case);
    const messages = byTopic.get(topic);
    if (messages) messages.push(toMessage(entry));
    else byTopic.set(topic, [toMessage(entry)]);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
};
