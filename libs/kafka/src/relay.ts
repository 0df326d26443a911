import type { Source } from '@lianban/contracts';
import { adoptRestoredEvents, appendedChannel, inSpansOf, loadRelayPosition, moveRelayPosition, outboxHolds, readOutbox } from '@lianban/event-store';
import type { OutboxCursor, OutboxEntry, Tx } from '@lianban/event-store';
import { SpanKind } from '@opentelemetry/api';
import { CompressionTypes, Partitioners } from 'kafkajs';
import type { Kafka, Producer } from 'kafkajs';
import pg from 'pg';
import { kafkaClient } from './client.js';
import type { BackboneLog, ISocketFactory } from './client.js';
import { relayBatch, relayPublished, relayPublishSeconds, relayStumbles, watchRelay } from './metrics.js';
import { chunksOf, topicMessages } from './outgoing.js';
import { createOrderCheck } from './order-check.js';
import { abortableSleep, within } from './sleep.js';

export interface RelayOptions {
  readonly source: Source;
  /** The service's own database address; the relay holds one connection of its own, for the lock, LISTEN and its reads. */
  readonly databaseUrl: string;
  readonly schema: string;
  readonly brokers: readonly string[];
  readonly log: BackboneLog;
  readonly batchSize?: number;
  /** Maps a topic of the contracts to the real one; tests use their own topics. */
  readonly topicName?: (topic: string) => string;
  /** How long an idle leader sleeps before it looks without having been notified. */
  readonly idleMs?: number;
  /** How long a standby waits before it asks for leadership again. */
  readonly standbyMs?: number;
  /** How the client reaches a broker, where it is not plain TCP. */
  readonly socketFactory?: ISocketFactory;
}

export interface Relay {
  start(): void;
  /** Publishes nothing more after it resolves, which it does within about 10 s whatever broker and database do. */
  stop(): Promise<void>;
  readonly leading: boolean;
  readonly published: number;
  /** Streams whose versions did not follow each other: an alarm, not a repair. */
  readonly orderAlarms: number;
}

const destination = 'kafka';
/** The client has its own, shorter limits; this one is for the case that it waits for something that never comes. */
const answerWithinMs = 60_000;
/** What a stop waits for an acknowledgement; without one the events are published again by the next leader. */
const stopGraceMs = 4_000;

/** The relay was told to stop while the broker kept it waiting. */
class Interrupted extends Error {}

/**
 * Publishes the outbox to Kafka in commit order: at least once, one relay active at a time (an advisory lock; the position is
 * compare-and-set besides). A broker that is down delays events and loses none: the position moves after the acknowledgement.
 */
export const startRelay = (options: RelayOptions): Relay => {
  const relay = createRelay(options);
  relay.start();
  return relay;
};

