import { topicOf } from '@lianban/contracts';
import type { OutboxCursor, OutboxEntry } from '@lianban/event-store';
import type { Message } from 'kafkajs';
import { toMessage } from './cloud-event.js';

/**
 * A request carries one record batch per partition, and a broker refuses a batch over 1 MB (`message.max.bytes`). A whole request
 * below that keeps every batch below it, even when all its events are of one case.
 */
const requestBytes = 800_000;
/** Generous size of one event's headers and framing. */
const overheadBytes = 1_500;

/** What goes out in one request. */
export interface Chunk {
  readonly entries: readonly OutboxEntry[];
  /** By topic; each topic's in the order of the entries. */
  readonly topicMessages: readonly { readonly topic: string; readonly messages: Message[] }[];
  /** Where the relay is once the broker has it. */
  readonly end: OutboxCursor;
}

const chunkOf = (entries: readonly OutboxEntry[], messages: readonly Message[], topicName: (topic: string) => string): Chunk => {
  const byTopic = new Map<string, Message[]>();
  for (const [index, message] of messages.entries()) {
    const topic = topicName(topicOf(entries[index]?.type ?? ''));
    const own = byTopic.get(topic);
    if (own) own.push(message);
    else byTopic.set(topic, [message]);
  }
  const { xid, position } = entries[entries.length - 1] as OutboxEntry;
  return { entries, topicMessages: [...byTopic].map(([topic, own]) => ({ topic, messages: own })), end: { xid, position } };
};

/** Turns events into messages and cuts them into runs of one request each, in order, one run at a time as asked for. */
export function* chunksOf(entries: readonly OutboxEntry[], topicName: (topic: string) => string): Generator<Chunk> {
  let first = 0;
  let messages: Message[] = [];
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const message = toMessage(entry);
    const own = Buffer.byteLength(message.value ?? '') + overheadBytes;
    if (messages.length > 0 && bytes + own > requestBytes) {
      yield chunkOf(entries.slice(first, index), messages, topicName);
      [first, messages, bytes] = [index, [], 0];
    }
    messages.push(message);
    bytes += own;
  }
  if (messages.length > 0) yield chunkOf(entries.slice(first), messages, topicName);
}
