import type { Tx } from '@lianban/event-store';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { createApplier, Fenced, isDatabaseAway } from './apply-events.js';
import type { ApplyOptions } from './apply-events.js';
import { kafkaClient } from './client.js';
import { toRawEvent } from './cloud-event.js';
import { loadOffset } from './consumer-tables.js';
import { abortableSleep } from './sleep.js';

export interface ConsumerOptions extends ApplyOptions {
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  /** Called when the client gave up for good; the process should exit and be started again. */
  readonly onFatal: (error: Error) => void;
  readonly partitionsAtOnce?: number;
}

export interface EventConsumer {
  start(): Promise<void>;
  /** Finishes the transaction under way and leaves the group. */
  stop(): Promise<void>;
  readonly joined: boolean;
  /** Messages between here and the end of the assigned partitions, as of each partition's last fetch. */
  readonly lag: number;
  /** Tries a subject's parked events again, in order. */
  retry(subject: string): Promise<number>;
}

/**
 * Reads topics as a member of the group named after the consumer. Positions live in Postgres beside the effects; where Kafka's
 * committed offset disagrees, Postgres wins and the consumer seeks.
 */
export const createConsumer = (options: ConsumerOptions): EventConsumer => {
  const { consumer: name, brokers, topics, pool, log, onFatal, partitionsAtOnce = 4 } = options;
  const applier = createApplier(options);
  const kafka = kafkaClient(brokers, `lianban-${name}`, log);
  const consumer: Consumer = kafka.consumer({
    groupId: `lianban-${name}`,
    sessionTimeout: 15_000,
    rebalanceTimeout: 30_000,
    heartbeatInterval: 2_000,
    maxWaitTimeInMs: 250,
    maxBytesPerPartition: 1_048_576,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10, restartOnFailure: () => Promise.resolve(true) },
  });
  const stopping = new AbortController();
  const lags = new Map<string, bigint>();
  const soughtFor = new Map<string, bigint>();
  // After a rebalance the client can run two handlers of one partition at once; they take turns, and the offset fences the late one.
  const turns = new Map<string, Promise<unknown>>();
  let joined = false;
  let housekeeping: NodeJS.Timeout | undefined;

  const seekTo = (topic: string, partition: number, offset: bigint) => consumer.seek({ topic, partition, offset: offset.toString() });

  const onBatch = async ({ batch, heartbeat, isRunning, isStale, resolveOffset }: EachBatchPayload) => {
    const { topic, partition } = batch;
    const position = await loadOffset(pool as unknown as Tx, name, topic, partition);
    const [first] = batch.messages;
    const place = `${topic}/${partition}`;
    if (first && BigInt(first.offset) > position && soughtFor.get(place) !== position) {
      // Once only: when the broker answers the same again, nothing older is left there.
      soughtFor.set(place, position);
      log.warn({ consumer: name, topic, partition, fetched: first.offset, position: String(position) }, 'behind the fetched batch; seeking back');
      seekTo(topic, partition, position);
      return;
    }
    soughtFor.delete(place);
    const events = batch.messages.filter((message) => BigInt(message.offset) >= position).map((message) => toRawEvent(topic, partition, message));
    const beat = async () => {
      await heartbeat();
      if (!isRunning() || isStale() || stopping.signal.aborted) throw new Stopped();
    };
    let next = position;
    try {
      next = await applier.apply(topic, partition, position, events, beat);
    } catch (error) {
      if (error instanceof Stopped) return;
      // Anything else is the group's business (a rebalance noticed by the heartbeat); the client knows what to do.
      if (!(error instanceof Fenced) && !isDatabaseAway(error)) throw error;
      log.warn({ consumer: name, topic, partition, error: (error as Error).message }, 'batch put off');
      await abortableSleep(error instanceof Fenced ? 50 : 1_000, stopping.signal);
      seekTo(topic, partition, await loadOffset(pool as unknown as Tx, name, topic, partition).catch(() => position));
      return;
    }
    resolveOffset(batch.lastOffset());
    lags.set(place, BigInt(batch.highWatermark) - next);
  };

  const inTurn = (payload: EachBatchPayload): Promise<void> => {
    const key = `${payload.batch.topic}/${payload.batch.partition}`;
    const mine = (turns.get(key) ?? Promise.resolve()).then(() => onBatch(payload));
    turns.set(key, mine.catch(() => undefined));
    return mine;
  };

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    joined = true;
    lags.clear();
    void (async () => {
      for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
        for (const partition of partitions) seekTo(topic, partition, await loadOffset(pool as unknown as Tx, name, topic, partition));
      }
    })().catch((error: Error) => log.warn({ consumer: name, error: error.message }, 'could not seek after joining; each batch checks its position anyway'));
  });
  consumer.on(consumer.events.REBALANCING, () => { joined = false; });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    joined = false;
    if (!payload.restart && !stopping.signal.aborted) onFatal(payload.error);
  });

  const keepHouse = async () => {
    await applier.drainAll('only-waiting').catch((error: Error) => log.warn({ consumer: name, error: error.message }, 'draining parked events failed'));
  };

  return {
    async start() {
      // What was parked by an older build may be readable now.
      const drained = await applier.drainAll('everything');
      if (drained > 0) log.info({ consumer: name, drained }, 'parked events applied');
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({ autoCommit: true, autoCommitInterval: 5_000, eachBatchAutoResolve: false, partitionsConsumedConcurrently: partitionsAtOnce, eachBatch: inTurn });
      housekeeping = setInterval(() => void keepHouse(), 10_000);
    },
    async stop() {
      stopping.abort();
      clearInterval(housekeeping);
      await Promise.allSettled(turns.values());
      await consumer.disconnect().catch(() => undefined);
    },
    get joined() { return joined; },
    get lag() { return Number([...lags.values()].reduce((sum, lag) => sum + lag, 0n)); },
    retry: (subject) => applier.drain(subject),
  };
};

class Stopped extends Error {}