export const createRelay = (options: RelayOptions): Relay => {
  const { source, databaseUrl, schema, brokers, log, batchSize = 1000, topicName = (topic) => topic, idleMs = 1000, standbyMs = 1000, socketFactory } = options;
  const stopping = new AbortController();
  const kafka = kafkaClient(brokers, `lianban-${source}-relay`, log, socketFactory);
  const order = createOrderCheck(log);
  let running: Promise<void> = Promise.resolve();
  let leading = false;
  let published = 0;

  /** What the broker is asked for, unless a stop comes in between and the broker does not answer soon. */
  const answered = async (work: Promise<unknown>): Promise<void> => {
    const finished = new AbortController();
    const outcome = work.finally(() => finished.abort());
    outcome.catch(() => undefined);
    const inTime = await abortableSleep(answerWithinMs, finished.signal, stopping.signal);
    if (!inTime) throw new Error(`no answer of the broker within ${answerWithinMs} ms`);
    if (!finished.signal.aborted && !(await within(stopGraceMs, outcome))) throw new Interrupted('stopped without an answer of the broker');
    await outcome;
  };

  const publish = (producer: Producer, entries: readonly OutboxEntry[]) =>
    inSpansOf(entries.map(({ traceParent }) => traceParent), `publish ${source}`, { kind: SpanKind.PRODUCER }, () => answered(producer.sendBatch({
      acks: -1,
      compression: CompressionTypes.None,
      topicMessages: topicMessages(entries, topicName),
    })));

  /** One term of leadership: ends by an error, by losing the lock, or by stopping. */
  const lead = async (tx: Tx, listening: Listening) => {
    const producer = newProducer(kafka);
    try {
      await answered(producer.connect());
      if (await adoptRestoredEvents(tx)) log.warn({ source }, 'the events come from another database cluster; publishing them all again');
      let cursor: OutboxCursor = await loadRelayPosition(tx, destination);
      order.forget();
      leading = true;
      log.info({ source, cursor }, 'relay leads');
      let pause = 0;
      while (!stopping.signal.aborted) {
        // Before the look, so that a notification during it counts.
        const woken = listening.next();
        const entries = await readOutbox(tx, source, cursor, batchSize);
        if (entries.length === 0) {
          // An older transaction may hold back what has been notified; its end notifies nobody, so look again soon.
          pause = (await outboxHolds(tx, cursor)) ? Math.min(250, Math.max(5, pause * 2)) : idleMs;
          if (await abortableSleep(pause, stopping.signal, woken)) pause = 0;
          continue;
        }
        pause = 0;
        for (const chunk of chunksOf(entries)) {
          order.check(chunk);
          const took = relayPublishSeconds.startTimer();
          await publish(producer, chunk);
          took();
          relayBatch.observe(chunk.length);
          relayPublished.inc(chunk.length);
          const last = chunk[chunk.length - 1] as OutboxEntry;
          const next = { xid: last.xid, position: last.position };
          if (!(await moveRelayPosition(tx, destination, cursor, next))) {
            log.warn({ source }, 'the position was moved by someone else; standing down');
            return;
          }
          cursor = next;
          published += chunk.length;
          if (stopping.signal.aborted) return;
        }
      }
    } finally {
      leading = false;
      // A new term takes a new producer: a new producer id starts clean, whatever this one left unanswered.
      await within(3_000, producer.disconnect());
    }
  };

  const term = async () => {
    const client = new pg.Client({
      connectionString: databaseUrl, application_name: `${source}-relay`, keepAlive: true, connectionTimeoutMillis: 5_000, query_timeout: 30_000,
    });
    const listening = createListening();
    client.on('notification', () => listening.wake());
    client.on('end', () => listening.wake());
    client.on('error', (error) => {
      log.warn({ source, error: error.message }, 'relay lost its database connection');
      listening.wake();
    });
    try {
      await client.connect();
      const lock = async () => (await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS locked', [`relay:${schema}`])).rows[0]?.locked;
      // Asking again and again, since a statement that waits for the lock would hold back vacuum all the while.
      while (!(await lock())) if (await abortableSleep(standbyMs, stopping.signal)) return;
      await client.query(`LISTEN ${client.escapeIdentifier(appendedChannel(schema))}`);
      await lead(client, listening);
    } finally {
      await within(2_000, client.end());
    }
  };

  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await term();
      } catch (error) {
        if (!(error instanceof Interrupted)) {
          relayStumbles.inc();
          log.warn({ source, error: (error as Error).message }, 'relay stumbled; it starts again from its position');
        }
      }
      await abortableSleep(Math.min(idleMs, standbyMs), stopping.signal);
    }
  };

  let unwatch = (): void => undefined;
  const relay: Relay = {
    start() {
      unwatch = watchRelay(relay);
      running = run();
    },
    async stop() {
      stopping.abort();
      await running;
      unwatch();
    },
    get leading() { return leading; },
    get published() { return published; },
    get orderAlarms() { return order.alarms; },
  };
  return relay;
};

/** Tells a sleeper of notifications, also of one that came between its look and its sleep. */
interface Listening {
  wake(): void;
  /** Fires with the next notification from now on. */
  next(): AbortSignal;
}

const createListening = (): Listening => {
  let current = new AbortController();
  return {
    wake: () => current.abort(),
    next: () => (current = new AbortController()).signal,
  };
};

const newProducer = (kafka: Kafka): Producer =>
  kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // Named, so that a client upgrade can't move a case to another partition (Java's murmur2).
    createPartitioner: Partitioners.DefaultPartitioner,
  });
