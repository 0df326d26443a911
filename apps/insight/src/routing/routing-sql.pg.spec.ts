import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { routingSql } from './routing-sql.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

/** Time, lead, its rank among the proposed, sure, automatic. */
const chosen: readonly (readonly [at: string, lead: string, rank: number | null, sure: boolean, automatic?: boolean])[] = [
  ['2026-02-28T15:59:00Z', 'housing', 1, true],
  ['2026-02-28T16:00:00Z', 'housing', 2, true],
  ['2026-03-05T01:00:00Z', 'health', 3, false],
  ['2026-03-06T01:00:00Z', 'health', 4, false],
  ['2026-03-07T01:00:00Z', 'health', null, false],
  ['2026-03-08T01:00:00Z', 'housing', 1, true, true],
];

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=insight' });
  for (const [index, [at, lead, rank, sure, automatic = false]] of chosen.entries()) {
    for (const type of ['lianban.routing.chosen.v1', 'lianban.case.dispatched.v1']) {
      await pool.query(`
        INSERT INTO timeline_v1 (case_id, source, stream_version, event_id, type, occurred_at, recorded_at, correlation_id, causation_id, actor, data)
        VALUES (gen_random_uuid(), 'dispatch', $1, gen_random_uuid(), $2, $3, $3, 'x', 'x', '{}', $4)`,
      [index + 1, type, at, JSON.stringify({ round: 1, lead, rank, proposed: [], sure, modelVersion: '0123456789ab', automatic })]);
    }
  }
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const ask = async (groupBy: Parameters<typeof routingSql>[0], from: string | null = null, to: string | null = null) =>
  (await pool.query<Record<string, unknown>>(routingSql(groupBy), [from, to])).rows.map((row) => Object.values(row).join(' '));

it.each([
  ['over all', undefined, ['all 5 1 1 3 2 1']],
  ['by month in China', 'month', ['2026-02 1 0 1 1 1 1', '2026-03 4 1 0 2 1 0']],
  ['by the chosen department', 'department', ['health 3 0 0 1 0 0', 'housing 2 1 1 2 2 1']],
  ['by model', 'model', ['0123456789ab 5 1 1 3 2 1']],
] as const)('%s: dispatches, automatic, first, among three, sure, sure and right', async (_, groupBy, expected) => expect(await ask(groupBy)).toEqual(expected));

it('those of a period', async () => expect(await ask(undefined, '2026-03-05T01:00:00Z', '2026-03-07T01:00:00Z')).toEqual(['all 2 0 0 1 0 0']));
