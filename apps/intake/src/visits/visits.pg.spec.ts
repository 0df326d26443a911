import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { maskText, shippedRules } from '@lianban/contracts';
import type { Role } from '@lianban/contracts';
import { postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus, validationPipe } from '@lianban/service-kit';
import type { AuthenticatedRequest, CommandContext, Territory } from '@lianban/service-kit';
import { outcomeOf, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { pino } from 'pino';
import { FirmsController } from '../firms/firms.controller.js';
import type { FirmView } from '../firms/firm.views.js';
import { nothingAlike } from '../similar-cases/sample-similar-cases.js';
import { PlansController } from './plans.controller.js';
import type { PlanView } from './plan.views.js';
import { RecordVisits } from './record-visits.js';
import { VisitBody } from './visit.body.js';
import { VisitsController } from './visits.controller.js';
import type { RecordedVisitView } from './visit.views.js';

const infrastructure = testInfrastructure();
const directory = { require: () => Promise.resolve(), rules: () => Promise.resolve(shippedRules), territoryPaths: () => Promise.resolve((code: string) => [{ code }, { code: 'cedar-park' }] as Territory[]), nameOf: () => undefined };
let pool: pg.Pool;
let store: EventStore;
let visits: VisitsController;
let firms: FirmsController;
let plans: PlansController;
let firm: FirmView;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.intake, max: 8 });
  store = postgresEventStore(pool, 'intake');
  const bus = new CommandBus('intake', pool, store, 'only-for-this-test-0123456789');
  visits = new VisitsController(new RecordVisits(bus, store, directory, pool, nothingAlike, { PERSON_SECRET: 'only-for-this-test-0123456789' }), pool, directory, pino({ level: 'silent' }));
  plans = new PlansController(bus, { ...directory, territory: (code) => Promise.resolve({ code, kind: 'park' } as Territory), rule: (name) => Promise.resolve(shippedRules(name, { at: '' })) }, pool);
  firms = new FirmsController(bus, directory, pool);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const by = (role: Role, change: Partial<CommandContext> = {}): CommandContext => ({
  actor: { id: `p-${role}`, role, department: null, territory: null }, reach: new CallerReach('everything'), mayImport: false, correlationId: 'test', route: 'POST /api/v1/visits', requestHash: '', ...change,
});
let named = 0;
const newFirm = async (change: object = {}): Promise<FirmView> =>
  (await firms.register(by('grid'), { name: `流明光电有限公司${(named += 1)}`, building: 'cedar-park-b1', contact: { name: '李维', phone: '13911112222' }, ...change })).answer.body as FirmView;
beforeEach(async () => { firm = await newFirm(); });

const unpaid = { title: '四十个项目未付款', description: '李维说四十个项目已完工,至今未付款。' };
const bodyOf = async (body: object): Promise<VisitBody> => await validationPipe().transform(body, { type: 'body', metatype: VisitBody }) as VisitBody;
const record = async (body: object, ctx = by('specialist')): Promise<RecordedVisitView> =>
  (await visits.record(ctx, await bodyOf({ firmId: firm.firmId, portfolio: 'economy', ...body }))).answer.body as RecordedVisitView;
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const count = async (sql: string, values: unknown[] = []): Promise<number> => (await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, values)).rows[0]?.n ?? -1;
const codeOf = (asked: Promise<unknown>): Promise<unknown> => asked.then(() => 'done', (error: unknown) => outcomeOf(() => { throw error; }));

