/** From the store to Kafka: what the relay of one service publishes, beside a bare producer that is handed the same messages ready-made. */
import { topics } from '@lianban/contracts';
import { createRelay, kafkaClient, type Relay, toMessage } from '@lianban/kafka';
import { outboxStart, readOutbox, type OutboxEntry } from '@lianban/event-store';
import { CompressionTypes, type Message, Partitioners } from 'kafkajs';
import pg from 'pg';
import { lifeOf } from './case-lives.js';
import { alternate, type Benchmark } from './measure.js';

const log = { info: () => undefined, warn: () => undefined, error: (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`) };
/** About what the relay puts into one request. */
const perRequest = 400;

/** Whole lives, all in intake's store: what they say does not matter here, their size does. */
const storeLives = async (admin: pg.Client, events: number): Promise<number> => {
  let stored = 0;
  for (let n = 0; stored < events; n += 1) {
    const rows = lifeOf(n).map((event, index) => ({ ...event, version: index + 1 }));
    await admin.query(
      `INSERT INTO intake.event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor)
       SELECT e->>'streamId', (e->>'version')::int, (e->>'id')::uuid, e->>'type', e->'data', (e->>'occurredAt')::timestamptz, (e->>'recordedAt')::timestamptz,
              e->>'correlationId', e->>'causationId', e->'actor' FROM jsonb_array_elements($1) AS e`,
      [JSON.stringify(rows)],
    );
    stored += rows.length;
  }
  await admin.query('VACUUM (ANALYZE) intake.event');
  return stored;
};

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => { setTimeout(resolve, 2); });
};

const perSecond = (events: number, startedAt: number): number => events / ((performance.now() - startedAt) / 1000);

const produce = async (brokers: readonly string[], topic: string, messages: readonly Message[]): Promise<number> => {
  const producer = kafkaClient(brokers, 'bench-producer', log).producer({
    idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const startedAt = performance.now();
  for (let first = 0; first < messages.length; first += perRequest) {
    await producer.sendBatch({ acks: -1, compression: CompressionTypes.None, topicMessages: [{ topic, messages: messages.slice(first, first + perRequest) }] });
  }
  const rate = perSecond(messages.length, startedAt);
  await producer.disconnect();
  return rate;
};

export const relayBenchmark: Benchmark = {
  name: 'relay',
  title: 'Relay: events from the store to Kafka',
  about: 'One relay catches up with a store full of whole lives: reads, makes messages, publishes with acks of all replicas, moves its position. '
    + 'The baseline is kafkajs with the same payloads, keys and headers as ready-made messages, idempotent, one request in flight.',
  async run(context) {
    const { urls, adminUrl } = await context.postgres();
    const { brokers } = await context.kafka();
    const topic = topics.case;
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    const events = await storeLives(admin, context.quick ? 1_000 : 40_000);
    const pool = new pg.Pool({ connectionString: urls.intake, max: 1 });
    const { entries }: { entries: OutboxEntry[] } = await readOutbox(pool, 'intake', outboxStart, events, Number.MAX_SAFE_INTEGER);
    await pool.end();
    const messages = entries.map((entry) => toMessage(entry));

    const relay = async (): Promise<number> => {
      await admin.query('DELETE FROM intake.relay_position');
      const running: Relay = createRelay({ source: 'intake', databaseUrl: urls.intake, schema: 'intake', brokers, log });
      running.start();
      await until(() => running.leading);
      const startedAt = performance.now();
      await until(() => running.published >= events);
      const rate = perSecond(events, startedAt);
      await running.stop();
      return rate;
    };
    try {
      await produce(brokers, topic, messages.slice(0, 5_000));
      const rates = await alternate(context.rounds, { relay, producer: () => produce(brokers, topic, messages) });
      context.report({
        what: 'events published', unit: 'events/s', values: rates.relay, baseline: { name: 'kafkajs producer, same messages', values: rates.producer }, aim: '≥ 60 %',
        note: `${events} events, ${Math.round(messages.reduce((sum, { value }) => sum + Buffer.byteLength(value ?? ''), 0) / messages.length)} bytes of payload each`,
      });
    } finally {
      await admin.end();
    }
  },
};
