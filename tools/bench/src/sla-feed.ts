/** Hands events to sla as its consumer does, without Kafka: checked, in order, so many to a transaction, positions in Postgres. */
import { factEventTypes } from '@lianban/sla/facts';
import { RuleBook } from '@lianban/sla/rule-book';
import { readSettings, type SlaSettings } from '@lianban/sla/settings';
import { WatchCase } from '@lianban/sla/watch-case';
import { topics } from '@lianban/contracts';
import { postgresEventStore, PreparingClient } from '@lianban/event-store';
import type { EventStore, OutboxEntry } from '@lianban/event-store';
import { createApplier, toMessage, toRawEvent } from '@lianban/kafka';
import { eventsTogether, handleTogether } from '@lianban/service-kit';
import type { KafkaMessage } from 'kafkajs';
import pg from 'pg';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { lifeOf } from './case-lives.js';

export interface Sla {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly book: RuleBook;
  readonly settings: SlaSettings;
  /** Takes in events that were read from the topic. Resolves to the seconds from the first transaction to the end of the last. */
  feed(entries: readonly OutboxEntry[]): Promise<number>;
  end(): Promise<void>;
}

/** @param url of sla's own role; the tables are empty */
export const startSla = async (url: string): Promise<Sla> => {
  // As the service opens it.
  const pool = new pg.Pool({ connectionString: url, Client: PreparingClient, max: 8, pipeline: true, query_timeout: 15_000 });
  const store = postgresEventStore(pool, 'sla');
  const book = new RuleBook(pool);
  await book.onModuleInit();
  const settings = readSettings();
  const watch = new WatchCase(book, settings);
  const { apply } = createApplier({
    consumer: 'sla', pool, log: troubleOnly, ownSource: 'sla', handled: new Set(factEventTypes), batchSize: eventsTogether,
    handle: (tx, envelopes) => handleTogether(tx, store, 'sla', envelopes, (event, context) => watch.on(event, context)),
  });
  let offset = 0n;
  return {
    pool, store, book, settings,
    async feed(entries) {
      const raw = entries.map((entry, index) => toRawEvent(topics.case, 0, { ...toMessage(entry), offset: String(offset + BigInt(index)) } as KafkaMessage));
      const startedAt = performance.now();
      offset = await apply(topics.case, 0, offset, raw, () => Promise.resolve());
      return (performance.now() - startedAt) / 1000;
    },
    end: () => pool.end(),
  };
};

/** A figure about events that were put aside would be worthless. */
export const requireNoneParked = async ({ pool }: Sla): Promise<void> => {
  const { rows } = await pool.query<{ parked: number }>('SELECT count(*)::int AS parked FROM parked_event');
  if (rows[0]?.parked !== 0) throw new Error(`${rows[0]?.parked} events were parked`);
};

/** Registrations and nothing more: each starts the clock for the first contact (2 hours, a warning after one). */
export const registrations = (first: number, count: number, registeredAt: (index: number) => number): OutboxEntry[] =>
  Array.from({ length: count }, (_, index) => lifeOf(first + index, registeredAt(index)).slice(0, 1)).flat();
