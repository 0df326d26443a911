import { setMaxListeners } from 'node:events';
import type { Tx } from '@lianban/event-store';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { ActResult, Alongside } from './act-on-parked.js';
import { createApplier } from './apply-events.js';
import { kafkaClient } from './client.js';
import type { ISocketFactory } from './client.js';
import { toRawEvent } from './cloud-event.js';
import { whenAwaited } from './consistency.js';
import { Fenced, isDatabaseAway } from './failures.js';
import { damagedAt, unreadOf } from './fetch-answers.js';
import { createFollowing, placeOf } from './following.js';
import { createGathering } from './gather.js';
import type { ApplyOptions } from './handling.js';
import { putOff, unreadable, watchConsumer } from './metrics.js';
import { anyParked } from './parked-tables.js';
import type { Act } from './parked-tables.js';
import { topicBounds } from './read-ranges.js';
import { abortableSleep, within } from './sleep.js';
import { watchTopics } from './watch-topics.js';

/** How long a consumer lets things be, in milliseconds. Tests of what it does then need not wait as long. */
export interface ConsumerTimes {
  /** Between two looks at the topics and at what is parked. */
  readonly housekeepingMs: number;
  /** How long what a tool wrote into the table waits, and what another build's copy parked that this one can read. */
  readonly wishMs: number;
  /** How long a partition rests whose next batch is damaged: another replica may lead by then, or the topic be made anew. */
  readonly damagedRestMs: number;
  /** What a client that could not join is given to let go of its connections. */
  readonly joinAnewMs: number;
  /** Between two commits of the offsets, which are a hint for lag tools. */
  readonly commitMs: number;
  /** The longest pause before the client tries again. */
  readonly retryMs: number;
}

const usualTimes: ConsumerTimes = { housekeepingMs: 10_000, wishMs: 2_000, damagedRestMs: 15_000, joinAnewMs: 5_000, commitMs: 5_000, retryMs: 2_000 };

export interface ConsumerOptions extends ApplyOptions {
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  /** Kafka's group, where it is not that of the consumer's name: readers of one broker that have databases of their own must not share one. */
  readonly group?: string;
  /**
   * Least time between the starts of two fetches, in milliseconds; 200 unless said otherwise, 20 while a reader of this process waits (`awaitConsumed`). What comes
   * meanwhile shares a fetch and a transaction, and what comes after a pause does not wait: every fetch costs, on the same cores.
   */
  readonly fetchEveryMs?: number;
  /** How long a fetch waits at the broker for something new, in milliseconds; 1,000 unless said otherwise. A stop waits for it too. */
  readonly fetchWaitMs?: number;
  /** How the client reaches a broker, where it is not plain TCP. */
  readonly socketFactory?: ISocketFactory;
  readonly times?: ConsumerTimes | undefined;
}

export interface EventConsumer {
  /** Resolves once it has joined; or, with the broker away, after some seconds, and it goes on trying. */
  start(): Promise<void>;
  /** Finishes the transaction under way and leaves the group; ends within about 7 s also when broker or database keep it from that. */
  stop(): Promise<void>;
  readonly joined: boolean;
  /** Messages between here and the end of the assigned partitions, as of each partition's last fetch. */
  readonly lag: number;
  /** Topics that are not there, as of the last look (every 10 s). Nothing is lost: the event stores refill them. */
  readonly missingTopics: readonly string[];
  /** What keeps it, or a partition of it, from going on, in words; empty when nothing does. It tries again by itself; its process goes on, for others use it too. */
  readonly troubles: readonly string[];
  readonly name: string;
  /** Tries a parked event again or gives it up; what waits behind it follows by itself. `alongside` shares its transaction. */
  act(parkedEventId: string, act: Act, alongside?: Alongside): Promise<ActResult>;
}

/** Least time between the starts of two fetches while somebody waits in this process for what has not been applied. */
const awaitedFetchMs = 20;
/** Batches the client hands over at a time, so that all of a fetch can share a transaction. */
const batchesAtOnce = 64;
/** How long a partition may hold up the fetches of the others once these are through. */
const slowAfterMs = 2_000;
/** How long partitions of a group wait for each other before that, as several slow ones would without end. With `slowAfterMs` below the session's 15 s. */
const othersWithinMs = 5_000;
/** With the 6 s that requests may take to drain, below the 15 s that a supervisor waits. */
const stopWithinMs = 7_000;

