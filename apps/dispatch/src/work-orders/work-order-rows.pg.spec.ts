import { openOrderStatuses } from '@lianban/contracts';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Tx } from '@lianban/event-store';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { readInbox } from './work-order-rows.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

beforeAll(async () => {
  // ANALYZE is the owner's; autovacuum does it elsewhere.
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=dispatch' });
  // Three years of a department's work, all due in the past, and five orders it has open now.
  await pool.query(`
    INSERT INTO work_order (work_order_id, case_id, department, role, round, cause, status, issued_at, ended_at, due_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 'housing', 'lead', 1, 'dispatch',
           CASE WHEN n <= 5 THEN 'in-progress' ELSE 'completed' END, now(), CASE WHEN n > 5 THEN now() END, now() - n * interval '1 hour'
      FROM generate_series(1, 20000) n`);
  await pool.query('ANALYZE work_order');
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

interface Node { readonly 'Rows Removed by Filter'?: number; readonly 'Actual Rows': number; readonly 'Plan Rows': number; readonly Plans?: readonly Node[] }
const rowsTouched = (node: Node): number =>
  Math.max(node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0), ...(node.Plans ?? []).map(rowsTouched));

const planOf = async (department: string, limit: number): Promise<Node> => {
  let plan: Node | undefined;
  const explaining: Tx = {
    async query(text: string, values?: unknown[]) {
      const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: Node }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
      return { rows: [], rowCount: 0 };
    },
  };
  await readInbox(explaining, { department, statuses: openOrderStatuses, limit });
  if (!plan) throw new Error('no plan');
  return plan;
};

it('an inbox reads the open orders and none that ended, however many there are', async () => {
  expect(rowsTouched(await planOf('housing', 51))).toBe(5);
  expect(await readInbox(pool as unknown as Tx, { department: 'housing', statuses: openOrderStatuses, limit: 51 })).toHaveLength(5);
});

it('is known to be long where a department leaves its orders lying, and read to the end of its page', async () => {
  await pool.query(`
    INSERT INTO work_order (work_order_id, case_id, department, role, round, cause, status, issued_at, ended_at, due_at)
    SELECT gen_random_uuid(), gen_random_uuid(), department, 'lead', 1, 'dispatch', CASE WHEN open THEN 'dispatched' ELSE 'completed' END, now(), CASE WHEN NOT open THEN now() END, now()
      FROM generate_series(1, 60000) n
     CROSS JOIN LATERAL (SELECT CASE n % 11 WHEN 0 THEN 'slow' ELSE 'quick-' || n % 31 END AS department, n % 110 = 0 AS open) of_each`);
  await pool.query('ANALYZE work_order');
  const open = 545;
  const { 'Plan Rows': expected, 'Actual Rows': found } = await planOf('slow', 1_000);
  expect(found).toBe(open);
  // By the share of the open ones among all, and of the department's among all, it would be 37.
  expect(expected).toBeGreaterThan(open / 2);
  expect(expected).toBeLessThan(open * 2);
  expect(rowsTouched(await planOf('slow', 51))).toBe(51);
}, 30_000);
