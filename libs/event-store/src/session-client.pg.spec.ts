import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeHostile, testInfrastructure } from '@lianban/testing';
import type pg from 'pg';
import { contacted, meta } from '../test-support/events.js';
import { outboxStart, readOutbox } from './outbox.js';
import { postgresEventStore } from './postgres-event-store.js';
import { PreparingClient } from './preparing-client.js';
import { SessionClient, sessionPool } from './session-client.js';

const infrastructure = testInfrastructure();
let url: string;
let pool: pg.Pool;

beforeAll(async () => {
  const { services, adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  await makeHostile(adminUrl);
  url = services.intake;
  pool = sessionPool({ connectionString: url, max: 2, Client: PreparingClient, pipeline: true });
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const at = new Date('2026-02-09T01:00:00.123Z');

describe('a session of ours, in a database whose defaults are others', () => {
  it.each([
    ['a time', `'2026-02-09 09:00:00.123+08'::timestamptz`, at],
    ['a time as text, as one that SQL spells', `'2026-02-09 09:00:00.123+08'::timestamptz::text`, '2026-02-09 01:00:00.123+00'],
    ['a time of a JSON document', `to_json('2026-02-09 09:00:00.123+08'::timestamptz)`, '2026-02-09T01:00:00.123+00:00'],
    ['a day', `'2026-02-09'::date::text`, '2026-02-09'],
    ['the hour of a day', `extract(hour FROM '2026-02-09 01:00:00+00'::timestamptz)::int`, 1],
    ['an interval', `'1 day 02:03:04'::interval::text`, '1 day 02:03:04'],
    ['a number to its last digit', '0.1::float8 + 0.2::float8', 0.1 + 0.2],
    ['bytes', `'\\x00ff'::bytea`, Buffer.from([0, 255])],
    ['characters of any language', `'联办 ąß'`, '联办 ąß'],
    ['a backslash', `'a\\b'`, 'a\\b'],
    ['null in an array', `'{NULL}'::text[]`, [null]],
    ['a comparison with null', `(1 = NULL) IS NULL`, true],
    ['how transactions begin', `concat_ws(',', current_setting('transaction_isolation'), current_setting('transaction_read_only'), current_setting('lock_timeout'), current_setting('synchronous_commit'))`, 'read committed,off,0,on'],
  ])('reads %s', async (_name, sql, value) => {
    const { rows: [row] } = await pool.query<{ value: unknown }>(`SELECT ${sql} AS value`);
    expect(row?.value).toEqual(value);
  });

  it('appends and reads events, and what the relay publishes, as they are', async () => {
    const store = postgresEventStore(pool, 'intake');
    await store.commit({ streamId: 'a', expectedVersion: 0, events: [contacted('über 联办 \\ "')], meta });
    const [event] = await store.read('a');
    expect(event?.data).toEqual({ note: 'über 联办 \\ "' });
    expect(event?.metadata).toMatchObject({ occurredAt: '2026-02-09T01:00:00.000Z', recordedAt: '2026-02-09T01:00:01.500Z' });
    const { entries: [entry] } = await readOutbox(pool, 'intake', outboxStart, 10);
    expect(entry).toMatchObject({ data: { note: 'über 联办 \\ "' }, occurredAt: '2026-02-09T01:00:00.000Z', recordedAt: '2026-02-09T01:00:01.500Z' });
  });

  it('waits as long as it is told to, not as long as the database would', async () => {
    const { rows } = await pool.query<{ slept: boolean }>('SELECT pg_sleep(0.8) IS NOT NULL AS slept');
    expect(rows).toEqual([{ slept: true }]);
  });

  it('has what a tool asks for besides, and nothing that a pooler would refuse at the start', async () => {
    const client = new SessionClient({ connectionString: url, session: { search_path: 'pg_catalog', work_mem: '5MB' } });
    await client.connect();
    const { rows } = await client.query(`SELECT current_setting('search_path') AS path, current_setting('work_mem') AS memory, current_setting('DateStyle') AS style`);
    expect(rows).toEqual([{ path: 'pg_catalog', memory: '5MB', style: 'ISO, YMD' }]);
    await client.end();
    const { getStartupConf } = PreparingClient.prototype as unknown as { getStartupConf(): object };
    expect(Object.keys(getStartupConf.call(new PreparingClient({ connectionString: url, application_name: 'x' })))).toEqual(['user', 'database', 'application_name']);
  });

  it('is not had at all when its settings can not be made', async () => {
    const client = new SessionClient({ connectionString: url, session: { work_mem: 'much' } });
    await expect(client.connect()).rejects.toThrow('invalid value for parameter "work_mem"');
    const refused = sessionPool({ connectionString: url, session: { work_mem: 'much' } });
    await expect(refused.query('SELECT 1')).rejects.toThrow('invalid value for parameter "work_mem"');
    await refused.end();
  });
});
