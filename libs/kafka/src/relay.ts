import { randomUUID } from 'node:crypto';
import type { Source } from '@lianban/contracts';
import { adoptRestoredEvents, appendedChannel, beginRelayTerm, inSpansOf, loadRelayPosition, PreparingClient, readOutbox, wakeDirectly } from '@lianban/event-store';
import type { OutboxBatch, OutboxCursor, OutboxEntry, RelayTerm, Statement, Tx } from '@lianban/event-store';
import { SpanKind } from '@opentelemetry/api';
import { CompressionTypes, Partitioners } from 'kafkajs';
import type { Kafka } from 'kafkajs';
import type pg from 'pg';
import { kafkaClient } from './client.js';
import type { BackboneLog, ISocketFactory } from './client.js';
import { holdLease } from './lease.js';
import type { Lease } from './lease.js';
import { relayBatch, relayPublished, relayPublishSeconds, relayStumbles, watchRelay } from './metrics.js';
import { chunksOf } from './outgoing.js';
import type { Chunk } from './outgoing.js';
import { createOrderCheck } from './order-check.js';
import { abortableSleep, cutShort, within } from './sleep.js';

export interface RelayOptions {
  readonly source: Source;
  /** The service's own database address; the relay holds one connection of its own, for the lease, LISTEN and its reads. */
  readonly databaseUrl: string;
  /** Through which this process appends; its commits wake the relay directly while it leads here. Others notify it through the database. */
  readonly pool?: pg.Pool;
  readonly schema: string;
  readonly brokers: readonly string[];
  readonly log: BackboneLog;
  readonly batchSize?: number;
  /** Maps a topic of the contracts to the real one; tests use their own topics. */
  readonly topicName?: (topic: string) => string;
  /** How long an idle leader sleeps before it polls without a notification. */
  readonly idleMs?: number;
  /** How long a standby waits before it asks for leadership again. */
  readonly standbyMs?: number;
  /** How long the standbys wait for a leader that is still connected and says nothing: stopped, or cut off. */
  readonly leaseMs?: number;
  /** How the client reaches a broker, if not by plain TCP. */
  readonly socketFactory?: ISocketFactory;
}

export interface Relay {
  start(): void;
  /** Begins no request after it resolves, which it does within 7 s whatever broker and database do. */
  stop(): Promise<void>;
  readonly leading: boolean;
  readonly published: number;
  /** Streams whose versions did not follow each other: an alarm, not a repair. */
  readonly orderAlarms: number;
  /** How long the broker has owed an acknowledgement, in ms; 0 when it owes none. */
  readonly unacknowledgedMs: number;
}

const destination = 'kafka';
/** The client has its own, shorter limits. This one catches a wait that never ends. */
const answerWithinMs = 60_000;
/** How long a stop waits for acknowledgements in all. Unacknowledged events are published again by the next leader. */
const stopGraceMs = 4_000;
/** How long a stop may publish what was appended before. */
const flushMs = 2_000;
/** Together with the 6 s for open requests this stays below the 15 s that a supervisor waits. */
const stopWithinMs = 7_000;
/** After a batch of this size there is more: it is read while the broker writes. */
const manyEntries = 100;

/** The relay was told to stop, or has lost its lease, while the broker kept it waiting. */
class Interrupted extends Error {}

/**
 * Publishes the outbox to Kafka in commit order: at least once, one relay active at a time by a lease. A broker that is down delays
 * events and loses none: the position moves after the acknowledgement, by compare-and-set and under the lease.
 *
 * Every request holds what follows the position in commit order, without a gap, and goes out after the one before was acknowledged.
 * So whatever a leader sends that has lost its lease and does not know, which is at most the request in hand when it was
 * stopped, a reader that drops the versions it has had sees each stream in order.
 */
export const startRelay = (options: RelayOptions): Relay => {
  const relay = createRelay(options);
  relay.start();
  return relay;
};

