import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { PreparingClient } from './preparing-client.js';
import { timesAsText } from './times-as-text.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, Client: PreparingClient, max: 1, pipeline: true });
  await pool.query('CREATE TABLE public.thing (id integer PRIMARY KEY, words text)');
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const preparedTexts = async (): Promise<string[]> => (await pool.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements')).rows.map(({ statement }) => statement);
const add = 'INSERT INTO public.thing (id, words) VALUES ($1, $2)';

describe('a connection that prepares', () => {
  it('plans a statement with parameters once, also when it is sent many times before the first answer', async () => {
    await Promise.all([1, 2, 3, 4].map((id) => pool.query(add, [id, 'x'])));
    await Promise.all([pool.query('SELECT 1 AS one'), pool.query('SELECT $1::integer AS one', [1])]);
    expect((await preparedTexts()).sort()).toEqual([add, 'SELECT $1::integer AS one']);
  });

  it('reads the answer as the statement wants it, and plans that once too', async () => {
    const at = { text: 'SELECT $1::timestamptz AS at', types: timesAsText };
    for (const time of ['2026-02-09 01:00:00.5+00', '2026-02-09 09:00:00+08']) expect((await pool.query(at, [time])).rows).toEqual([{ at: new Date(time).toISOString() }]);
    expect((await pool.query(at.text, ['2026-02-09 01:00:00+00'])).rows).toEqual([{ at: new Date('2026-02-09T01:00:00Z') }]);
    expect((await preparedTexts()).filter((text) => text === at.text)).toHaveLength(1);
  });

  it('answers as any other: rows, errors with their codes, and it goes on after them', async () => {
    await expect(pool.query(add, [1, 'again'])).rejects.toMatchObject({ code: '23505' });
    await expect(pool.query('SELECT nothing FROM public.thing WHERE id = $1', [1])).rejects.toMatchObject({ code: '42703' });
    await expect(pool.query('SELECT nothing FROM public.thing WHERE id = $1', [1])).rejects.toMatchObject({ code: '42703' });
    const client = await pool.connect();
    await client.query('BEGIN');
    const outcomes = await Promise.allSettled([client.query(add, [1, 'again']), client.query('SELECT $1::text AS fresh', ['a']), client.query('SELECT $1::text AS fresh', ['b'])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await client.query('ROLLBACK');
    expect((await client.query('SELECT $1::text AS fresh', ['c'])).rows).toEqual([{ fresh: 'c' }]);
    client.release();
    expect((await pool.query('SELECT words FROM public.thing WHERE id = $1', [1])).rows).toEqual([{ words: 'x' }]);
  });

  it('reads no whole table by a plan from when it was small', async () => {
    await pool.query('ANALYZE public.thing');
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>('EXPLAIN SELECT words FROM public.thing WHERE id = $1', [1]);
    expect(rows[0]?.['QUERY PLAN']).toMatch(/^Index Scan/);
  });
});
