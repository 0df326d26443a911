import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { sharesOf } from './tiers.controller.js';
import { type TierGrouping, tiersSql } from './tiers-sql.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

/** Period, territory, tier (null: its own), how it went. */
const cases: readonly (readonly [period: string, territory: string, tier: string | null, state: string, spot: boolean, resolved: boolean | null])[] = [
  ['2026-02', 'garden', null, 'closed', true, null],
  ['2026-02', 'garden', null, 'closed', false, true],
  ['2026-02', 'garden', null, 'closed', false, false],
  ['2026-02', 'garden', 'subdistrict', 'closed', false, true],
  ['2026-03', 'garden', null, 'in-progress', false, null],
  ['2026-03', 'riverside', null, 'closed', false, true],
  ['2026-03', 'garden', 'district', 'closed', false, true],
  ['2026-03', 'garden', null, 'withdrawn', false, true],
];

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=insight' });
  const place = (code: string, kind: string, parent: string | null) => pool.query("INSERT INTO directory_entry (kind, code, data, revision) VALUES ('territory', $1, $2, 1)", [code, { code, kind, parent, name: { zh: code, en: code }, active: true }]);
  await place('east', 'district', null);
  await place('west', 'subdistrict', 'east');
  await place('riverside', 'community-residential', 'west');
  await place('garden', 'estate', 'riverside');
  for (const [period, territory, tier, status, spot, resolved] of cases) {
    await pool.query(`
      INSERT INTO cases_v1 (case_id, status, territory, tier, period, registered_at, accepted_at, on_the_spot_at, resolved, round, dispatches, returns, assist_departments, answered_round, outcome_round, reworks, breaches,
                            in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied, events, reopenings, holds, extensions, escalations, joined_demands, demands)
      VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, CASE WHEN $6 THEN NULL ELSE $5::timestamptz END, CASE WHEN $6 THEN $5::timestamptz END, $7, 1, 1, 0, '{}', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, '{}', 1)`,
    [status, territory, tier, period, `${period}-10T00:00:00Z`, spot, resolved]);
  }
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const lines = async (groupBy: TierGrouping | null, ...values: (string | string[] | null)[]): Promise<string[]> => {
  const { rows } = await pool.query<Parameters<typeof sharesOf>[0][number]>(tiersSql(groupBy), values);
  return sharesOf(rows).map(({ key, tier, cases: all, closed, solved, share, shareUpTo }) =>
    `${key ?? 'all'} ${tier}: ${all} ${closed} ${solved}, ${share.numerator}/${share.denominator}, ${shareUpTo.numerator}/${shareUpTo.denominator}`);
};

it('tells what each tier solves, and what stays below it', async () => {
  expect(await lines(null, null, null, null)).toEqual([
    'all estate: 4 3 2, 2/5, 2/5', 'all community-residential: 1 1 1, 1/5, 3/5', 'all subdistrict: 1 1 1, 1/5, 4/5', 'all district: 1 1 1, 1/5, 5/5',
  ]);
});

it('tells it by month, each share of its own month', async () => {
  expect(await lines('month', null, null, null)).toEqual([
    '2026-02 estate: 3 3 2, 2/3, 2/3', '2026-02 subdistrict: 1 1 1, 1/3, 3/3', '2026-03 estate: 1 0 0, 0/2, 0/2', '2026-03 community-residential: 1 1 1, 1/2, 1/2', '2026-03 district: 1 1 1, 1/2, 2/2',
  ]);
});

it('tells it of some territories in a period', async () => {
  expect(await lines('territory', '2026-03-01T00:00:00Z', null, ['garden'])).toEqual(['garden estate: 1 0 0, 0/1, 0/1', 'garden district: 1 1 1, 1/1, 1/1']);
});