export const createRelay = (options: RelayOptions): Relay => {
  const { source, databaseUrl, pool, schema, brokers, log, batchSize = 1000, topicName = (topic) => topic, idleMs = 1000, standbyMs = 500, leaseMs = 3_000, socketFactory } = options;
  const stopping = new AbortController();
  const kafka = kafkaClient(brokers, `lianban-${source}-relay`, log, socketFactory);
  const order = createOrderCheck(log);
  let running: Promise<void> = Promise.resolve();
  let leading = false;
  let published = 0;
  let askedAt: number | undefined;
  let stoppedAt = Infinity;

  /** What the broker is asked for, unless the term or the relay ends in between and the broker does not answer soon. */
  const answered = async (work: Promise<unknown>, lost: AbortSignal): Promise<void> => {
    const finished = new AbortController();
    const outcome = work.finally(() => finished.abort(cutShort));
    outcome.catch(() => undefined);
    askedAt = performance.now();
    try {
      const inTime = await abortableSleep(answerWithinMs, finished.signal, stopping.signal, lost);
      if (!inTime) throw new Error(`no answer of the broker within ${answerWithinMs} ms`);
      if (lost.aborted && !finished.signal.aborted) throw new Error('lost the lease while waiting for the broker');
      if (!finished.signal.aborted && !(await within(stoppedAt + stopGraceMs - performance.now(), outcome))) throw new Interrupted('stopped without an answer of the broker');
      await outcome;
    } finally {
      askedAt = undefined;
    }
  };

  const publish = async (outlet: Outlet, { entries, topicMessages }: Chunk, lost: AbortSignal) => {
    const took = relayPublishSeconds.startTimer();
    await inSpansOf(entries.map(({ traceParent }) => traceParent), `publish ${source}`, { kind: SpanKind.PRODUCER }, () => answered(outlet.send(topicMessages), lost));
    took();
    relayBatch.observe(entries.length);
    relayPublished.inc(entries.length);
  };

  /** Publishes from the stored position on. Ends by an error, by losing the lease, or by stopping. */
  const lead = async (tx: Tx, lease: Lease, listening: Listening) => {
    const outlet = createOutlet(kafka);
    let moving: Promise<void> = Promise.resolve();
    const endWaking = pool && wakeDirectly(pool, () => listening.wake());
    try {
      await answered(outlet.connect(), lease.lost);
      if (await adoptRestoredEvents(tx)) log.warn({ source }, 'the events come from another database cluster; publishing them all again');
      let cursor: OutboxCursor = await loadRelayPosition(tx, destination);
      order.forget();
      leading = true;
      log.info({ source, cursor }, 'relay leads');
      let pause = 0;
      let ahead: Promise<OutboxBatch> | undefined;
      while (!lease.lost.aborted) {
        // Before the look, so that a notification during it counts.
        const woken = listening.next();
        // The last read is a while ago; something may have come since, with a notification.
        const stale = ahead !== undefined;
        const { entries, more } = await (ahead ?? readOutbox(tx, source, cursor, batchSize));
        ahead = undefined;
        if (entries.length >= manyEntries) {
          ahead = readOutbox(tx, source, entries[entries.length - 1] as OutboxEntry, batchSize);
          ahead.catch(() => undefined);
        }
        for (const chunk of chunksOf(entries, topicName)) {
          order.check(chunk.entries);
          const holds = await lease.holds();
          if (performance.now() > stoppedAt + flushMs) return;
          if (holds) await publish(outlet, chunk, lease.lost);
          // The position of this request moves while the next is under way; that of the one before has to have moved.
          await moving;
          if (lease.lost.aborted) break;
          moving = lease.advance(cursor, chunk.end).then((moved) => { if (moved) published += chunk.entries.length; });
          moving.catch(() => undefined);
          cursor = chunk.end;
        }
        const found = entries.length > 0;
        if (found) pause = 0;
        // A stop publishes all that had been appended before.
        if (ahead || stale || (found && (more || stopping.signal.aborted))) continue;
        if (stopping.signal.aborted) return;
        // An older transaction may hold back what has been notified; its end notifies nobody, so look again soon.
        pause = more ? Math.min(250, Math.max(5, pause * 2)) : idleMs;
        if (await abortableSleep(pause, stopping.signal, lease.lost, woken)) pause = 0;
      }
      log.warn({ source }, 'somebody else leads, or has moved the position; standing down');
    } finally {
      leading = false;
      endWaking?.();
      await within(2_000, moving);
      // A new term takes a new producer: a new producer id starts clean, whatever this one left unanswered.
      await within(3_000, outlet.disconnect());
    }
  };

  const term = async () => {
    const client = new PreparingClient({
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
      const mine: RelayTerm = { destination, term: randomUUID(), leaseMs };
      // Polls, since a waiting statement would hold back vacuum.
      while (!(await beginRelayTerm(client, mine))) if (await abortableSleep(standbyMs, stopping.signal)) return;
      // If a database crash loses the position, events are published twice, which is allowed. Waiting for the disk would cost time always.
      await client.query(`SET synchronous_commit = off; LISTEN ${client.escapeIdentifier(appendedChannel(schema))}`);
      const tx = oneByOne(client);
      const lease = holdLease(tx, mine);
      try {
        await lead(tx, lease, listening);
      } finally {
        lease.release();
      }
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
      stoppedAt = performance.now();
      stopping.abort();
      if (!(await within(stopWithinMs, running))) log.warn({ source }, 'stopped without taking leave of broker and database');
      unwatch();
    },
    get leading() { return leading; },
    get published() { return published; },
    get orderAlarms() { return order.alarms; },
    get unacknowledgedMs() { return askedAt === undefined ? 0 : Math.round(performance.now() - askedAt); },
  };
  return relay;
};

/** A connection on which reading ahead, moving the position and renewing the lease take turns. */
const oneByOne = (client: pg.Client): Tx => {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    query<Row extends object>(statement: string | Statement, values?: unknown[]) {
      const mine = turn.then(() => client.query<Row>(statement as string, values));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
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
    wake: () => current.abort(cutShort),
    next: () => (current = new AbortController()).signal,
  };
};

interface Outlet {
  connect(): Promise<void>;
  /** @throws Error unless the brokers have acknowledged each partition that the messages belong to */
  send(topicMessages: Chunk['topicMessages']): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * kafkajs 2.2.4 sends to each broker the partitions it leads, and after a failure asks only brokers that have not answered yet: a partition whose new leader
 * had already acknowledged others of the same request was left out, and the request taken for done (its issue 1303). So what was
 * acknowledged is compared with where the messages belong; a request that falls short is sent again, whole, by a new producer.
 */
const createOutlet = (kafka: Kafka): Outlet => {
  const wanted = new Set<string>();
  let left = false;
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: () => {
      // Named, so that a client upgrade can't move a case to another partition (Java's murmur2).
      const choose = Partitioners.DefaultPartitioner();
      return (place) => {
        // The client asked again by itself for up to a minute, and by then the topic may be another.
        if (left) throw Object.assign(new Error('the relay has left the broker'), { retriable: false });
        const partition = choose(place);
        wanted.add(`${place.topic}/${partition}`);
        return partition;
      };
    },
  });
  return {
    connect: () => producer.connect(),
    async send(topicMessages) {
      wanted.clear();
      for (const { topicName, partition } of await producer.sendBatch({ acks: -1, compression: CompressionTypes.None, topicMessages: [...topicMessages] })) wanted.delete(`${topicName}/${partition}`);
      if (wanted.size > 0) throw new Error(`the brokers acknowledged nothing of ${[...wanted].join(', ')}`);
    },
    disconnect() {
      left = true;
      return producer.disconnect();
    },
  };
};
