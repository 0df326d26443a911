import type { Tx } from '@lianban/event-store';
import type { BackboneLog, ISocketFactory } from './client.js';
import { adoptTopic } from './consumer-tables.js';
import { topicIdOf } from './topic-ids.js';

interface WatchOptions {
  readonly consumer: string;
  readonly tx: Tx;
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  readonly log: BackboneLog;
  readonly socketFactory?: ISocketFactory;
}

/** Checks that a consumer's topics are still the ones that its offsets belong to. */
export const watchTopics = ({ consumer, tx, brokers, topics, log, socketFactory }: WatchOptions) => {
  const seen = new Map<string, string>();
  const missing = new Set<string>();
  return {
    /**
     * Compares the topics' ids with those that were noted; offsets of a topic that was made anew go back to 0.
     * @returns whether the offsets changed their meaning since this process looked last. @throws Error when broker or database is away
     */
    async look(): Promise<boolean> {
      let changed = false;
      for (const topic of topics) {
        const id = await topicIdOf(brokers, topic, socketFactory);
        if (id === null) {
          if (!missing.has(topic)) log.error({ consumer, topic }, 'the topic is gone; waiting for it to be refilled');
          missing.add(topic);
          continue;
        }
        missing.delete(topic);
        if (seen.get(topic) === id) continue;
        const anew = await adoptTopic(tx, consumer, topic, id);
        if (anew) log.error({ consumer, topic, id }, 'the topic was made anew; reading all of it');
        // Another member of the group may have noticed it first.
        changed ||= anew || seen.has(topic);
        seen.set(topic, id);
      }
      return changed;
    },
    /** Topics that were missing at the last check. */
    get missing(): readonly string[] { return [...missing]; },
  };
};
