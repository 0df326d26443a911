/** The sums are those of the rows, whatever happened; who writes at the same time neither waits nor loses. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type EventEnvelope, sources } from '@lianban/contracts';
import { testInfrastructure } from '@lianban/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { projecting } from '../../test-support/projecting.js';
import { mergedLamp, onTheSpotLamp, reopenedLamp, reworkedLamp, withdrawnLamp } from '../domain/sample-histories.js';
import { type Bounds, type GroupBy, groupings, ratesQuestion } from './rates-question.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let adminUrl: string;

beforeAll(async () => {
  const database = await (await infrastructure.postgres()).serviceDatabase();
  adminUrl = database.adminUrl;
  pool = new pg.Pool({ connectionString: database.services.insight });
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

/** Repeatable chance. */
const chance = ((seed: number) => () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648)(11);
const upTo = (n: number) => Math.floor(chance() * n);

const hour = 3_600_000;
/** A life that begins so many hours later than the sample. */
const lifeOf = (n: number, hours: number): EventEnvelope[] => {
  const lamp = [reworkedLamp, withdrawnLamp, onTheSpotLamp, mergedLamp, reopenedLamp][n % 5] ?? reworkedLamp;
  const streamId = randomUUID();
  return sources.flatMap((source) => lamp[source]).map((event) => ({
    ...event, metadata: { ...event.metadata, streamId, id: randomUUID(), occurredAt: new Date(Date.parse(event.metadata.occurredAt) + hours * hour).toISOString() },
  }));
};

const column = { department: 'responsible_department', territory: 'territory', category: 'category', kind: 'demand_kind', greenChannel: 'green_channel::text', month: 'period' } as const;
/** The same by summing the cases. */
const slowly = async (groupBy: GroupBy | undefined, { from, to }: Bounds, kind: string | null = null): Promise<object[]> => {
  const key = groupBy ? column[groupBy] : `'all'`;
  return (await pool.query<object>(
    `SELECT ${key} AS key, count(*) FILTER (WHERE demands > 0)::int AS cases, sum(demands)::int AS demands, sum(in_scope)::int AS "inScope", sum(contacted_in_time)::int AS "contactedInTime",
            sum(counted_reached)::int AS reached, sum(counted_resolved)::int AS resolved, sum(counted_asked)::int AS asked, sum(counted_satisfied)::int AS satisfied,
            min(period) FILTER (WHERE demands > 0 OR in_scope > 0) AS first, max(period) FILTER (WHERE demands > 0 OR in_scope > 0) AS last
       FROM cases
      WHERE registered_at IS NOT NULL AND ($1::timestamptz IS NULL OR registered_at >= $1) AND ($2::timestamptz IS NULL OR registered_at < $2) AND ${key} IS NOT NULL AND ($3::text IS NULL OR demand_kind = $3)
      GROUP BY 1 HAVING count(*) FILTER (WHERE demands > 0) > 0 OR sum(in_scope) > 0 ORDER BY 1`, [from, to, kind])).rows;
};
const asked = async (groupBy: GroupBy | undefined, bounds: Bounds, kind: string | null = null): Promise<object[]> => {
  const { text, values } = ratesQuestion(groupBy, bounds, kind);
  return (await pool.query<object>(text, values)).rows;
};
const equal = async (bounds: Bounds): Promise<void> => {
  for (const groupBy of [undefined, ...groupings]) {
    expect(await asked(groupBy, bounds)).toEqual(await slowly(groupBy, bounds));
    expect(await asked(groupBy, bounds, 'complaint')).toEqual(await slowly(groupBy, bounds, 'complaint'));
  }
};
const everything: Bounds = { from: null, to: null };

it('are those of the rows after any history, with events twice and cases deleted', async () => {
  const project = projecting();
  const lives = Array.from({ length: 60 }, (_, n) => ({ events: lifeOf(n, upTo(24 * 45)), given: 0 }));
  for (let step = 0; step < 60; step += 1) {
    const batch: EventEnvelope[] = [];
    for (let n = 0; n < 5; n += 1) {
      const life = lives[upTo(lives.length)] as (typeof lives)[number];
      const more = life.events.slice(life.given, life.given + 1 + upTo(8));
      life.given += more.length;
      batch.push(...more, ...(chance() < 0.2 ? more : []));
    }
    await project(pool, 1, batch);
    if (step % 20 === 19) await pool.query('DELETE FROM cases_v1 WHERE case_id = (SELECT case_id FROM cases_v1 ORDER BY case_id LIMIT 1)');
    const from = Date.UTC(2026, 1, 1) + upTo(60 * 24) * hour;
    await equal({ from: new Date(from).toISOString(), to: new Date(from + upTo(20 * 24) * hour).toISOString() });
  }
  await equal(everything);
  expect(await asked('month', everything)).not.toEqual([]);
}, 60_000);

it('neither wait for each other nor lose when two write the same days and departments at once', async () => {
  const before = (await asked(undefined, everything))[0] as { cases: number } | undefined;
  const [one, other] = [await pool.connect(), await pool.connect()];
  try {
    for (const client of [one, other]) await client.query(`BEGIN; SET LOCAL lock_timeout = '2s'`);
    // Days in opposite order, each statement while the other's transaction is open: with one row for both, the first wait would end in an error.
    for (const [first, second] of [[0, 240], [240, 0], [0, 0]] as const) {
      await projecting()(one, 1, lifeOf(0, first));
      await projecting()(other, 1, lifeOf(0, second));
    }
    await one.query('COMMIT');
    await other.query('COMMIT');
  } finally {
    for (const client of [one, other]) client.release(true);
  }
  expect((await asked(undefined, everything))[0]).toMatchObject({ cases: (before?.cases ?? 0) + 6 });
  await equal(everything);
}, 60_000);

it('are the same when a copy has been folded, in one stripe', async () => {
  const stripes = async () => (await pool.query<{ stripe: number }>('SELECT DISTINCT stripe FROM rate_sums_v1 ORDER BY stripe')).rows.map(({ stripe }) => stripe);
  // Of the two before who wrote at once.
  expect(await stripes()).toEqual([0, 1]);
  const owner = new pg.Client({ connectionString: adminUrl, options: '-c role=lianban_owner -c search_path=insight' });
  await owner.connect();
  await owner.query('CALL fold_rate_sums_v1()').finally(() => owner.end());
  expect(await stripes()).toEqual([0]);
  await equal(everything);
  await projecting()(pool, 1, lifeOf(0, 240));
  await equal(everything);
});

it('of a transaction that fails are not there', async () => {
  const client = await pool.connect();
  await client.query('BEGIN');
  await projecting()(client, 1, lifeOf(0, 0));
  await client.query('ROLLBACK');
  client.release();
  await equal(everything);
});
