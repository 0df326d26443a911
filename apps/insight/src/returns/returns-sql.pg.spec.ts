import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { chainsSql, returnsSql } from './returns-sql.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
const id = (n: number): string => `3e6c1a4b-9d0f-4b7a-8a5e-00000000000${n}`;
const at = (hours: number): string => new Date(Date.parse('2026-03-02T01:00:00Z') + hours * 3_600_000).toISOString();

/** Cases with their leads: who, from and to which hour, how it ended. A lead without an end has it still. */
const cases: readonly (readonly [category: string, ...leads: (readonly [department: string, from: number, to: number, status: string])[]])[] = [
  ['facade', ['songtao', 0, 4, 'returned'], ['anhe', 5, 15, 'returned'], ['jinbian', 16, 17, 'returned'], ['housing', 18, 30, 'completed']],
  ['facade', ['songtao', 0, 8, 'returned'], ['anhe', 9, 10, 'returned']],
  ['lamp', ['songtao', 0, 2, 'returned'], ['anhe', 3, 9, 'completed']],
  ['lamp', ['housing', 0, 5, 'completed']],
  ['lamp', ['power', 0, 3, 'transferred'], ['housing', 3, 5, 'completed']],
];

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=insight' });
  for (const [index, [category, ...leads]] of cases.entries()) {
    await pool.query(`
      INSERT INTO cases_v1 (case_id, status, category, registered_at, round, dispatches, returns, assist_departments, answered_round, outcome_round, reworks, breaches, in_scope, contacted_in_time,
                            counted_reached, counted_resolved, counted_asked, counted_satisfied, events, reopenings, holds, extensions, escalations, joined_demands, demands)
      VALUES ($1, 'x', $2, $3, 1, 1, 0, '{}', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, '{}', 1)`, [id(index), category, at(-index * 24)]);
    for (const [department, from, to, status] of leads) {
      await pool.query(`
        INSERT INTO work_orders_v1 (case_id, work_order_id, department, role, round, status, issued_at, returned_at, completed_at, cancelled_at, cancel_reason)
        VALUES ($1, gen_random_uuid(), $2, 'lead', 1, CASE WHEN $3 = 'transferred' THEN 'cancelled' ELSE $3 END, $4, CASE WHEN $3 = 'returned' THEN $5::timestamptz END,
                CASE WHEN $3 = 'completed' THEN $5::timestamptz END, CASE WHEN $3 = 'transferred' THEN $5::timestamptz END, CASE WHEN $3 = 'transferred' THEN $3 END)`,
      [id(index), department, status, at(from), at(to)]);
    }
  }
  // An assistant that returned passes nothing on.
  await pool.query("INSERT INTO work_orders_v1 (case_id, work_order_id, department, role, round, status, issued_at, returned_at) VALUES ($1, gen_random_uuid(), 'parks', 'assist', 1, 'returned', $2, $3)", [id(3), at(0), at(1)]);
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

describe('returns', () => {
  it('are counted by who returned or handed on, and who had it next', async () => {
    expect((await pool.query(returnsSql('pair'), [null, null])).rows).toEqual([
      { department: 'songtao', next: 'anhe', returns: 3, transfers: 0, cases: 3, medianHeldMinutes: 240, longestHeldMinutes: 480 },
      { department: 'anhe', next: 'jinbian', returns: 1, transfers: 0, cases: 1, medianHeldMinutes: 600, longestHeldMinutes: 600 },
      { department: 'anhe', next: null, returns: 1, transfers: 0, cases: 1, medianHeldMinutes: 60, longestHeldMinutes: 60 },
      { department: 'jinbian', next: 'housing', returns: 1, transfers: 0, cases: 1, medianHeldMinutes: 60, longestHeldMinutes: 60 },
      { department: 'power', next: 'housing', returns: 0, transfers: 1, cases: 1, medianHeldMinutes: 180, longestHeldMinutes: 180 },
    ]);
  });

  it.each([
    ['department', ['songtao 3', 'anhe 2', 'jinbian 1', 'power 0']],
    ['category', ['facade 5', 'lamp 1']],
  ] as const)('are counted by %s', async (groupBy, expected) => {
    const { rows } = await pool.query<Record<string, string>>(returnsSql(groupBy), [null, null]);
    expect(rows.map((row) => `${row[groupBy]} ${row.returns}`)).toEqual(expected);
  });

  it('are those of cases registered in the period', async () => {
    expect((await pool.query(returnsSql('department'), [at(-24), at(0)])).rows).toMatchObject([{ department: 'anhe', returns: 1 }, { department: 'songtao', returns: 1 }]);
  });
});

describe('chains', () => {
  const ask = async (...values: (string | number | null)[]) =>
    (await pool.query<{ caseId: string; returns: number; lastReturnedAt: Date; links: { department: string; heldMinutes: number; returnedAt?: string }[] }>(chainsSql, values)).rows;

  it('are the cases that were returned so often, the newest return first, with all their leads', async () => {
    const rows = await ask(2, null, null, null, 10);
    expect(rows.map(({ caseId, returns }) => [caseId, returns])).toEqual([[id(0), 3], [id(1), 2]]);
    expect(rows[0]?.links.map(({ department, heldMinutes, returnedAt }) => [department, heldMinutes, returnedAt])).toEqual([
      ['songtao', 240, at(4)], ['anhe', 600, at(15)], ['jinbian', 60, at(17)], ['housing', 720, undefined],
    ]);
  });

  it('are those in which a department has a part, and come in pages', async () => {
    expect((await ask(1, 'jinbian', null, null, 10)).map(({ caseId }) => caseId)).toEqual([id(0)]);
    const [first] = await ask(1, null, null, null, 1);
    expect((await ask(1, null, first?.lastReturnedAt.toISOString() ?? null, first?.caseId ?? null, 10)).map(({ caseId }) => caseId)).toEqual([id(1), id(2)]);
  });
});
