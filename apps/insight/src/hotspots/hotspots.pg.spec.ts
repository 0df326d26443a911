import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedRules } from '@lianban/contracts';
import { pathsUp } from '@lianban/service-kit';
import type { Territory } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { type Hotspots, HotspotsController } from './hotspots.controller.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let asking: HotspotsController;
const id = (n: number): string => `3e6c1a4b-9d0f-4b7a-8a5e-0000000000${String(n).padStart(2, '0')}`;
const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const tree = [['district', null], ['street', 'district'], ['estate', 'street']].map(([code, parent]) => ({ code, parent, active: true })) as unknown as Territory[];

/** Title, days ago, territory. */
const cases: readonly (readonly [title: string, days: number, territory: string])[] = [
  ...[1, 2, 3, 4, 5].map((days) => ['锦绣苑东门路灯不亮', days, 'estate'] as const),
  ['锦绣苑东门路灯不亮', 60, 'estate'], ['锦绣苑东门路灯不亮', 200, 'estate'],
  ...[1, 2].map((days) => ['夜间施工噪音扰民', days, 'street'] as const),
];

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=insight' });
  for (const [index, [title, days, territory]] of cases.entries()) {
    await pool.query(`
      INSERT INTO cases_v1 (case_id, case_no, status, title, description, territory, registered_at, round, dispatches, returns, assist_departments, answered_round, outcome_round, reworks, breaches, in_scope,
                            contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied, events, reopenings, holds, extensions, escalations, joined_demands, demands)
      VALUES ($1, $2, 'accepted', $3, $4, $5, $6, 1, 0, 0, '{}', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, '{}', 1)`,
    [id(index), `LB-${index}`, title, `${title}，请处理。`, territory, ago(days)]);
  }
  asking = new HotspotsController(pool, { rules: () => Promise.resolve(shippedRules), territoryPaths: () => Promise.resolve(pathsUp(tree)), territories: () => Promise.resolve(tree), require: () => Promise.resolve() });
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const ask = async (query = {}) => await asking.hotspots(query, 'json') as Hotspots;
const sizes = ({ items }: Hotspots) => items.map(({ title, cases: count }) => `${title} ${count}`);

describe('hotspots over the read model', () => {
  it('are those of the last 90 days, each going on while the next one is near', async () => {
    const found = await ask();
    expect(found).toMatchObject({ compared: 8, cut: false });
    expect(sizes(found)).toEqual(['锦绣苑东门路灯不亮 5']);
    expect(found.items[0]?.members.map(({ caseNo }) => caseNo)).toEqual(['LB-4', 'LB-3', 'LB-2', 'LB-1', 'LB-0']);
  });

  it('are chosen by size, period and territory', async () => {
    expect(sizes(await ask({ minCases: 2 }))).toEqual(['锦绣苑东门路灯不亮 5', '夜间施工噪音扰民 2']);
    expect(sizes(await ask({ minCases: 2, from: ago(2.5).slice(0, 19) + 'Z' }))).toEqual(['锦绣苑东门路灯不亮 2', '夜间施工噪音扰民 2']);
    expect(sizes(await ask({ minCases: 2, territory: 'estate' }))).toEqual(['锦绣苑东门路灯不亮 5']);
    expect(sizes(await ask({ minCases: 2, territory: 'street' }))).toEqual(['锦绣苑东门路灯不亮 5', '夜间施工噪音扰民 2']);
  });
});
