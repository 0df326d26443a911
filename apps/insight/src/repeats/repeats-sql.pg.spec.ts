import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { repeatsSql } from './repeats.controller.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
const id = (n: number): string => `3e6c1a4b-9d0f-4b7a-8a5e-00000000000${n}`;
const at = (day: number): string => `2026-03-0${day}T01:00:00.000Z`;

/** Requester, territory, the closed case, day. */
const repeats: readonly (readonly [string | null, string, string | null, boolean | null])[] = [
  ['p-a', 'estate-a', id(8), true], ['p-a', 'estate-a', id(9), false], ['p-b', 'estate-a', id(8), false], [null, 'estate-b', id(8), false], ['p-c', 'estate-b', null, null],
];

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=insight' });
  for (const [index, [requester, territory, of, same]] of repeats.entries()) {
    await pool.query(`
      INSERT INTO cases_v1 (case_id, status, territory, registered_at, repeats_case_id, repeats_requester, repeats_same_requester, round, dispatches, returns, assist_departments, answered_round, outcome_round, reworks,
                            breaches, in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied, events, reopenings, holds, extensions, escalations, joined_demands, demands)
      VALUES ($1, 'registered', $2, $3, $4, $5, $6, 1, 0, 0, '{}', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, '{}', 1)`, [id(index), territory, at(index + 1), of, requester, same]);
  }
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const ask = async (groupBy: Parameters<typeof repeatsSql>[0], from: string | null = null) => (await pool.query(repeatsSql(groupBy), [from, null])).rows as { key: string; repeats: number }[];

describe('repeats', () => {
  it('are counted by requester, with their cases', async () => {
    expect(await ask('requester')).toEqual([
      { key: 'p-a', repeats: 2, bySameRequester: 1, repeatedCases: 2, lastAt: new Date(at(2)), caseIds: [id(1), id(0)] },
      { key: 'p-b', repeats: 1, bySameRequester: 0, repeatedCases: 1, lastAt: new Date(at(3)), caseIds: [id(2)] },
      { key: null, repeats: 1, bySameRequester: 0, repeatedCases: 1, lastAt: new Date(at(4)), caseIds: [id(3)] },
    ]);
  });

  it('and by place, of the period asked for', async () => {
    expect((await ask('territory')).map(({ key, repeats: count }) => [key, count])).toEqual([['estate-a', 3], ['estate-b', 1]]);
    expect((await ask('territory', at(3))).map(({ key, repeats: count }) => [key, count])).toEqual([['estate-a', 1], ['estate-b', 1]]);
  });
});
