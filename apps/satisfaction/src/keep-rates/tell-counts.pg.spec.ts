/** Counts that older builds stored become what this build would have folded, and each is published once. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { history, someone, testInfrastructure } from '@lianban/testing';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { evolve, initialState } from '../domain/case-call-backs.js';
import type { Counted, SatisfactionEvent } from '../domain/case-call-backs.js';
import { countOf } from '../domain/count.js';
import { initialRateFacts } from '../domain/rate-facts.js';
import { readCounts } from './project-rates.js';
import { tellCounts } from './tell-counts.js';

const infrastructure = testInfrastructure();
let owner: pg.Client;
let pool: pg.Pool;
let store: EventStore;

beforeAll(async () => {
  const { adminUrl, services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.satisfaction, max: 4 });
  store = postgresEventStore(pool, 'satisfaction');
  owner = new pg.Client({ connectionString: adminUrl, options: '-c role=lianban_owner -c search_path=satisfaction' });
  await owner.connect();
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await owner?.end();
  await infrastructure.stop();
});

const idOf = (name: string): string => deterministicId('rates-v3-migration', name);
const november = '2026-11-02T01:00:00.000Z';
const october = '2026-10-12T01:00:00.000Z';
type Told = readonly [resolved: boolean | null, satisfaction: number | null, demand?: string];

/** Name, registration, recorded outcomes, demands that joined and stayed, and the facts as stored. */
const cases: readonly (readonly [name: string, registeredAt: string | null, told: readonly Told[], joined: readonly string[], stored: object])[] = [
  ['reached, then not', november, [[true, 5], [null, null]], [], { outcomes: { own: { sequence: 2, reached: false, resolved: null, satisfaction: null } } }],
  ['reached, then not, in October', october, [[true, 5], [null, null]], [], { outcomes: { own: { sequence: 2, reached: false, resolved: null, satisfaction: null } } }],
  ['not asked', november, [[true, null]], [], { outcome: { sequence: 1, reached: true, resolved: true, satisfaction: null } }],
  ['not asked in October', october, [[true, null]], [], { outcome: { sequence: 1, reached: true, resolved: true, satisfaction: null } }],
  ['joined, left, joined again', november, [[true, 4], [false, 2, 'other']], ['other'], { outcomes: { own: { sequence: 1, reached: true, resolved: true, satisfaction: 4 } } }],
  ['joined and left', november, [[false, 2, 'other']], [], { outcomes: {} }],
  ['merged', november, [[true, 5]], [], { merged: true, outcomes: { own: { sequence: 1, reached: true, resolved: true, satisfaction: 5 } } }],
  ['nothing recorded', november, [], [], { outcome: null }],
  ['registration not heard', null, [[true, 3]], [], { outcomes: { own: { sequence: 1, reached: true, resolved: true, satisfaction: 3 } } }],
];

const recorded = (name: string, told: readonly Told[]): EventEnvelope<SatisfactionEvent>[] => history('satisfaction', idOf(name), told.map(([resolved, satisfaction, demand], index) => ({
  type: 'lianban.call-back.recorded.v2' as const,
  data: {
    callBackId: idOf(`${name} ${index}`), round: index + 1, demandCaseId: demand === undefined ? null : idOf(demand), lead: 'housing', reached: resolved !== null, resolved, satisfaction,
    comment: null, unitAtFault: null, decision: 'close' as const, reworks: 0,
  },
})));

const migrate = async (name: string): Promise<void> => {
  await owner.query(await readFile(new URL(`../../migrations/${name}.sql`, import.meta.url), 'utf8'));
};
/** The figures by this build's fold. */
const countedNow = ([name, registeredAt, told, joined, stored]: (typeof cases)[number]): Counted | null => countOf(
  recorded(name, told).reduce(evolve, initialState),
  { rates: { ...initialRateFacts, registeredAt, currentLead: 'housing', merged: 'merged' in stored }, joined: joined.map((demand) => ({ caseId: idOf(demand), caseNo: '', title: '', at: november })) });
const figuresOf = (counted: Counted | null) => counted && [counted.resolution.denominator, counted.resolution.numerator, counted.satisfaction.denominator, counted.satisfaction.numerator];
/** What was published for each case, in the order of the cases. */
const told = async () => Promise.all(cases.map(async ([name]) => [name, (await store.read(idOf(name))).flatMap(({ type, data }) => (type === 'lianban.case.counted.v1' ? [data] : []))] as const));
const untold = async () => (await pool.query('SELECT FROM case_rate WHERE tell_at IS NOT NULL')).rowCount;

