import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { deadlinesSql } from './deadlines.controller.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
/** Thursday, noon in China. */
const now = new Date('2026-03-05T12:00:00+08:00');
const [midnight, nextMidnight, near] = ['2026-03-05T00:00:00+08:00', '2026-03-06T00:00:00+08:00', '2026-03-05T13:00:00+08:00'].map((text) => new Date(text));
const running = 20_000;

interface Clock { readonly kind?: string; readonly due: string; readonly breached?: boolean; readonly stopped?: boolean; readonly warned?: boolean; readonly owed?: string | null }
const clocks: Clock[] = [
  { due: '03-05 12:30' },
  { due: '03-05 17:30' },
  { due: '03-05 23:59', warned: true },
  { due: '03-06 09:00', warned: true },
  { due: '03-06 09:00' },
  { due: '03-05 09:00', breached: true },
  { due: '03-05 10:00', breached: true, stopped: true, owed: null },
  { due: '03-04 23:59', breached: true },
  { due: '03-05 17:30', stopped: true },
  { kind: 'return-window', due: '03-05 12:10' },
  { kind: 'contact', due: '03-05 12:15', owed: null },
];

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=insight' });
  await pool.query(`
    INSERT INTO cases_v1 (case_id, status, territory, responsible_department, round, dispatches, returns, assist_departments, answered_round, outcome_round, reworks,
                          breaches, in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied, events, reopenings, holds, extensions, escalations, joined_demands, demands)
    SELECT gen_random_uuid(), 'x', CASE WHEN n = 1 THEN 'here' ELSE 'elsewhere' END, 'housing', 1, 1, 0, '{}', 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 20, 0, 0, 0, 0, '{}', 1 FROM generate_series(1, 2) n`);
  for (const { kind = 'lead', due, breached, stopped, warned, owed = 'housing' } of clocks) {
    const at = new Date(`2026-${due.replace(' ', 'T')}:00+08:00`);
    await pool.query(`INSERT INTO clocks_v1 (case_id, clock_id, kind, round, status, due_at, provisional, stopped_at, breached_at, warned_at, owed_by)
      SELECT case_id, gen_random_uuid(), $1, 1, 'x', $2, false, $3, $4, $5, $6 FROM cases_v1 WHERE territory = 'here'`,
    [kind, at, stopped ? now : null, breached ? at : null, warned ? midnight : null, owed]);
  }
  // Far from due, and long stopped: what a board must not read.
  await pool.query(`INSERT INTO clocks_v1 (case_id, clock_id, kind, round, status, due_at, provisional, stopped_at, owed_by)
    SELECT case_id, gen_random_uuid(), 'lead', 1, 'x', $1::timestamptz + n * interval '1 minute', false, CASE WHEN n % 2 = 0 THEN now() END, 'housing'
      FROM cases_v1, generate_series(1, ${running}) n WHERE territory = 'elsewhere'`, [new Date('2026-03-09T09:00:00+08:00')]);
  await pool.query('ANALYZE cases_v1, clocks_v1');
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const ask = (territories: readonly string[] | null) => [now, midnight, nextMidnight, near, territories];

it('counts what is due, breached and near, each owner apart', async () => {
  const { rows } = await pool.query(`${deadlinesSql} ORDER BY owner`, ask(null));
  expect(rows).toEqual([
    { owner: 'department', department: 'housing', territory: 'here', dueToday: 3, breachedToday: 2, aboutToBreach: 3 },
    { owner: 'intake', department: null, territory: 'here', dueToday: 1, breachedToday: 0, aboutToBreach: 1 },
  ]);
});

it('has nothing of other territories', async () => {
  expect((await pool.query(deadlinesSql, ask(['elsewhere']))).rows).toEqual([]);
});

interface Node { readonly 'Relation Name'?: string; readonly 'Actual Rows': number; readonly 'Actual Loops': number; readonly 'Rows Removed by Filter'?: number; readonly Plans?: readonly Node[] }
const touched = (node: Node): number => (node['Relation Name'] === 'clocks_v1' ? node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) : 0)
  + (node.Plans ?? []).reduce((sum, plan) => sum + touched(plan), 0);

it('reads the clocks of the day, not all that run', async () => {
  const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${deadlinesSql}`, ask(null));
  const { Plan: plan } = (rows[0] as { 'QUERY PLAN': [{ Plan: Node }] })['QUERY PLAN'][0];
  expect(touched(plan)).toBeGreaterThan(0);
  expect(touched(plan)).toBeLessThanOrEqual(clocks.length);
});
