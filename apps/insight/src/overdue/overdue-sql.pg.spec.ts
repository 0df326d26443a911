import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { overdueSql } from './overdue.controller.js';

const infrastructure = testInfrastructure();
const closed = 50_000;
const open = 2_000;
const overdue = 400;
let pool: pg.Pool;

beforeAll(async () => {
  // ANALYZE is the owner's; autovacuum does it elsewhere.
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=insight' });
  await pool.query(`
    INSERT INTO cases_v1 (case_id, status, title, description, lead_department, round, dispatches, returns, assist_departments, answered_round, outcome_round, reworks,
                          breaches, in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied, events, reopenings, holds, extensions, escalations, joined_demands, demands, next_due_at)
    SELECT gen_random_uuid(), 'x', 'Lamp', repeat('dark ', 50), 'housing', 1, 1, 0, '{}', 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 20, 0, 0, 0, 0, '{}', 1,
           CASE WHEN n <= ${open} THEN now() + (n - ${overdue} - 0.5) * interval '1 hour' END
      FROM generate_series(1, ${closed + open}) n`);
  await pool.query(`
    INSERT INTO clocks_v1 (case_id, clock_id, kind, round, status, due_at, provisional, stopped_at, owed_by)
    SELECT case_id, gen_random_uuid(), 'lead', 1, 'x', coalesce(next_due_at, now() - interval '9 days'), false,
           CASE WHEN next_due_at IS NULL THEN now() END, CASE WHEN next_due_at IS NOT NULL THEN CASE WHEN row_number() OVER (ORDER BY next_due_at) % 10 = 0 THEN 'parks' ELSE lead_department END END
      FROM cases_v1`);
  await pool.query('ANALYZE cases_v1, clocks_v1');
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

interface Node { readonly 'Index Name'?: string; readonly 'Actual Rows': number; readonly 'Actual Loops': number; readonly 'Rows Removed by Filter'?: number; readonly Plans?: readonly Node[] }
const rowsTouched = (node: Node): number =>
  Math.max(node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)), ...(node.Plans ?? []).map(rowsTouched));
const indexesOf = (node: Node): string[] => [...(node['Index Name'] ? [node['Index Name']] : []), ...(node.Plans ?? []).flatMap(indexesOf)];

const pageOf = 51;
it.each([
  ['the first page, of all departments', null, pageOf, 'clocks_v1_open'],
  ['a department that has nothing overdue', 'culture', 0, 'clocks_v1_owed'],
  ['a department with few of its own among the others', 'parks', overdue / 10, 'clocks_v1_owed'],
])('%s: walks its overdue clocks only, never those of others, never every case', async (_, department, most, index) => {
  const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${overdueSql}`, [department, null, null, null, null, pageOf]);
  const { Plan: plan } = (rows[0] as { 'QUERY PLAN': [{ Plan: Node }] })['QUERY PLAN'][0];
  expect(indexesOf(plan)).toContain(index);
  expect(rowsTouched(plan)).toBeLessThanOrEqual(most);
});
