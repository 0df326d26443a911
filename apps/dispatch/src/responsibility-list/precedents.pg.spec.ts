import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Actor, EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus, handleTogether, hearing } from '@lianban/service-kit';
import type { CommandContext, Responsibility, Territory } from '@lianban/service-kit';
import { history, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { shippedRules } from '@lianban/contracts';
import { ObjectionController } from '../object-to-ruling/objection.controller.js';
import { RuleController } from '../rule/rule.controller.js';
import { watchCase } from '../watch-case/watch-case.process.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let ruling: RuleController;
let objecting: ObjectionController;

const directory = {
  require: () => Promise.resolve(), calendars: () => Promise.resolve([]), rules: () => Promise.resolve(shippedRules), responsibilities: () => Promise.resolve([]),
  territory: () => Promise.resolve({ kind: 'estate' } as unknown as Territory),
};

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.dispatch, max: 4 });
  store = postgresEventStore(pool, 'dispatch');
  const bus = new CommandBus('dispatch', pool, store, 'only-for-this-test-0123456789');
  ruling = new RuleController(bus, store, directory);
  objecting = new ObjectionController(bus, store, directory);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const by = (role: Actor['role'], department: string | null = null): CommandContext => ({
  actor: { id: `${role}-1`, role, department, territory: null }, reach: new CallerReach(department === null ? 'everything' : 'own department'), mayImport: false, correlationId: 'test', route: '', requestHash: '',
});

const acceptedCase = async (name: string): Promise<string> => {
  const caseId = deterministicId('precedents.pg.spec', name);
  const { hear: follow } = hearing([watchCase], () => Promise.resolve(undefined));
  const heard = history('intake', caseId, [
    { type: 'lianban.case.registered.v1', data: { caseNo: 'LB20260209-000001', title: name, description: name, channel: 'online', category: '住建/物业/外墙', territory: 'three-gardens', location: null, requester: { kind: 'resident', ref: deterministicId(name) }, urgency: 'normal' } },
    { type: 'lianban.case.accepted.v1', data: { level: 'general', category: '住建/物业/外墙', greenChannel: false } },
  ]);
  for (const event of heard) await store.transaction((tx) => handleTogether(tx, store, 'dispatch', [event as EventEnvelope], follow));
  return caseId;
};

const precedents = async (caseId: string): Promise<Responsibility[]> => {
  const { rows } = await pool.query<{ data: Responsibility }>(
    `SELECT DISTINCT ON (stream_id) data FROM event WHERE stream_id LIKE 'responsibility/%' AND data->>'caseId' = $1 ORDER BY stream_id, version DESC`, [caseId]);
  return rows.map(({ data }) => data).sort((a, b) => Date.parse(a.effectiveFrom) - Date.parse(b.effectiveFrom));
};

const rule = (caseId: string, lead: string) => ruling.rule(caseId, by('coordinator'), { lead, basis: maskText('第四条'), words: ['外墙'] });

it('a ruling is a precedent from then on, until another ruling on the case takes its place', async () => {
  const caseId = await acceptedCase('外墙脱落');
  await rule(caseId, 'housing');
  expect(await precedents(caseId)).toEqual([expect.objectContaining({ department: 'housing', source: 'ruling', matter: '外墙脱落', category: '住建/物业/外墙', words: ['外墙'], territoryKind: 'estate', basis: '第四条', effectiveUntil: null })]);
  await rule(caseId, 'housing');
  expect(await precedents(caseId)).toHaveLength(1);
  await rule(caseId, 'anhe-property');
  const [first, second] = await precedents(caseId);
  expect(first?.effectiveUntil).toBe(second?.effectiveFrom);
  expect(second).toMatchObject({ department: 'anhe-property', effectiveUntil: null });
});

it.each([true, false])('an objection that is upheld (%s) ends it', async (upheld) => {
  const caseId = await acceptedCase(`外墙 ${upheld}`);
  await rule(caseId, 'housing');
  await objecting.object(caseId, by('operator', 'housing'), { reason: maskText('合同到期。') });
  await objecting.decide(caseId, by('supervisor'), { upheld, reason: maskText('查明。') });
  expect((await precedents(caseId)).map(({ effectiveUntil }) => effectiveUntil === null)).toEqual([!upheld]);
});
