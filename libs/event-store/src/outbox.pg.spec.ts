import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { contacted, meta } from '../test-support/events.js';
import { ConflictError } from './event-store.js';
import type { EventStore, Tx } from './event-store.js';
import { newId } from './ids.js';
import { adoptRestoredEvents, loadRelayPosition, outboxStart, readOutbox, relayLag } from './outbox.js';
import type { OutboxCursor } from './outbox.js';
import { postgresEventStore } from './postgres-event-store.js';
import { advanceRelay, beginRelayTerm, renewRelayTerm } from './relay-lease.js';

const infrastructure = testInfrastructure();
let url: string;
let pool: pg.Pool;
let store: EventStore;
let sql: Tx;
/** Who restores a dump; a service changes no event. */
let restoring: pg.Pool;

beforeAll(async () => {
  const database = await (await infrastructure.postgres()).serviceDatabase();
  url = database.services.intake;
  pool = new pg.Pool({ connectionString: url, max: 4 });
  restoring = new pg.Pool({ connectionString: database.adminUrl, max: 1 });
  store = postgresEventStore(pool, 'intake');
  sql = pool;
  for (const note of ['a', 'b', 'c', 'd']) await append(newId(), note);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await restoring?.end();
  await infrastructure.stop();
});

const append = (streamId: string, ...notes: string[]) =>
  store.transaction((tx) => store.append(tx, streamId, 0, notes.map((note) => contacted(note)), meta));

/** A term that runs out at once, on whatever connection. */
const termOf = (destination: string) => ({ destination, term: newId(), leaseMs: 0 });

const move = async (destination: string, from: OutboxCursor, to: OutboxCursor) => {
  const term = termOf(destination);
  expect(await beginRelayTerm(sql, term)).toBe(true);
  return advanceRelay(sql, term, from, to);
};

const everything = async () => (await readOutbox(sql, 'intake', outboxStart, 10_000)).entries;

const eventually = async (ask: () => Promise<boolean>): Promise<boolean> => {
  for (let tries = 0; tries < 500; tries += 1) if (await ask()) return true;
  return false;
};

