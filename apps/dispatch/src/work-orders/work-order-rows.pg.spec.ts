import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Tx } from '@lianban/event-store';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { openStatuses } from '../domain/dispatch-case.js';
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

interface Node { readonly 'Rows Removed by Filter'?: number; readonly 'Actual Rows': number; readonly Plans?: readonly Node[] }
const rowsTouched = (node: Node): number =>
  Math.max(node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0), ...(node.Plans ?? []).map(rowsTouched));

it('an inbox reads the open orders and none that ended, however many there are', async () => {
  let touched = 0;
  const explaining: Tx = {
    async query(text: string, values?: unknown[]) {
      const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: Node }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      touched = Math.max(touched, ...(rows[0]?.['QUERY PLAN'] ?? []).map(({ Plan }) => rowsTouched(Plan)));
      return { rows: [], rowCount: 0 };
    },
  };
  await readInbox(explaining, { department: 'housing', statuses: openStatuses, limit: 51 });
  expect(touched).toBe(5);
  expect(await readInbox(pool as unknown as Tx, { department: 'housing', statuses: openStatuses, limit: 51 })).toHaveLength(5);
});
