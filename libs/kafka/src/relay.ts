import type { Source } from '@lianban/contracts';
import { definitionOf, topics } from '@lianban/contracts';
import { appendedChannel, loadRelayPosition, moveRelayPosition, readOutbox } from '@lianban/event-store';
import type { OutboxCursor, OutboxEntry, Tx } from '@lianban/event-store';
import { CompressionTypes, Partitioners } from 'kafkajs';
import type { Kafka, Producer } from 'kafkajs';
import pg from 'pg';
import { kafkaClient } from './client.js';
import type { BackboneLog } from './client.js';
import { toMessage } from './cloud-event.js';
import { abortableSleep } from './sleep.js';

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
  /** How long a standby waits before it asks for leadership again, and an idle leader before it looks without a NOTIFY. */
  readonly idleMs?: number;
}

export interface Relay {
  start(): void;
  /** Publishes nothing more after it resolves. */
  stop(): Promise<void>;
  readonly leading: boolean;
  readonly published: number;
  /** Streams whose versions did not follow each other: an alarm, not a repair. */
  readonly orderAlarms: number;
}

const destination = 'kafka';

/**
 * Publishes the outbox to Kafka in commit order: at least once, one relay active at a time (an advisory lock; the position is
 * compare-and-set besides). A broker that is down delays events and loses none: the position moves after the acknowledgement.
 */
export const startRelay = (options: RelayOptions): Relay => {
  const relay = createRelay(options);
  relay.start();
  return relay;
};

export const createRelay = ({ source, databaseUrl, schema, brokers, log, batchSize = 1000, topicName = (t) => t, idleMs = 1000 }: RelayOptions): Relay => {
  const stopping = new AbortController();
  const kafka = kafkaClient(brokers, `lianban-${source}-relay`, log);
  const lastVersions = new Map<string, number>();
  let running: Promise<void> = Promise.resolve();
  let leading = false;
  let published = 0;
  let orderAlarms = 0;
  let wake = new AbortController();

  const checkOrder = (entries: readonly OutboxEntry[]) => {
    for (const { streamId, streamVersion } of entries) {
      const last = lastVersions.get(streamId);
      if (last !== undefined && streamVersion !== last + 1) {
        orderAlarms += 1;
        log.error({ streamId, streamVersion, last }, 'versions of a stream do not follow each other in commit order');
      }
      // Re-inserting keeps the most recently seen streams when the oldest are dropped.
      lastVersions.delete(streamId);
      lastVersions.set(streamId, streamVersion);
    }
    while (lastVersions.size > 100_000) lastVersions.delete(lastVersions.keys().next().value as string);
  };

  const publish = async (producer: Producer, entries: readonly OutboxEntry[]) => {
    const byTopic = new Map<string, OutboxEntry[]>();
    for (const entry of entries) {
      const topic = topicName(definitionOf(entry.type)?.topic ?? topics.case);
      const sameTopic = byTopic.get(topic);
      if (sameTopic) sameTopic.push(entry);
      else byTopic.set(topic, [entry]);
    }
    await producer.sendBatch({
      acks: -1,
      compression: CompressionTypes.None,
      topicMessages: [...byTopic].map(([topic, some]) => ({ topic, messages: some.map(toMessage) })),
    });
  };

  /** One term of leadership: ends by an error, by losing the lock, or by stopping. */
  const lead = async (client: pg.Client, tx: Tx) => {
    const producer = newProducer(kafka);
    try {
      await producer.connect();
      let cursor: OutboxCursor = await loadRelayPosition(tx, destination);
      lastVersions.clear();
      leading = true;
      log.info({ source, cursor }, 'relay leads');
      let idleFor = 0;
      while (!stopping.signal.aborted) {
        wake = new AbortController();
        const entries = await readOutbox(tx, source, cursor, batchSize);
        const last = entries.at(-1);
        if (!last) {
          // A NOTIFY may come while an older transaction still hides the event: look again soon, then ever more rarely.
          idleFor = Math.min(idleMs, Math.max(5, idleFor * 2));
          const woken = await abortableSleep(idleFor, stopping.signal, wake.signal);
          if (woken) idleFor = 0;
          continue;
        }
        idleFor = 0;
        checkOrder(entries);
        await publish(producer, entries);
        const next = { xid: last.xid, position: last.position };
        if (!(await moveRelayPosition(tx, destination, cursor, next))) {
          log.warn({ source }, 'another relay has moved the position; standing down');
          return;
        }
        cursor = next;
        published += entries.length;
      }
    } finally {
      leading = false;
      await producer.disconnect().catch(() => undefined);
    }
  };

  const term = async () => {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: `${source}-relay`, keepAlive: true });
    client.on('error', (error) => log.warn({ source, error: error.message }, 'relay lost its database connection'));
    client.on('notification', () => wake.abort());
    try {
      await client.connect();
      const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS locked', [`relay:${schema}`]);
      if (!rows[0]?.locked) return;
      await client.query(`LISTEN ${client.escapeIdentifier(appendedChannel(schema))}`);
      await lead(client, client as unknown as Tx);
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await term();
      } catch (error) {
        log.warn({ source, error: (error as Error).message }, 'relay stumbled; it starts again from its position');
      }
      await abortableSleep(idleMs, stopping.signal);
    }
  };

  return {
    start() { running = run(); },
    async stop() {
      stopping.abort();
      await running;
    },
    get leading() { return leading; },
    get published() { return published; },
    get orderAlarms() { return orderAlarms; },
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
