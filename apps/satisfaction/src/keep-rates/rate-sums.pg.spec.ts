/** The sums always fit the rows, and writers at the same time neither wait for each other nor lose a write. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { readCounts } from './project-rates.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.satisfaction });
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

/** Random numbers that are the same in each run. */
const chance = ((seed: number) => () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648)(5);
const oneOf = <T>(values: readonly T[]): T => values[Math.floor(chance() * values.length)] as T;
const periods = ['2026-01', '2026-02'];

const slowly = async (period: string): Promise<object[]> => (await pool.query<object>(
  `SELECT department, sum(in_scope)::int AS "inScope", sum(contacted_in_time)::int AS "contactedInTime",
          sum(reached)::int AS reached, sum(resolved)::int AS resolved, sum(asked)::int AS asked, sum(satisfied)::int AS satisfied
     FROM case_rate WHERE period = $1 GROUP BY department ORDER BY department`, [period])).rows;
const equal = async (): Promise<void> => {
  for (const period of periods) expect(await readCounts(pool, period)).toEqual(await slowly(period));
};

it('fit the rows after any writes', async () => {
  const ids = Array.from({ length: 30 }, () => randomUUID());
  await pool.query(`INSERT INTO case_rate (case_id) SELECT unnest($1::uuid[])`, [ids]);
  let most = 0;
  for (let step = 0; step < 80; step += 1) {
    const some = ids.filter(() => chance() < 0.2);
    const one = Math.floor(chance() * 2);
    await pool.query(
      `INSERT INTO case_rate (case_id, period, department, in_scope, contacted_in_time, reached, resolved, asked, satisfied)
       SELECT unnest($1::uuid[]), $2::text, $3::text, 1, $4::int, 1, $4, 1, 1 - $4
       ON CONFLICT (case_id) DO UPDATE SET period = excluded.period, department = excluded.department, in_scope = 1, contacted_in_time = excluded.contacted_in_time,
              reached = 1, resolved = excluded.resolved, asked = 1, satisfied = excluded.satisfied`,
      [some, oneOf([...periods, null]), oneOf(['housing', 'water', null]), one]);
    if (step % 10 === 9) await pool.query('DELETE FROM case_rate WHERE case_id = $1', [oneOf(ids)]);
    await equal();
    most = Math.max(most, (await readCounts(pool, '2026-01')).length);
  }
  expect(most).toBe(3);
});

it('lose nothing, and let nobody wait, when two write the same months and departments at once', async () => {
  const [one, other] = [await pool.connect(), await pool.connect()];
  try {
    for (const client of [one, other]) await client.query(`BEGIN; SET LOCAL lock_timeout = '2s'`);
    // Each statement runs while the other's transaction is open, in opposite order. If both shared one row, they would deadlock.
    for (const [first, second] of [['housing', 'water'], ['water', 'housing']] as const) {
      const add = (client: pg.PoolClient, department: string) => client.query(
        `INSERT INTO case_rate (case_id, period, department, in_scope) VALUES ($1, '2026-02', $2, 1)`, [randomUUID(), department]);
      await add(one, first);
      await add(other, second);
    }
    await one.query('COMMIT');
    await other.query('COMMIT');
  } finally {
    for (const client of [one, other]) client.release(true);
  }
  await equal();
});
