/** What a build before the third formula has stored counts as if it had been folded by this one. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import { history, testInfrastructure } from '@lianban/testing';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { countedCase, evolveRateFacts, initialRateFacts } from '../domain/rate-facts.js';
import type { RateEvent } from '../domain/rate-facts.js';
import { readCounts } from './project-rates.js';

const infrastructure = testInfrastructure();
let owner: pg.Client;

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  owner = new pg.Client({ connectionString: adminUrl, options: '-c role=lianban_owner -c search_path=satisfaction' });
  await owner.connect();
}, 120_000);
afterAll(async () => {
  await owner?.end();
  await infrastructure.stop();
});

const idOf = (name: string): string => deterministicId('rates-v3-migration', name);
const november = '2026-11-02T01:00:00.000Z';
const october = '2026-10-12T01:00:00.000Z';
type Told = readonly [resolved: boolean | null, satisfaction: number | null, demand?: string];

/** Name, registration, what was recorded, who has joined and not left, and the facts as they were stored. */
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

const recorded = (name: string, told: readonly Told[]): EventEnvelope<RateEvent>[] => history('satisfaction', idOf(name), told.map(([resolved, satisfaction, demand], index) => ({
  type: 'lianban.call-back.recorded.v2' as const,
  data: {
    callBackId: idOf(`${name} ${index}`), round: index + 1, demandCaseId: demand === undefined ? null : idOf(demand), lead: 'housing', reached: resolved !== null, resolved, satisfaction,
    comment: null, unitAtFault: null, decision: 'close' as const, reworks: 0,
  },
})));

it('brings outcomes, joined demands, counts and sums along', async () => {
  await owner.query('ALTER TABLE case_rate DROP COLUMN asked');
  await owner.query('ALTER TABLE case_rate_sum DROP COLUMN asked');
  await owner.query('ALTER TABLE case_rate DISABLE TRIGGER USER');
  for (const [name, registeredAt, told, joined, stored] of cases) {
    for (const { metadata: { streamVersion }, type, data } of recorded(name, told)) {
      // An event of the first version names no demand.
      const { demandCaseId, ...first } = data as { demandCaseId: string | null };
      const asFirst = 'outcome' in stored;
      await owner.query(
        `INSERT INTO event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor) VALUES ($1, $2, $3, $4, $5, now(), now(), 'c', 'c', '{}')`,
        [idOf(name), streamVersion, idOf(`${name} event ${streamVersion}`), asFirst ? 'lianban.call-back.recorded.v1' : type, asFirst ? first : { ...first, demandCaseId }]);
    }
    await owner.query('INSERT INTO case_fact (case_id, version, data) VALUES ($1, 1, $2)', [idOf(name), joined.length === 0 ? {} : { joined: joined.map((demand) => ({ caseId: idOf(demand) })) }]);
    await owner.query('INSERT INTO case_rate (case_id, facts, period, department) VALUES ($1, $2, $3, $4)',
      [idOf(name), { registeredAt, currentLead: 'housing', leadAtAnswer: null, contact: null, ...stored }, registeredAt?.slice(0, 7), 'housing']);
  }
  await owner.query(await readFile(new URL('../../migrations/0006_third_formula.sql', import.meta.url), 'utf8'));

  const expected = cases.map(([name, registeredAt, told, joined, stored]) => {
    const facts = recorded(name, told).reduce(evolveRateFacts, { ...initialRateFacts, registeredAt, currentLead: 'housing', merged: 'merged' in stored, joined: joined.map(idOf) });
    const { reached, resolved, asked, satisfied } = countedCase(facts).counts;
    return [name, facts.outcomes, facts.joined, [reached, resolved, asked, satisfied]];
  });
  const { rows } = await owner.query<{ id: string; outcomes: object; joined: string[]; counts: number[] }>(
    `SELECT case_id AS id, facts->'outcomes' AS outcomes, facts->'joined' AS joined, ARRAY[reached, resolved, asked, satisfied] AS counts FROM case_rate`);
  const found = new Map(rows.map(({ id, outcomes, joined, counts }) => [id, [outcomes, joined, counts]]));
  expect(cases.map(([name]) => [name, ...found.get(idOf(name)) ?? []])).toEqual(expected);

  // November by hand: reached-then-not 1/1 and 1/1; not asked 1/1 and 0/0; joined again 1/2 and 1/2.
  expect(await readCounts(owner, '2026-11')).toEqual([{ department: 'housing', inScope: 0, contactedInTime: 0, reached: 4, resolved: 3, asked: 3, satisfied: 2 }]);
  expect(await readCounts(owner, '2026-10')).toEqual([{ department: 'housing', inScope: 0, contactedInTime: 0, reached: 1, resolved: 1, asked: 1, satisfied: 0 }]);
  // The triggers are there again, and keep the new column.
  await owner.query(`UPDATE case_rate SET asked = asked + 1 WHERE case_id = $1`, [idOf('not asked')]);
  expect(await readCounts(owner, '2026-11')).toMatchObject([{ asked: 4 }]);
});