describe('a visit', () => {
  it('makes a case of each demand, linked both ways, contacted when the visit was, and names nobody', async () => {
    const at = daysAgo(2);
    const { visitId, cases } = await record({ occurredAt: at, note: '李维 13911112222 接待', demands: [{ ...unpaid, title: `${firm.name}被拖欠` }, { title: '停车难', description: '园区停车位不足。' }] });
    expect(cases.map(({ caseNo }) => /^LB\d{8}-\d{6}$/.test(caseNo))).toEqual([true, true]);
    const [first] = cases;
    const history = await store.read(first?.caseId ?? '');
    expect(history.map(({ type }) => type)).toEqual(['lianban.case.registered.v1', 'lianban.case.found-on-visit.v1', 'lianban.case.contacted.v1']);
    expect(new Set(history.map(({ metadata }) => metadata.occurredAt))).toEqual(new Set([at]));
    const [visit] = await store.read(`visit/${visitId}`);
    expect(visit?.data).toMatchObject({ firmId: firm.firmId, caseIds: cases.map(({ caseId }) => caseId), territory: 'cedar-park-b1', post: 'specialist', portfolio: 'economy' });
    expect(history[1]?.data).toMatchObject({ visitId });
    expect(history[0]?.metadata.causationId).toBe(visit?.metadata.id);
    expect(await count('similar_case WHERE case_id = ANY ($1)', [cases.map(({ caseId }) => caseId)])).toBe(2);
    const { rows } = await pool.query<{ data: string }>('SELECT data::text FROM event');
    expect(rows.filter(({ data }) => /李维|流明|13911112222/.test(data))).toEqual([]);
    const { rows: [contact] } = await pool.query('SELECT kind, name, phone FROM requester_contact WHERE case_id = $1', [first?.caseId]);
    expect(contact).toEqual({ kind: 'firm', name: firm.name, phone: '13911112222' });
    const { rows: [original] } = await pool.query('SELECT text FROM original_text WHERE case_id = $1 AND field = $2', [first?.caseId, 'description']);
    expect(original).toEqual({ text: unpaid.description });
    expect(await visits.show(visitId)).toMatchObject({ visitId, firmName: firm.name, note: '李维 13911112222 接待', visitedAt: at, caseIds: cases.map(({ caseId }) => caseId) });
    expect(await firms.list({ unseenSince: daysAgo(3) }).then(({ items }) => items.map(({ firmId }) => firmId))).not.toContain(firm.firmId);
    expect(await firms.list({ unseenSince: daysAgo(1) }).then(({ items }) => items.map(({ firmId }) => firmId))).toContain(firm.firmId);
  });

  it('to a household keeps building and door here', async () => {
    const household = { building: '3号楼', door: '2-501', name: '王秀兰', phone: '13700001111' };
    const body = { firmId: undefined, portfolio: undefined, household, territory: 'osmanthus-garden', demands: [{ title: '楼道灯', description: '3号楼2-501门口灯不亮' }] };
    const [one, two] = [await record(body, by('grid')), await record(body, by('grid'))];
    expect(two.householdId).toBe(one.householdId);
    expect(await visits.show(one.visitId)).toMatchObject({ building: '3号楼', door: '2-501', post: 'grid-worker' });
    const { rows } = await pool.query<{ data: string }>('SELECT data::text FROM event');
    expect(rows.filter(({ data }) => /2-501|王秀兰|3号楼/.test(data))).toEqual([]);
  });

  it.each<[string, Role, object, string]>([
    ['7 days later by a grid worker', 'grid', { occurredAt: daysAgo(6.9), portfolio: undefined }, 'done'],
    ['later than that', 'grid', { occurredAt: daysAgo(7.1), portfolio: undefined }, 'validation-failed'],
    ['later by intake, who does not visit', 'intake', { occurredAt: daysAgo(1), post: 'park-head', portfolio: undefined }, 'occurred-at-not-allowed'],
    ['ahead of time', 'grid', { occurredAt: daysAgo(-1), portfolio: undefined }, 'validation-failed'],
    ['to a firm nobody knows', 'specialist', { firmId: '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c39' }, 'validation-failed'],
    ['to a firm elsewhere', 'specialist', { territory: 'cedar-park-b2' }, 'validation-failed'],
    ['to nobody', 'specialist', { firmId: undefined }, 'validation-failed'],
    ['to two', 'specialist', { household: { door: '1' } }, 'validation-failed'],
  ])('%s', async (_what, role, body, expected) => {
    expect(await codeOf(record(body, by(role)))).toBe(expected);
  });

  it('is one under one key, also when the answer is forgotten', async () => {
    const ctx = by('specialist', { idempotencyKey: 'tablet/1', requestHash: 'h' });
    const answers = await Promise.all(Array.from({ length: 4 }, () => record({ demands: [unpaid] }, ctx)));
    expect(new Set(answers.map(({ cases }) => cases[0]?.caseId)).size).toBe(1);
    await pool.query(`DELETE FROM idempotency WHERE key = 'tablet/1'`);
    expect(await codeOf(record({ demands: [unpaid] }, ctx))).toBe('state-conflict');
    expect(await count('visit WHERE firm_id = $1', [firm.firmId])).toBe(1);
  });
});

