import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { contacted, meta } from '../test-support/events.js';
import { ConflictError } from './event-store.js';
import type { EventStore, Tx } from './event-store.js';
import { newId } from './ids.js';
import { adoptRestoredEvents, loadRelayPosition, moveRelayPosition, outboxHolds, outboxStart, readOutbox, relayLag } from './outbox.js';
import { postgresEventStore } from './postgres-event-store.js';

const infrastructure = testInfrastructure();
let url: string;
let pool: pg.Pool;
let store: EventStore;
let sql: Tx;

beforeAll(async () => {
  const database = await (await infrastructure.postgres()).serviceDatabase();
  url = database.services.intake;
  pool = new pg.Pool({ connectionString: url, max: 4 });
  store = postgresEventStore(pool, 'intake');
  sql = pool;
  for (const note of ['a', 'b', 'c', 'd']) await append(newId(), note);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const append = (streamId: string, ...notes: string[]) =>
  store.transaction((tx) => store.append(tx, streamId, 0, notes.map((note) => contacted(note)), meta));

const everything = () => readOutbox(sql, 'intake', outboxStart, 10_000);

describe('outbox', () => {
  it('hides what an older running transaction may still precede, and says that something waits', async () => {
    const cursor = (await everything()).at(-1) ?? outboxStart;
    const older = await pool.connect();
    await older.query('BEGIN');
    await older.query('SELECT pg_current_xact_id()');
    const id = newId();
    await append(id, 'younger');
    expect(await readOutbox(sql, 'intake', cursor, 10)).toEqual([]);
    expect(await outboxHolds(sql, cursor)).toBe(true);
    await older.query('ROLLBACK');
    older.release();
    expect((await readOutbox(sql, 'intake', cursor, 10)).map(({ streamId }) => streamId)).toEqual([id]);
  });

  it('gives each event as it was written', async () => {
    const id = newId();
    const [written] = await append(id, 'as it was');
    const entry = (await everything()).find(({ streamId }) => streamId === id);
    const { metadata, ...event } = written ?? { metadata: undefined };
    expect(entry).toEqual({ ...event, ...metadata, xid: expect.any(String), position: expect.any(String) });
  });

  it('moves its position by compare-and-set, and does not make a removed one anew', async () => {
    const [a, b] = [{ xid: '5', position: '1' }, { xid: '18446744073709551615', position: '9223372036854775807' }];
    expect(await moveRelayPosition(sql, 'x', outboxStart, a)).toBe(true);
    expect(await moveRelayPosition(sql, 'x', outboxStart, b)).toBe(false);
    expect(await moveRelayPosition(sql, 'x', a, b)).toBe(true);
    expect(await moveRelayPosition(sql, 'x', a, b)).toBe(false);
    expect(await loadRelayPosition(sql, 'x')).toEqual(b);
    await sql.query(`DELETE FROM relay_position WHERE destination = 'x'`);
    expect(await moveRelayPosition(sql, 'x', b, a)).toBe(false);
    expect(await loadRelayPosition(sql, 'x')).toEqual(outboxStart);
  });

  it('tells how much waits for the relay', async () => {
    const all = await everything();
    expect((await relayLag(sql, 'nowhere')).events).toBe(all.length);
    const [third] = all.slice(2);
    if (!third) throw new Error('too few events');
    await moveRelayPosition(sql, 'y', outboxStart, third);
    expect((await relayLag(sql, 'y')).events).toBe(all.length - 3);
  });

  it('notifies after the commit', async () => {
    const listener = new pg.Client({ connectionString: url });
    await listener.connect();
    const heard = new Promise<string>((resolve) => listener.on('notification', ({ channel }) => resolve(channel)));
    await listener.query('LISTEN event_appended_intake');
    await append(newId(), 'a');
    expect(await heard).toBe('event_appended_intake');
    await listener.end();
  });

  it('goes on after a dump was restored into a cluster whose transaction ids are far behind', async () => {
    const before = await everything();
    const id = newId();
    const at = (version: number, note: string) => store.transaction((tx) => store.append(tx, id, version, [contacted(note)], meta));
    await at(0, 'one');
    await at(1, 'two');
    expect(await adoptRestoredEvents(sql)).toBe(false);
    // What a dump brings along: ids of the cluster it was made in. Only the later event's is beyond what this one has reached.
    await sql.query(`UPDATE event SET xid = (xid::text::bigint + 1000000000)::text::xid8 WHERE stream_id = $1 AND version = 2`, [id]);
    await sql.query(`UPDATE stream SET last_xid = (last_xid::text::bigint + 1000000000)::text::xid8 WHERE stream_id = $1`, [id]);
    await moveRelayPosition(sql, 'kafka', outboxStart, { xid: '999', position: '1' });
    await expect(at(2, 'three')).rejects.toThrow(ConflictError);

    expect(await adoptRestoredEvents(sql)).toBe(true);
    expect(await loadRelayPosition(sql, 'kafka')).toEqual(outboxStart);
    await at(2, 'three');
    const after = await everything();
    expect(after.filter(({ streamId }) => streamId === id).map(({ streamVersion }) => streamVersion)).toEqual([1, 2, 3]);
    expect(after.map(({ id: eventId }) => eventId).slice(0, before.length)).toEqual(before.map(({ id: eventId }) => eventId));
    expect(await adoptRestoredEvents(sql)).toBe(false);
  });

  it('never takes an append of now for a restored one', async () => {
    let appending = true;
    const appenders = Promise.all(Array.from({ length: 6 }, async () => {
      while (appending) await append(newId(), 'now');
    }));
    const adopted: boolean[] = [];
    for (let look = 0; look < 150; look += 1) {
      // A session of its own, as each relay's term has: what it plans for the first time takes a while.
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      adopted.push(await adoptRestoredEvents(client));
      await client.end();
    }
    appending = false;
    await appenders;
    expect(adopted.filter(Boolean)).toEqual([]);
  }, 60_000);
});
