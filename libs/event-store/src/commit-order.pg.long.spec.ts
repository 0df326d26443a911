import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { contacted, meta } from '../test-support/events.js';
import { randomFrom } from '../test-support/random.js';
import { ConflictError } from './event-store.js';
import type { EventStore } from './event-store.js';
import { outboxStart, readOutbox } from './outbox.js';
import type { OutboxCursor } from './outbox.js';
import { postgresEventStore } from './postgres-event-store.js';

const writers = 16;
const target = 50_000;

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;

beforeAll(async () => {
  const database = await (await infrastructure.postgres()).serviceDatabase();
  // For the reader that goes by position only; the store itself has no use for it.
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query('CREATE INDEX by_position ON intake.event (position)');
  await admin.end();
  pool = new pg.Pool({ connectionString: database.services.intake, max: writers + 3 });
  store = postgresEventStore(pool, 'intake');
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

class ChangedMyMind extends Error {}

/** What really was committed, by what the writers were told. */
interface Acknowledged { events: number; conflicts: number; rollbacks: number }

/** Appends until all writers together have enough: short and slow transactions, rollbacks, ids taken early, shared streams. */
const write = async (writer: number, acknowledged: Acknowledged): Promise<void> => {
  const random = randomFrom(writer + 1);
  const one = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  while (acknowledged.events < target) {
    // A third goes to a handful of hot streams that all writers fight for; a hot stream is left alone after a while.
    const hot = random() < 0.33;
    const streamId = hot ? `hot-${Math.floor(acknowledged.events / 5_000)}-${one(0, 1, 2, 3)}` : `own-${writer}-${Math.floor(random() * 400)}`;
    const count = one(1, 2, 5, 10);
    const takesItsIdEarly = random() < 0.15;
    const rollsBack = random() < 0.1;
    const delayMs = random() < 0.1 ? Math.floor(random() * 20) : 0;
    try {
      await store.transaction(async (tx) => {
        if (takesItsIdEarly) await tx.query('SELECT pg_current_xact_id(), pg_sleep($1::float8 / 1000)', [delayMs]);
        const { rows } = await tx.query<{ version: number }>('SELECT version FROM stream WHERE stream_id = $1', [streamId]);
        await store.append(tx, streamId, rows[0]?.version ?? 0, Array.from({ length: count }, () => contacted('x')), meta);
        if (delayMs > 0) await tx.query('SELECT pg_sleep($1::float8 / 1000)', [delayMs]);
        if (rollsBack) throw new ChangedMyMind();
      });
      acknowledged.events += count;
    } catch (error) {
      if (error instanceof ChangedMyMind) acknowledged.rollbacks += 1;
      else if (error instanceof ConflictError) acknowledged.conflicts += 1;
      else throw error;
    }
  }
};

/** Reads on and on by the store's cursor, checking order as it goes. */
const readInCommitOrder = async (writing: () => boolean) => {
  const lastVersions = new Map<string, number>();
  const seen = { events: 0, outOfOrder: 0 };
  let cursor: OutboxCursor = outboxStart;
  for (let finalLook = false; ;) {
    const { entries } = await readOutbox(pool, 'intake', cursor, 1000);
    for (const { streamId, streamVersion } of entries) {
      if (streamVersion !== (lastVersions.get(streamId) ?? 0) + 1) seen.outOfOrder += 1;
      lastVersions.set(streamId, streamVersion);
      seen.events += 1;
    }
    cursor = entries.at(-1) ?? cursor;
    if (entries.length === 0 && finalLook) return { ...seen, streams: lastVersions };
    finalLook = !writing();
    if (entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** The reader everyone writes first: whatever has a higher position than the last. */
const readNaively = async (writing: () => boolean): Promise<number> => {
  let seen = 0;
  let last = '0';
  for (let finalLook = false; ;) {
    const { rows } = await pool.query<{ position: string }>('SELECT position FROM event WHERE position > $1 ORDER BY position LIMIT 1000', [last]);
    seen += rows.length;
    last = rows.at(-1)?.position ?? last;
    if (rows.length === 0 && finalLook) return seen;
    finalLook = !writing();
    if (rows.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

it('shows a reader each committed event once and in order, while 16 writers commit late and roll back', async () => {
  const acknowledged: Acknowledged = { events: 0, conflicts: 0, rollbacks: 0 };
  let writing = true;
  const written = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer, acknowledged))).finally(() => { writing = false; });
  const [ours, naive] = await Promise.all([readInCommitOrder(() => writing), readNaively(() => writing), written]);

  const { rows } = await pool.query<{ stream_id: string; version: number }>('SELECT stream_id, version FROM stream');
  expect(ours.outOfOrder).toBe(0);
  expect(ours.events).toBe(acknowledged.events);
  // Contiguous from 1 to the stream's version, so each event was seen exactly once.
  expect(ours.streams).toEqual(new Map(rows.map(({ stream_id: id, version }) => [id, version])));

  // The test has teeth: there were fights and rollbacks, and a reader by position alone lost events in them.
  expect(acknowledged.conflicts).toBeGreaterThan(100);
  expect(acknowledged.rollbacks).toBeGreaterThan(100);
  expect(naive).toBeLessThan(acknowledged.events);
}, 180_000);
