import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { kafkaClient, type BackboneLog, type ISocketFactory } from './client.js';
import { damagedAt, unreadOf } from './fetch-answers.js';

/** A stretch of one partition: from the offset `from` up to, and without, `to`. */
export interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** For a moment, a broker that has just made or taken over a topic says that it does not lead it. The client retries for an unknown topic, but not for this. */
const leaderTries = 20;
const leaderTryMs = 500;

/** From the first to behind the last message of each partition of these topics, as it is now. */
export const topicBounds = async (brokers: readonly string[], topics: readonly string[], log: BackboneLog, socketFactory?: ISocketFactory): Promise<PartitionRange[]> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await askBounds(brokers, topics, log, socketFactory);
    } catch (error) {
      if (tries === leaderTries || (error as { type?: string }).type !== 'NOT_LEADER_FOR_PARTITION') throw error;
      await sleep(leaderTryMs);
    }
  }
};

/** Uses a new client, which has no old leaders cached. */
const askBounds = async (brokers: readonly string[], topics: readonly string[], log: BackboneLog, socketFactory?: ISocketFactory): Promise<PartitionRange[]> => {
  const admin = kafkaClient(brokers, 'lianban-reader', log, socketFactory).admin();
  await admin.connect();
  try {
    const bounds = await Promise.all(topics.map(async (topic) => (await admin.fetchTopicOffsets(topic))
      .map(({ partition, low, high }): PartitionRange => ({ topic, partition, from: BigInt(low), to: BigInt(high) }))));
    return bounds.flat();
  } finally {
    await admin.disconnect();
  }
};

/** What these topics hold now, partition by partition; those without a message are left out. */
export const topicRanges = async (brokers: readonly string[], topics: readonly string[], log: BackboneLog): Promise<PartitionRange[]> =>
  (await topicBounds(brokers, topics, log)).filter(({ from, to }) => from < to).sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);

export interface ReadOptions {
  readonly brokers: readonly string[];
  readonly log: BackboneLog;
  /** For the client's and the group's name. */
  readonly reader: string;
  readonly ranges: readonly PartitionRange[];
}

/** Fetched at a time: some thousand events. With one partition at a time a smaller piece would wait for the broker more than it works. */
const bytesAtOnce = 4_194_304;
/** A broker that comes back from a restart refuses for some seconds. */
const mostRestarts = 10;
/** Between two signs of life to the broker. */
const messagesAtOnce = 1_000;
/** If nothing arrives for this long it ends with an error, so that the caller learns of it. */
const silenceMs = 120_000;

/** Those from the offset `from` up to, and without, `to`; they are in order, so that nearly always two looks tell that it is all. */
const within = (messages: readonly KafkaMessage[], from: bigint, to: bigint): readonly KafkaMessage[] => {
  const isIn = ({ offset }: KafkaMessage) => BigInt(offset) >= from && BigInt(offset) < to;
  const [first, last] = [messages[0], messages.at(-1)];
  return first && last && isIn(first) && isIn(last) ? messages : messages.filter(isIn);
};

/**
 * Reads ranges one after the other, with a group of its own that commits nothing and is removed again. The next piece is fetched when `take` has
 * dealt with the last, so memory holds one piece, however long the topics are.
 */
export const readRanges = async (
  { brokers, log, reader, ranges }: ReadOptions, take: (range: PartitionRange, messages: readonly KafkaMessage[]) => Promise<void> | void,
  ended: (range: PartitionRange) => Promise<void> | void = () => undefined,
): Promise<void> => {
  const rest = [...ranges];
  if (rest.length === 0) return;
  const kafka = kafkaClient(brokers, `lianban-${reader}`, log);
  const groupId = `lianban-${reader}-${randomUUID()}`;
  let restarts = 0;
  /** When the client last had something for us; undefined while we deal with it. */
  let heardAt: number | undefined = performance.now();
  const consumer = kafka.consumer({
    groupId, maxWaitTimeInMs: 100, maxBytesPerPartition: bytesAtOnce, sessionTimeout: 60_000, rebalanceTimeout: 60_000, allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10, restartOnFailure: () => Promise.resolve((restarts += 1) < mostRestarts) },
  });
  let next = rest[0]?.from ?? 0n;

  /** Only the first of the rest is fetched. */
  const turnTo = (assignment: Readonly<Record<string, readonly number[]>>) => {
    const [current] = rest;
    for (const [topic, partitions] of Object.entries(assignment)) {
      const others = partitions.filter((partition) => topic !== current?.topic || partition !== current.partition);
      if (others.length > 0) consumer.pause([{ topic, partitions: others }]);
    }
    if (!current) return;
    consumer.seek({ topic: current.topic, partition: current.partition, offset: next.toString() });
    consumer.resume([{ topic: current.topic, partitions: [current.partition] }]);
  };

  let watch: NodeJS.Timeout | undefined;
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...new Set(rest.map(({ topic }) => topic))], fromBeginning: true });
    let assignment: Readonly<Record<string, readonly number[]>> = {};
    await new Promise<void>((resolve, reject) => {
      /** The caller's work. An error here ends the reading; the client alone would only retry. */
      const mine = async (work: () => Promise<void> | void): Promise<boolean> => {
        try {
          await work();
          return true;
        } catch (error) {
          rest.length = 0;
          reject(error instanceof Error ? error : new Error(String(error)));
          return false;
        }
      };
      watch = setInterval(() => {
        const [current] = rest;
        if (!current || heardAt === undefined || performance.now() - heardAt < silenceMs) return;
        void mine(() => { throw new Error(`nothing came of ${current.topic}/${current.partition} for ${silenceMs / 1_000} s; it was read up to ${next} of ${current.to}`); });
      }, 1_000);
      const onBatch = async ({ batch, heartbeat }: EachBatchPayload) => {
        const [current] = rest;
        if (!current || batch.topic !== current.topic || batch.partition !== current.partition) return;
        const end = BigInt(batch.lastOffset()) + 1n;
        // If the requested offset does not exist, the client starts again with what exists.
        if (end < next && !(await mine(() => { throw new Error(`${current.topic}/${current.partition} ends before ${next}: it was made anew, or has lost messages, while it was read`); }))) return;
        const messages = within(batch.messages, next, current.to);
        const damaged = messages.find((message) => unreadOf(message)?.reason === 'damaged');
        if (damaged && !(await mine(() => { throw new Error(`${damagedAt(current, damaged)}. Make the topic anew: npm run refill -- --again`); }))) return;
        for (let at = 0; at < messages.length; at += messagesAtOnce) {
          const some = messages.slice(at, at + messagesAtOnce);
          if (!(await mine(() => take(current, some)))) return;
          next = BigInt(some.at(-1)?.offset ?? next) + 1n;
          // When it throws, the group has moved on without us: the client joins again, and we go on at `next`.
          await heartbeat();
        }
        next = end;
        if (next < current.to || !(await mine(() => ended(current)))) return;
        rest.shift();
        if (rest[0]) next = rest[0].from;
        turnTo(assignment);
        if (rest.length === 0) resolve();
      };
      consumer.on(consumer.events.CRASH, ({ payload }) => { if (!payload.restart) reject(payload.error); });
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        assignment = payload.memberAssignment;
        turnTo(assignment);
      });
      consumer.run({
        autoCommit: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: async (payload) => {
          heardAt = undefined;
          await onBatch(payload).finally(() => { heardAt = performance.now(); });
        },
      }).catch(reject);
    });
  } finally {
    clearInterval(watch);
    await consumer.disconnect();
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
};
