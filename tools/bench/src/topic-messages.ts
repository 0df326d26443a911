/** The messages of the topic of cases in memory, and how fast they are read into envelopes: the baseline of everything that works on events. */
import { topics } from '@lianban/contracts';
import { addressOf, readRanges, toEnvelope, topicRanges, toRawEvent } from '@lianban/kafka';
import type { KafkaMessage } from 'kafkajs';
import { troubleOnly } from '@lianban/tools/backbone-addresses';

/** Memory for about 400 MB of them. */
const mostMessages = 200_000;

export const messagesOf = async (brokers: readonly string[]): Promise<KafkaMessage[]> => {
  const ranges = (await topicRanges(brokers, [topics.case], troubleOnly)).map((range) => {
    const share = BigInt(Math.ceil(mostMessages / 12));
    return range.to - range.from > share ? { ...range, to: range.from + share } : range;
  });
  const messages: KafkaMessage[] = [];
  await readRanges({ brokers, log: troubleOnly, reader: 'bench', ranges }, (_, some) => { messages.push(...some); });
  return messages;
};

/** Events decoded a second: from what the client hands over to checked envelopes, without a database. */
export const decodeAll = (messages: readonly KafkaMessage[]): number => {
  const startedAt = performance.now();
  for (const message of messages) {
    const raw = toRawEvent(topics.case, 0, message);
    const address = addressOf(raw);
    if (!address) throw new Error('a message of nobody');
    toEnvelope(raw, address);
  }
  return (messages.length * 1000) / (performance.now() - startedAt);
};

export const decodingName = 'decoding the same messages only, one thread';