describe('outbox', () => {
  it('hides what an older running transaction may still precede, and says that something waits', async () => {
    const cursor = (await everything()).at(-1) ?? outboxStart;
    const older = await pool.connect();
    await older.query('BEGIN');
    await older.query('SELECT pg_current_xact_id()');
    const id = newId();
    await append(id, 'younger');
    expect(await readOutbox(sql, 'intake', cursor, 10)).toEqual({ entries: [], more: true });
    await older.query('ROLLBACK');
    older.release();
    const seen = await readOutbox(sql, 'intake', cursor, 10);
    expect(seen).toMatchObject({ entries: [{ streamId: id }], more: false });
    expect(await readOutbox(sql, 'intake', seen.entries[0] ?? outboxStart, 10)).toEqual({ entries: [], more: false });
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
    expect(await move('x', outboxStart, a)).toBe(true);
    expect(await move('x', outboxStart, b)).toBe(false);
    expect(await move('x', a, b)).toBe(true);
    expect(await move('x', a, b)).toBe(false);
    expect(await loadRelayPosition(sql, 'x')).toEqual(b);
    await sql.query(`DELETE FROM relay_position WHERE destination = 'x'`);
    expect(await move('x', b, a)).toBe(false);
    expect(await loadRelayPosition(sql, 'x')).toEqual(outboxStart);
  });

  it('reads no more at once than a process can hold, and at least one event', async () => {
    const cursor = (await everything()).at(-1) ?? outboxStart;
    // Not compressible, so that what is stored is as large as what is read.
    const noise = () => Array.from({ length: 10_000 }, () => String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000))).join('');
    const id = newId();
    await append(id, noise(), noise(), noise(), noise());
    const versions = async (maxBytes: number) => {
      const { entries, more } = await readOutbox(sql, 'intake', cursor, 10, maxBytes);
      expect(more).toBe(entries.length < 4);
      return entries.map(({ streamVersion }) => streamVersion);
    };
    expect(await versions(1)).toEqual([1]);
    expect(await versions(45_000)).toEqual([1, 2]);
    expect(await versions(1_000_000)).toEqual([1, 2, 3, 4]);
  });

  it('tells how much waits for the relay', async () => {
    const all = await everything();
    expect((await relayLag(sql, 'nowhere')).events).toBe(all.length);
    const [third] = all.slice(2);
    if (!third) throw new Error('too few events');
    await move('y', outboxStart, third);
    expect((await relayLag(sql, 'y')).events).toBe(all.length - 3);
  });

  describe('a lease', () => {
    const sessions: pg.Client[] = [];
    const session = async () => {
      const client = new pg.Client({ connectionString: url });
      // One of them is ended by the server.
      client.on('error', () => undefined);
      await client.connect();
      sessions.push(client);
      return client;
    };
    afterAll(() => Promise.all(sessions.map((client) => client.end())));

    it('has one holder at a time, however many ask at once', async () => {
      const asking = await Promise.all(Array.from({ length: 8 }, session));
      const begun = await Promise.all(asking.map((client) => beginRelayTerm(client, { ...termOf('many'), leaseMs: 60_000 })));
      expect(begun.filter(Boolean)).toHaveLength(1);
    });

    it('is free once its session has ended, however long it was to last', async () => {
      const [leader, standby] = [await session(), await session()];
      expect(await beginRelayTerm(leader, { ...termOf('ended'), leaseMs: 60_000 })).toBe(true);
      expect(await beginRelayTerm(standby, termOf('ended'))).toBe(false);
      await leader.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
      expect(await eventually(() => beginRelayTerm(standby, { ...termOf('ended'), leaseMs: 60_000 }))).toBe(true);
    });

    it('that ran out moves nothing once somebody else leads, nor can it be renewed', async () => {
      const [stopped, successor] = [await session(), await session()];
      const [old, young] = [termOf('late'), { ...termOf('late'), leaseMs: 60_000 }];
      const [a, b] = [{ xid: '5', position: '1' }, { xid: '5', position: '2' }];
      expect(await beginRelayTerm(stopped, old)).toBe(true);
      // Nobody was there to take it: it goes on.
      expect(await advanceRelay(stopped, old, outboxStart, a)).toBe(true);
      expect(await beginRelayTerm(successor, young)).toBe(true);
      expect(await advanceRelay(stopped, old, a, b)).toBe(false);
      expect(await renewRelayTerm(stopped, old)).toBe(false);
      expect(await beginRelayTerm(stopped, old)).toBe(false);
      expect(await loadRelayPosition(sql, 'late')).toEqual(a);
      expect(await advanceRelay(successor, young, a, b)).toBe(true);
    });
  });

  it('notifies after each commit, of those that follow at once a little later', async () => {
    const listener = new pg.Client({ connectionString: url });
    await listener.connect();
    const heard: string[] = [];
    const second = new Promise<void>((resolve) => listener.on('notification', ({ channel }) => { if (heard.push(channel) === 2) resolve(); }));
    await listener.query('LISTEN event_appended_intake');
    await append(newId(), 'a');
    await append(newId(), 'b');
    await second;
    expect(heard).toEqual(['event_appended_intake', 'event_appended_intake']);
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
    await restoring.query(`UPDATE intake.event SET xid = (xid::text::bigint + 1000000000)::text::xid8 WHERE stream_id = $1 AND version = 2`, [id]);
    await sql.query(`UPDATE stream SET last_xid = (last_xid::text::bigint + 1000000000)::text::xid8 WHERE stream_id = $1`, [id]);
    await move('kafka', outboxStart, { xid: '999', position: '1' });
    await expect(at(2, 'three')).rejects.toThrow(ConflictError);

    expect(await adoptRestoredEvents(sql)).toBe(true);
    expect(await loadRelayPosition(sql, 'kafka')).toEqual(outboxStart);
    await at(2, 'three');
    const after = await everything();
    expect(after.filter(({ streamId }) => streamId === id).map(({ streamVersion }) => streamVersion)).toEqual([1, 2, 3]);
    expect(after.map(({ id: eventId }) => eventId).slice(0, before.length)).toEqual(before.map(({ id: eventId }) => eventId));
    expect(await adoptRestoredEvents(sql)).toBe(false);
  });

  it('is done once when several relays find it to be done', async () => {
    await append(newId(), 'restored');
    await restoring.query(`UPDATE intake.event SET xid = (xid::text::bigint + 1000000000)::text::xid8`);
    const [first, second] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
    await Promise.all([first.connect(), second.connect()]);
    await first.query('BEGIN');
    expect(await adoptRestoredEvents(first)).toBe(true);
    const waiting = adoptRestoredEvents(second);
    expect(await eventually(async () => (await sql.query(`SELECT FROM pg_stat_activity WHERE query LIKE '%adopt_restored_events()%' AND wait_event_type = 'Lock'`)).rows.length === 1)).toBe(true);
    await first.query('COMMIT');
    expect(await waiting).toBe(false);
    await Promise.all([first.end(), second.end()]);
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