const restUntil = async (end: number, ...signals: readonly AbortSignal[]): Promise<void> => {
  const rest = end - performance.now();
  if (rest > 0) await abortableSleep(rest, ...signals);
};

/**
 * Reads topics as a member of the group named after the consumer. Positions live in Postgres beside the effects; where Kafka's
 * committed offset, which is a hint for lag tools, disagrees, Postgres wins and the consumer seeks.
 */
export const createConsumer = (options: ConsumerOptions): EventConsumer => {
  const { consumer: name, brokers, topics, pool, log, fetchEveryMs = 200, fetchWaitMs = 1_000, socketFactory } = options;
  const { housekeepingMs, wishMs, damagedRestMs, joinAnewMs, commitMs, retryMs } = options.times ?? usualTimes;
  const reader: Tx = pool;
  const stopping = new AbortController();
  const applier = createApplier({ ...options, stopping: stopping.signal });
  const consumer: Consumer = kafkaClient(brokers, `lianban-${name}`, log, socketFactory).consumer({
    groupId: options.group ?? `lianban-${name}`,
    sessionTimeout: 15_000,
    rebalanceTimeout: 30_000,
    heartbeatInterval: 2_000,
    maxWaitTimeInMs: fetchWaitMs,
    maxBytesPerPartition: 1_048_576,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: retryMs, retries: 10, restartOnFailure: () => Promise.resolve(true) },
  });
  // Each partition may sleep until then.
  setMaxListeners(0, stopping.signal);
  const lags = new Map<string, bigint>();
  const gather = createGathering(applier.applyTogether);
  // Partitions whose batch takes so long that the others are fetched without them.
  const slow = new Map<string, Promise<unknown>>();
  // After a rebalance the client can run two handlers of one partition at once; they take turns, and the offset fences the late one.
  const turns = new Map<string, Promise<unknown>>();
  const topicWatch = watchTopics({ consumer: name, tx: reader, brokers, topics, log, socketFactory });
  const seekTo = (topic: string, partition: number, offset: bigint) => consumer.seek({ topic, partition, offset: offset.toString() });
  const following = createFollowing({
    consumer: name, tx: reader, log, seekTo, topics: topicWatch, bounds: (of) => topicBounds(brokers, of, log, socketFactory), isAside: (place) => slow.has(place),
  });
  /** Ends the housekeeper's pause. */
  let hurry = new AbortController();
  let everything = true;
  let joined = false;
  /** That the client gave up, and has not joined since. */
  let gaveUp: string | undefined;
  // Partitions that stand before a damaged batch.
  const damaged = new Map<string, string>();
  let background: Promise<unknown> = Promise.resolve();
  let unwatch = (): void => undefined;

  /** Lets the client fetch the other partitions while `work` goes on with this one, which is fetched again from where that ends. */
  const goOnWithout = (topic: string, partition: number, work: Promise<bigint>) => {
    const place = placeOf(topic, partition);
    consumer.pause([{ topic, partitions: [partition] }]);
    const ended = (async () => {
      try {
        seekTo(topic, partition, await work);
      } catch (error) {
        if (!(error instanceof Stopped)) log.warn({ consumer: name, topic, partition, error: (error as Error).message }, 'batch put off');
      }
      slow.delete(place);
      try {
        if (!stopping.signal.aborted) consumer.resume([{ topic, partitions: [partition] }]);
      } catch (error) {
        // The client has crashed and starts again, with nothing paused.
        log.warn({ consumer: name, topic, partition, error: (error as Error).message }, 'could not resume a partition');
      }
    })();
    slow.set(place, ended);
  };

  const noteUnreadable = (topic: string, partition: number, message: KafkaMessage) => {
    const unread = unreadOf(message);
    if (!unread || unread.reason === 'marker') return;
    unreadable.inc({ consumer: name, reason: unread.reason });
    log.error({ consumer: name, topic, partition, offset: String(unread.from), reason: unread.reason, error: unread.error },
      unread.reason === 'foreign' ? 'a batch that is not of Lianban can not be read; passed over' : 'a batch is damaged; waiting before it');
  };

  const standBefore = (topic: string, partition: number, next: bigint, broken: KafkaMessage) => {
    damaged.set(placeOf(topic, partition), damagedAt({ topic, partition }, broken));
    goOnWithout(topic, partition, abortableSleep(damagedRestMs, stopping.signal).then(() => next));
  };

  const onBatch = async ({ batch, heartbeat, isRunning, isStale, resolveOffset }: EachBatchPayload) => {
    const { topic, partition } = batch;
    const place = placeOf(topic, partition);
    const fetchedAt = performance.now();
    await slow.get(place);
    let groupError: unknown;
    const beat = async () => {
      await heartbeat().catch((error: unknown) => { groupError = error; throw error; });
      if (!isRunning() || isStale() || stopping.signal.aborted) throw new Stopped();
    };
    try {
      if (stopping.signal.aborted) return;
      const position = await following.positionOf(topic, partition);
      lags.set(place, BigInt(batch.highWatermark) - position);
      if (!(await following.follows(batch, position))) return;
      const ahead = batch.messages.filter((message) => BigInt(message.offset) >= position);
      for (const message of ahead) noteUnreadable(topic, partition, message);
      // What may be ours is not passed over: this partition waits there, and the others go on.
      const broken = ahead.find((message) => unreadOf(message)?.reason === 'damaged');
      const events = (broken ? ahead.slice(0, ahead.indexOf(broken)) : ahead).map((message) => toRawEvent(topic, partition, message));
      const { mine, others, leave } = await gather({ topic, partition, offset: position, events, beat });
      const work = mine.then((next) => {
        following.moved(topic, partition, next);
        lags.set(place, BigInt(batch.highWatermark) - next);
        return next;
      });
      if (!(await Promise.race([work.then(() => true), within(othersWithinMs, others).then(() => within(slowAfterMs, work))]))) {
        leave();
        log.warn({ consumer: name, topic, partition }, 'this partition is slow; the others go on without it');
        return goOnWithout(topic, partition, work);
      }
      const next = await work;
      if (broken) return standBefore(topic, partition, next, broken);
      damaged.delete(place);
      // Far ahead of what was fetched (another member was here, or Kafka's own offset was reset): no need to read it all again.
      if (next > BigInt(batch.lastOffset()) + 1n) seekTo(topic, partition, next);
      else resolveOffset(batch.lastOffset());
      await restUntil(fetchedAt + Math.min(fetchEveryMs, awaitedFetchMs), stopping.signal);
      await restUntil(fetchedAt + fetchEveryMs, stopping.signal, whenAwaited(name));
    } catch (error) {
      if (error instanceof Stopped || stopping.signal.aborted) return;
      // A rebalance noticed by the heartbeat is the client's business.
      if (error === groupError) throw error;
      // Everything else is not: a throwing handler makes the client leave the group, or end for good. The batch comes again.
      const fenced = error instanceof Fenced;
      const level = fenced || isDatabaseAway(error) ? 'warn' : 'error';
      putOff.inc({ consumer: name, reason: fenced ? 'fenced' : level === 'warn' ? 'database' : 'error' });
      log[level]({ consumer: name, topic, partition, error: (error as Error).message }, 'batch put off');
      await abortableSleep(fenced ? 50 : 1_000, stopping.signal);
    }
  };

  const inTurn = (payload: EachBatchPayload): Promise<void> => {
    const key = placeOf(payload.batch.topic, payload.batch.partition);
    const mine = (turns.get(key) ?? Promise.resolve()).then(() => onBatch(payload));
    turns.set(key, mine.catch(() => undefined));
    return mine;
  };

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    joined = true;
    gaveUp = undefined;
    damaged.clear();
    lags.clear();
    following.assigned(payload.memberAssignment);
    everything = true;
    // A client that has crashed starts with nothing paused.
    consumer.pause(Object.entries(payload.memberAssignment).map(([topic, partitions]) => ({ topic, partitions: partitions.filter((partition) => slow.has(placeOf(topic, partition))) })));
    void (async () => {
      // Looked at again before long; what can't be told now does not keep the consumer from reading.
      await topicWatch.look().catch((error: unknown) => log.warn({ consumer: name, error: (error as Error).message }, 'could not look at the topics'));
      while (!stopping.signal.aborted) {
        try {
          return await following.seekToPositions();
        } catch (error) {
          log.warn({ consumer: name, error: (error as Error).message }, 'could not seek after joining');
          await abortableSleep(1_000, stopping.signal);
        }
      }
    })();
  });
  consumer.on(consumer.events.REBALANCING, () => { joined = false; });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    joined = false;
    if (payload.restart || stopping.signal.aborted) return;
    gaveUp = `consumer ${name} has lost its group, and tries to join it`;
    log.error({ consumer: name, error: payload.error.message }, 'the client gave up; starting it again');
    void keepJoining();
  });

  const join = async () => {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({ autoCommit: true, autoCommitInterval: commitMs, eachBatchAutoResolve: false, partitionsConsumedConcurrently: batchesAtOnce, eachBatch: inTurn });
  };

  const tryToJoin = async (): Promise<boolean> => {
    try {
      await join();
      return true;
    } catch (error) {
      log.warn({ consumer: name, error: (error as Error).message }, 'could not join the group; trying again');
      // With a connection whose greeting went unanswered the client would not greet again.
      await within(joinAnewMs, consumer.disconnect());
      return false;
    }
  };

  const keepJoining = async () => {
    for (let pause = 1_000; !(await abortableSleep(pause, stopping.signal)) && !(await tryToJoin()); pause = Math.min(2 * pause, 15_000));
  };

  /**
   * After a start or a rebalance everything is tried again, since this build may do what one that was here before could not; after
   * that only what can go on by itself, and what an operator asks for.
   */
  const drainParked = async (thorough: boolean) => {
    const all = everything;
    everything = false;
    try {
      if (!(await anyParked(reader, name))) return;
      await applier.honourWishes();
      let drained = all ? await applier.drainEverything() : await applier.drainReadable();
      if (thorough) drained += await applier.drainFree();
      if (drained > 0) log.info({ consumer: name, drained }, 'parked events applied');
    } catch (error) {
      everything ||= all;
      log.warn({ consumer: name, error: (error as Error).message }, 'draining parked events failed');
    }
  };

  const keepHouse = async () => {
    let thoroughAt = 0;
    let hurried = false;
    while (!stopping.signal.aborted) {
      const due = Date.now() - thoroughAt >= housekeepingMs;
      if (due) thoroughAt = Date.now();
      await drainParked(due || hurried);
      if (due) {
        await following.lookAtTopics().then(following.seekAgain).catch((error: unknown) => log.warn({ consumer: name, error: (error as Error).message }, 'could not look at the topics'));
      }
      await abortableSleep(wishMs, stopping.signal, hurry.signal);
      hurried = hurry.signal.aborted;
      if (hurried) hurry = new AbortController();
    }
  };

  return {
    async start() {
      unwatch = watchConsumer({ consumer: name, lags, get joined() { return joined; }, get stopped() { return damaged.size; } });
      const first = await tryToJoin();
      background = Promise.all([keepHouse(), first ? undefined : keepJoining()]);
    },
    async stop() {
      stopping.abort();
      unwatch();
      joined = false;
      const left = within(stopWithinMs, Promise.allSettled([...turns.values(), ...slow.values(), background]).then(() => consumer.disconnect()));
      if (!(await left)) log.warn({ consumer: name }, 'stopped without leaving the group');
    },
    get joined() { return joined; },
    get lag() { return Number([...lags.values()].reduce((sum, lag) => sum + lag, 0n)); },
    get missingTopics() { return topicWatch.missing; },
    get troubles() { return [...gaveUp ? [gaveUp] : [], ...damaged.values()]; },
    name,
    async act(id, wanted, alongside) {
      const result = await applier.act(id, wanted, alongside);
      hurry.abort();
      return result;
    },
  };
};

class Stopped extends Error {}
