/** Plans are kept for long and may have been made while the tables were empty: what they read must not grow with the tables. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import type pg from 'pg';
import { openPool, prepareDatabase, sqlOf } from '../test-support/database.js';
import { loadStreamVersions } from './consumer-tables.js';
import { judge, passOver } from './partitions-together.js';

const infrastructure = testInfrastructure();
const consumer = 'planned';
const streams = 5_000;
let pool: pg.Pool;

beforeAll(async () => {
  const url = await (await infrastructure.postgres()).createDatabase('plans');
  await prepareDatabase(url);
  // One connection, which keeps its plans.
  pool = openPool(url, 1);
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const place = { topic: 'topic', partition: 0 };
const stream = (n: number) => ({ source: 'intake' as const, streamId: `case-${n}`, subject: `case-${n}` });

/** Rows that index scans of a table have brought by now. */
const rowsRead = async (table: string): Promise<number> => {
  await pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ read: string }>('SELECT idx_tup_fetch + seq_tup_read AS read FROM pg_stat_user_tables WHERE relname = $1', [table]);
  return Number(rows[0]?.read);
};

it.each<[string, (n: number) => Promise<unknown>]>([
  ['judging', (n) => judge(sqlOf(pool), consumer, [place], [{ ...stream(n), streamVersion: 1, type: 'x' }], 0)],
  ['passing over', (n) => passOver(sqlOf(pool), consumer, [{ ...place, from: 0n, to: 1n }], [{ ...stream(n), first: 1, last: 1 }])],
  ['looking for a waiting reader', (n) => loadStreamVersions(sqlOf(pool), consumer, [stream(n)])],
])('%s reads the streams it is asked for and no more', async (_, ask) => {
  await pool.query('TRUNCATE consumer_stream');
  // So often that a generic plan is kept.
  for (let n = 0; n < 10; n += 1) await ask(n);
  await pool.query(`INSERT INTO consumer_stream (consumer, source, stream_id, version) SELECT $1, 'intake', 'case-' || n, 7 FROM generate_series(1, $2::int) AS n`, [consumer, streams]);
  const before = await rowsRead('consumer_stream');
  for (let n = 1; n <= 10; n += 1) await ask(n);
  expect(await rowsRead('consumer_stream') - before).toBeLessThanOrEqual(20);
});
