import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EventEnvelope, Role } from '@lianban/contracts';
import { sources } from '@lianban/contracts';
import { reachOn } from '@lianban/service-kit';
import type { CommandContext, DirectoryCopy, ServiceConfig } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { access } from '../access.js';
import { projecting } from '../../test-support/projecting.js';
import { onTheSpotLamp, reworkedLamp } from '../domain/sample-histories.js';
import { viewEntities } from '../views/case-parts.js';
import type { CasesQuery } from './cases-query.js';
import { ListCasesController } from './list-cases.controller.js';
import type { CasePage } from './list-cases.controller.js';
import { WholeCaseController } from './show-case.controller.js';
import { TimelineController } from './timeline.controller.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let views: DataSource;

/** Urban management led, landscaping assisted, power supply did the rework; nobody was ever given the other one. */
const [worked, settled] = ['00000000-0000-4000-9000-000000000001', '00000000-0000-4000-9000-000000000002'] as const;
const lamps = { [worked]: reworkedLamp, [settled]: onTheSpotLamp };

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.insight });
  views = await new DataSource({ type: 'postgres', url: services.insight, entities: viewEntities, synchronize: false }).initialize();
  const events = Object.entries(lamps).flatMap(([id, lamp]) => sources.flatMap((source) => lamp[source])
    .map((event, index): EventEnvelope => ({ ...event, metadata: { ...event.metadata, streamId: id, id: `${id.slice(0, 30)}${id.slice(-1)}${String(index).padStart(5, '0')}` } })));
  await projecting()(pool, 1, events);
}, 120_000);
afterAll(async () => {
  await views?.destroy();
  await pool?.end();
  await infrastructure.stop();
});

const by = (role: Role, department: string | null): CommandContext => ({
  actor: { id: `${role}-1`, role, department, territory: null }, reach: reachOn(access, 'GET /api/v1/insight/cases/:caseId', role), mayImport: false, correlationId: 'test', route: '', requestHash: '',
});
const story = () => new TimelineController(pool, { PERSON_SECRET: 'only-for-this-test-0123456789' } as ServiceConfig);
const outcomeOf = (ask: Promise<object>) => ask.then(() => 'reads', (error: { code: string }) => error.code);
const directory = { territories: () => Promise.resolve([]) } as unknown as DirectoryCopy;
const list = (who: CommandContext, query: CasesQuery = {}) => new ListCasesController(pool, directory).list(query, 'json', who) as Promise<CasePage>;
const listed = async (who: CommandContext, query: CasesQuery = {}) => (await list(who, query)).items.map(({ caseId }) => caseId).sort();

it.each<[Role, string | null, boolean]>([
  ['operator', 'urban-management', true], ['operator', 'landscaping', true], ['head', 'landscaping', true], ['operator', 'power-supply', true], ['head', 'power-supply', true],
  ['operator', 'water', false], ['head', 'water', false], ['operator', null, false], ['head', null, false],
])('%s of %s reads the case, its story and its line in the list: %s', async (role, department, reads) => {
  const who = by(role, department);
  const outcome = reads ? 'reads' : 'forbidden';
  expect(await outcomeOf(new WholeCaseController(views).show(worked, who))).toBe(outcome);
  expect(await outcomeOf(story().timeline(worked, who, 'en'))).toBe(outcome);
  expect(await outcomeOf(new WholeCaseController(views).show(settled, who))).toBe('forbidden');
  expect(await outcomeOf(story().timeline(settled, who, 'en'))).toBe('forbidden');
  expect(await listed(who)).toEqual(reads ? [worked] : []);
});

it.each<[Role]>([['analyst'], ['supervisor'], ['coordinator'], ['intake'], ['callback'], ['admin']])('%s reads all of them', async (role) => {
  const who = by(role, null);
  for (const id of [worked, settled]) {
    expect(await outcomeOf(new WholeCaseController(views).show(id, who))).toBe('reads');
    expect(await outcomeOf(story().timeline(id, who, 'en'))).toBe('reads');
  }
  expect(await listed(who)).toEqual([worked, settled]);
});

it('pages hold what is in reach only, and filters narrow it', async () => {
  const who = by('operator', 'power-supply');
  expect(await list(who, { limit: 1 })).toMatchObject({ items: [{ caseId: worked }], nextCursor: undefined });
  expect(await listed(who, { department: 'water' })).toEqual([]);
});