it('keeps outcomes, joined demands, counts and sums', async () => {
  await owner.query(`ALTER TABLE case_rate DROP COLUMN asked, DROP COLUMN tell_at, ADD COLUMN facts jsonb NOT NULL DEFAULT '{}'`);
  await owner.query('ALTER TABLE case_rate_sum DROP COLUMN asked');
  await owner.query('ALTER TABLE case_rate DISABLE TRIGGER USER');
  for (const [name, registeredAt, outcomes, joined, stored] of cases) {
    const events = recorded(name, outcomes);
    if (events.length > 0) await owner.query(`INSERT INTO stream VALUES ($1, $2, pg_current_xact_id())`, [idOf(name), events.length]);
    for (const { metadata: { streamVersion }, type, data } of events) {
      // The first version of the event does not name the demand.
      const { demandCaseId, ...first } = data as { demandCaseId: string | null };
      const asFirst = 'outcome' in stored;
      await owner.query(
        `INSERT INTO event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor) VALUES ($1, $2, $3, $4, $5, '2026-11-03T01:00:00Z', now(), 'c', 'c', $6)`,
        [idOf(name), streamVersion, idOf(`${name} event ${streamVersion}`), asFirst ? 'lianban.call-back.recorded.v1' : type, asFirst ? first : { ...first, demandCaseId }, someone]);
    }
    // This case has no row of facts, only its rates, as a case of which only sla has told.
    if (name !== 'merged') {
      await owner.query('INSERT INTO case_fact (case_id, version, data) VALUES ($1, 1, $2)', [idOf(name), joined.length === 0 ? {} : { joined: joined.map((demand) => ({ caseId: idOf(demand) })) }]);
    }
    await owner.query('INSERT INTO case_rate (case_id, facts, period, department) VALUES ($1, $2, $3, $4)',
      [idOf(name), { registeredAt, currentLead: 'housing', leadAtAnswer: null, contact: null, ...stored }, registeredAt?.slice(0, 7), 'housing']);
  }
  await migrate('0006_third_formula');
  await migrate('0007_counts_are_told');

  const { rows } = await owner.query<{ id: string; counts: number[] }>('SELECT case_id AS id, ARRAY[reached, resolved, asked, satisfied] AS counts FROM case_rate WHERE period IS NOT NULL');
  const found = new Map(rows.map(({ id, counts }) => [id, counts]));
  expect(cases.map(([name]) => [name, found.get(idOf(name)) ?? null])).toEqual(cases.map((one) => [one[0], figuresOf(countedNow(one))]));

  // November by hand, resolved and satisfied: "reached, then not" 1/1 and 1/1; "not asked" 1/1 and 0/0; "joined again" 1/2 and 1/2.
  expect(await readCounts(owner, '2026-11')).toEqual([{ department: 'housing', inScope: 0, contactedInTime: 0, reached: 4, resolved: 3, asked: 3, satisfied: 2 }]);
  expect(await readCounts(owner, '2026-10')).toEqual([{ department: 'housing', inScope: 0, contactedInTime: 0, reached: 1, resolved: 1, asked: 1, satisfied: 0 }]);
});

it('publishes each case that counts something once, however many processes look, with the time of its last event', async () => {
  const expected = cases.map((one) => [one[0], [countedNow(one)].filter((counted) => counted !== null && figuresOf(counted)?.some((figure) => figure > 0))]);
  const toTell = expected.filter(([, counted]) => counted?.length === 1).length;
  expect([await untold(), (await told()).flatMap(([, counted]) => counted)]).toEqual([toTell, []]);

  const results = await Promise.all([1, 2].map(() => tellCounts(store, new Date(), 3)));
  expect(results.reduce((sum, { events }) => sum + events, 0)).toBe((toTell - (await untold() ?? 0)));
  while ((await tellCounts(store, new Date(), 3)).cases > 0);
  expect(await told()).toEqual(expected);
  expect(await untold()).toBe(0);
  expect((await store.read(idOf('not asked'))).map(({ metadata }) => metadata.occurredAt)).toEqual(['2026-11-03T01:00:00.000Z', '2026-11-03T01:00:00.000Z']);
});

it('puts off what this build can’t read, and publishes the others', async () => {
  const [broken, good] = ['reached, then not', 'not asked'].map(idOf) as [string, string];
  await owner.query(`UPDATE event SET type = 'lianban.call-back.recorded.v99' WHERE stream_id = $1 AND version = 1`, [broken]);
  await owner.query('UPDATE case_rate SET tell_at = now() WHERE case_id = ANY ($1)', [[broken, good]]);
  expect(await tellCounts(store, new Date(), 3)).toMatchObject({ cases: 2, events: 0, unreadable: [{ caseId: broken }] });
  expect((await pool.query('SELECT case_id, tell_at > now() AS later FROM case_rate WHERE tell_at IS NOT NULL')).rows).toEqual([{ case_id: broken, later: true }]);
});

it('keeps the new column by its triggers', async () => {
  await owner.query(`UPDATE case_rate SET asked = asked + 1 WHERE case_id = $1`, [idOf('not asked')]);
  expect(await readCounts(owner, '2026-11')).toMatchObject([{ asked: 4 }]);
});
