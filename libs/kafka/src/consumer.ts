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

/** A consumer's pauses, in milliseconds. Tests set shorter ones. */
export interface ConsumerTimes {
  /** Between two checks of the topics and of parked events. */
  readonly housekeepingMs: number;
  /** The longest wait of a tool's request in the table, and of an event that another build parked and this one can read. */
  readonly wishMs: number;
  /** Pause of a partition whose next batch is damaged: after it another replica may lead, or the topic may have been remade. */
  readonly damagedRestMs: number;
  /** How long a client that could not join may take to close its connections. */
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
  /** Kafka's group, if it is not named after the consumer: readers on one broker with separate databases must not share a group. */
  readonly group?: string;
  /**
   * Least time between the starts of two fetches, in milliseconds; 200 unless said otherwise, 20 while a reader of this process waits (`awaitConsumed`). What comes
   * meanwhile shares a fetch and a transaction, and what comes after a pause does not wait: every fetch costs, on the same cores.
   */
  readonly fetchEveryMs?: number;
  /** How long a fetch waits at the broker for something new, in milliseconds; 1,000 unless said otherwise. A stop waits for it too. */
  readonly fetchWaitMs?: number;
  /** How the client reaches a broker, if not by plain TCP. */
  readonly socketFactory?: ISocketFactory;
  readonly times?: ConsumerTimes | undefined;
}

export interface EventConsumer {
  /** Resolves once it has joined. If the broker is down it resolves after some seconds and keeps trying. */
  start(): Promise<void>;
  /** Finishes the transaction under way and leaves the group; ends within about 7 s also when broker or database keep it from that. */
  stop(): Promise<void>;
  readonly joined: boolean;
  /** Messages between here and the end of the assigned partitions, as of each partition's last fetch. */
  readonly lag: number;
  /** Topics that were missing at the last check (every 10 s). Nothing is lost: the event stores refill them. */
  readonly missingTopics: readonly string[];
  /** Why it, or one of its partitions, is stopped, in words; empty when nothing is wrong. It retries by itself, and its process keeps running. */
  readonly troubles: readonly string[];
  readonly name: string;
  /** Retries or skips a parked event; the events behind it follow by themselves. `alongside` runs in its transaction. */
  act(parkedEventId: string, act: Act, alongside?: Alongside): Promise<ActResult>;
}

/** Least time between the starts of two fetches while a reader in this process waits. */
const awaitedFetchMs = 20;
/** How many batches the client hands over at a time, so that all of a fetch can share a transaction. */
const batchesAtOnce = 64;
/** How long a busy partition may delay the fetches of the others once these are done. */
const slowAfterMs = 2_000;
/** How long partitions of a group wait for each other before that, as several slow ones would without end. With `slowAfterMs` below the session's 15 s. */
const othersWithinMs = 5_000;
/** Together with the 6 s for open requests this stays below the 15 s that a supervisor waits. */
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
  // Each partition sleeps until then.
  setMaxListeners(0, stopping.signal);
  const lags = new Map<string, bigint>();
  const gather = createGathering(applier.applyTogether);
  // Partitions whose batch takes so long that the others go on without them.
  const slow = new Map<string, Promise<unknown>>();
  // After a rebalance the client can run two handlers of one partition at once; they take turns, and the offset fences the late one.
  const turns = new Map<string, Promise<unknown>>();
  const topicWatch = watchTopics({ consumer: name, tx: reader, brokers, topics, log, socketFactory });
  const seekTo = (topic: string, partition: number, offset: bigint) => consumer.seek({ topic, partition, offset: offset.toString() });
  const following = createFollowing({
    consumer: name, tx: reader, log, seekTo, topics: topicWatch, bounds: (of) => topicBounds(brokers, of, log, socketFactory), isAside: (place) => slow.has(place),
  });
  /** Ends the pause of the periodic checks. */
  let hurry = new AbortController();
  let everything = true;
  let joined = false;
  /** The client gave up, and has not joined since. */
  let gaveUp: string | undefined;
  // Partitions stopped at a damaged batch.
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
      // The batch may be ours, so it is not skipped: this partition waits there, and the others go on.
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
      // The position is far ahead of what was fetched (another member was here, or Kafka's offset was reset), so skip reading it again.
      if (next > BigInt(batch.lastOffset()) + 1n) seekTo(topic, partition, next);
      else resolveOffset(batch.lastOffset());
      await restUntil(fetchedAt + Math.min(fetchEveryMs, awaitedFetchMs), stopping.signal);
      await restUntil(fetchedAt + fetchEveryMs, stopping.signal, whenAwaited(name));
    } catch (error) {
      if (error instanceof Stopped || stopping.signal.aborted) return;
      // The client handles a rebalance that its heartbeat notices.
      if (error === groupError) throw error;
      // Any other error must not reach the client: a throwing handler makes it leave the group, or stop for good. The batch comes again.
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
    // A partition that stays here keeps its lag until its next fetch, which may wait long for a batch under way.
    const places = new Set(Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) => partitions.map((partition) => placeOf(topic, partition))));
    for (const place of lags.keys()) if (!places.has(place)) lags.delete(place);
    following.assigned(payload.memberAssignment);
    everything = true;
    // A client that has crashed starts with nothing paused.
    consumer.pause(Object.entries(payload.memberAssignment).map(([topic, partitions]) => ({ topic, partitions: partitions.filter((partition) => slow.has(placeOf(topic, partition))) })));
    void (async () => {
      // It is checked again soon. A check that fails now does not stop the consumer from reading.
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
      // If a connection's handshake got no answer, the client would not repeat it on that connection.
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
