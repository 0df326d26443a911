import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { eventStoreContract } from '../test-support/event-store-contract.js';
import { contacted, meta } from '../test-support/events.js';
import { ConflictError } from './event-store.js';
import type { EventStore, Tx } from './event-store.js';
import { newId } from './ids.js';
import { appendConflicts } from './metrics.js';
import { outboxStart, readOutbox } from './outbox.js';
import { postgresEventStore } from './postgres-event-store.js';
import { inTransaction, NotCommitted } from './transaction.js';

const infrastructure = testInfrastructure();
let url: string;
let pool: pg.Pool;
let store: EventStore;
let sql: Tx;

beforeAll(async () => {
  const database = await (await infrastructure.postgres()).serviceDatabase();
  url = database.services.intake;
  pool = new pg.Pool({ connectionString: url, max: 8 });
  pool.on('error', () => undefined);
  store = postgresEventStore(pool, 'intake');
  sql = pool;
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const append = (streamId: string, expectedVersion: number, ...notes: string[]) =>
  store.transaction((tx) => store.append(tx, streamId, expectedVersion, notes.map((note) => contacted(note)), meta));

describe('Postgres event store', () => {
  eventStoreContract((reader) => postgresEventStore(pool, 'intake', reader));

  it('refuses a transaction that took its id before the stream\'s last writer, which would publish version 3 before version 2', async () => {
    const id = newId();
    await append(id, 0, 'one');
    await expect(store.transaction(async (early) => {
      // Any write gives a transaction its id: an idempotency row, a row taken with FOR UPDATE SKIP LOCKED.
      await early.query('SELECT pg_current_xact_id()');
      await append(id, 1, 'two');
      expect((await store.read(id, early)).length).toBe(2);
      await store.append(early, id, 2, [contacted('three')], meta);
    })).rejects.toThrow(ConflictError);
    // A new transaction has a new id.
    await append(id, 2, 'three');
    const published = (await readOutbox(sql, 'intake', outboxStart, 10_000)).entries.filter(({ streamId }) => streamId === id);
    expect(published.map(({ streamVersion, data }) => `${streamVersion} ${(data as { note: string }).note}`)).toEqual(['1 one', '2 two', '3 three']);
  });

  it('takes several appends of one transaction to one stream, and of a transaction as young as the last writer', async () => {
    const id = newId();
    await store.transaction(async (tx) => {
      await tx.query('SELECT pg_current_xact_id()');
      for (const [version, note] of ['a', 'b', 'c'].entries()) await store.append(tx, id, version, [contacted(note)], meta);
    });
    expect((await store.read(id)).length).toBe(3);
  });

  it('turns a deadlock between two appends into a lost race of one', async () => {
    const [a, b] = [newId(), newId()];
    await append(a, 0, 'x');
    await append(b, 0, 'x');
    let waiting = 0;
    let go: () => void = () => undefined;
    const both = new Promise<void>((resolve) => { go = resolve; });
    const crosswise = (first: string, second: string) => store.transaction(async (tx) => {
      await store.append(tx, first, 1, [contacted('y')], meta);
      if ((waiting += 1) === 2) go();
      await both;
      await store.append(tx, second, 1, [contacted('y')], meta);
    });
    const outcomes = await Promise.allSettled([crosswise(a, b), crosswise(b, a)]);
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    expect(failures).toHaveLength(1);
    expect(failures[0]).toBeInstanceOf(ConflictError);
  });

  it('counts the appends that found their stream changed, each way there is to append', async () => {
    const counted = async () => (await appendConflicts.get()).values[0]?.value ?? 0;
    const id = newId();
    const late = { streamId: id, expectedVersion: 0, events: [contacted('late')], meta };
    const before = await counted();
    await append(id, 0, 'one');
    expect(await counted()).toBe(before);
    await expect(append(id, 0, 'late')).rejects.toThrow(ConflictError);
    expect(await counted()).toBe(before + 1);
    await expect(store.transaction((tx) => store.appendMany(tx, [store.prepare(late)]))).rejects.toThrow(ConflictError);
    expect(await counted()).toBe(before + 2);
    await expect(store.commit(late)).rejects.toThrow(ConflictError);
    expect(await counted()).toBe(before + 3);
  });

  it('acknowledges nothing when a statement failed and its error was ignored', async () => {
    const id = newId();
    await expect(store.transaction(async (tx) => {
      await store.append(tx, id, 0, [contacted('a')], meta);
      await tx.query('SELECT 1/0').catch(() => undefined);
    })).rejects.toThrow(NotCommitted);
    expect(await store.read(id)).toEqual([]);
  });

  it('gives the connection back after any end, and survives a connection that is cut', async () => {
    const small = new pg.Pool({ connectionString: url, max: 1 });
    small.on('error', () => undefined);
    const kill = (pid: number | undefined) => pool.query('SELECT pg_terminate_backend($1)', [pid]);
    for (let n = 0; n < 3; n += 1) {
      await expect(inTransaction(small, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await expect(inTransaction(small, async (tx) => {
        const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await kill(rows[0]?.pid);
        await tx.query('SELECT 1');
      })).rejects.toThrow();
    }
    expect(await inTransaction(small, async (tx) => (await tx.query<{ one: number }>('SELECT 1 AS one')).rows[0]?.one)).toBe(1);
    await small.end();
  });
});