describe('many visits in a call', () => {
  const request = (records: readonly unknown[]) => ({ body: { records } }) as AuthenticatedRequest;
  const bulk = async (records: readonly unknown[], ctx = by('grid', { route: 'POST /api/v1/visits/bulk', requestHash: JSON.stringify(records) })) =>
    (await visits.recordMany(ctx, { records: [...records] }, request(records), 'en')).items;
  const to = (key: string, change: object = {}) => ({ key, firmId: firm.firmId, ...change });

  it('are answered each by itself', async () => {
    const gone = await newFirm();
    await firms.change(gone.firmId, by('grid'), { active: false });
    const items = await bulk([
      to('a', { demands: [unpaid] }), to('b', { portfolio: 'economy' }), to('c', { firmId: gone.firmId }), to('d', { colour: 'red' }), 'nonsense', { firmId: firm.firmId }, to('e', { met: false }),
      to('f', { occurredAt: daysAgo(8) }), to('g', { household: { door: 7 } }),
    ]);
    expect(items.map(({ key, status, visit, problem }) => [key, status, visit ? 'visit' : problem?.errors.map(({ field }) => field).join()])).toEqual([
      ['a', 201, 'visit'], ['b', 400, 'portfolio'], ['c', 400, 'firmId'], ['d', 400, 'colour'], [undefined, 400, 'body'], [undefined, 400, 'key'], ['e', 201, 'visit'],
      ['f', 400, 'occurredAt'], ['g', 400, 'household.door'],
    ]);
    expect(await count('visit WHERE firm_id = $1', [firm.firmId])).toBe(2);
  });

  it('are each entered once: in one call, in two at a time, by the single call, and as a whole', async () => {
    const records = [to('one', { demands: [unpaid] }), to('one', { demands: [unpaid] }), to('two')];
    const [first, second] = await Promise.all([bulk(records), bulk(records)]);
    expect(second).toEqual(first);
    expect(first[1]).toEqual(first[0]);
    expect(await count('visit WHERE firm_id = $1', [firm.firmId])).toBe(2);
    // Another body under the same key is refused; the others don't mind.
    const changed = await bulk([to('one'), to('three')]);
    expect(changed.map(({ status }) => status)).toEqual([422, 201]);
    const whole = by('grid', { route: 'POST /api/v1/visits/bulk', idempotencyKey: 'sync-9', requestHash: 'w' });
    const once = await bulk([to('four')], whole);
    await firms.change(firm.firmId, by('grid'), { active: false });
    expect(await bulk([to('four')], whole)).toEqual(once);
    expect(await codeOf(bulk([to('four')], { ...whole, requestHash: 'other' }))).toBe('idempotency-key-reused');
  });

  it('500 of them, with a case each', async () => {
    const records = Array.from({ length: 500 }, (_, n) => to(`many-${n}`, { demands: [unpaid] }));
    const items = await bulk(records);
    expect(items.every(({ status }) => status === 201)).toBe(true);
    expect(await count('visit WHERE firm_id = $1', [firm.firmId])).toBe(500);
    expect(new Set(items.map(({ visit }) => visit?.cases[0]?.caseNo)).size).toBe(500);
  }, 30_000);
});

describe('the register of firms', () => {
  it('has a name once in a building, and keeps the contact apart', async () => {
    expect(await codeOf(newFirm({ name: firm.name }))).toBe('state-conflict');
    expect(await codeOf(newFirm({ name: firm.name, building: 'cedar-park-b2' }))).toBe('done');
    const { answer: { body } } = await firms.change(firm.firmId, by('grid'), { name: '流明集团', contact: { phone: '13922223333' } });
    expect(body).toMatchObject({ name: '流明集团', building: 'cedar-park-b1', contact: { phone: '13922223333' }, version: 2 });
    expect(await firms.list({ q: '流明集' })).toMatchObject({ items: [{ firmId: firm.firmId, name: '流明集团', contact: { phone: '13922223333' } }] });
    expect(await codeOf(firms.change('6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c39', by('grid'), { active: false }))).toBe('not-found');
  });
});

it('a plan counts the visits that name it, by post, until it is ended', async () => {
  const [from, to] = [daysAgo(3).slice(0, 10), daysAgo(-3).slice(0, 10)];
  const { planId } = (await plans.make(by('coordinator'), {
    title: maskText('扫楼'), territory: 'cedar-park', from, to, posts: [{ post: 'specialist', portfolio: 'economy', quota: 2 }, { post: 'park-head', quota: 5 }],
  })).answer.body as PlanView;
  await record({ planId });
  await record({ planId, met: false });
  await record({ planId, post: 'park-head', portfolio: undefined }, by('grid'));
  expect(await codeOf(record({ planId: '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c39' }))).toBe('validation-failed');
  expect(await codeOf(record({ planId, portfolio: 'party-building' }))).toBe('validation-failed');
  const [plan] = (await plans.list({ on: daysAgo(0).slice(0, 10), territory: 'cedar-park' })).items;
  expect(plan).toMatchObject({ planId, from, to, posts: [{ post: 'specialist', portfolio: 'economy', quota: 2, done: 1 }, { post: 'park-head', quota: 5, done: 1 }] });
  expect((await plans.end(planId, by('coordinator'), { reason: maskText('停工') })).answer.body).toMatchObject({ endedAt: expect.any(String), version: 2 });
  expect(await codeOf(record({ planId }))).toBe('validation-failed');
  expect(await codeOf(record({ planId, occurredAt: daysAgo(1) }))).toBe('done');
  expect((await plans.list({ on: daysAgo(0).slice(0, 10), territory: 'cedar-park' })).items).toEqual([]);
  expect((await visits.list({ planId })).items).toHaveLength(4);
});
