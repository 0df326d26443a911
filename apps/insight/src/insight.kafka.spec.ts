import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { definitionOf, type EventEnvelope, sources } from '@lianban/contracts';
import { ensureTopics, kafkaClient, toMessage } from '@lianban/kafka';
import { runService, writeToken } from '@lianban/service-kit';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import type { INestApplication } from '@nestjs/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { AppModule } from './app.module.js';
import { type Histories, histories, onTheSpotLamp, refusedLamp, reworkedLamp, withdrawnLamp } from './domain/sample-histories.js';

const infrastructure = testInfrastructure();
const secret = 'only-for-this-test-0123456789';
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Other tests write to the same topic; these territories are this run's own. */
const district = uniqueName('district');
const grid = uniqueName('grid');

let app: INestApplication;
let url: string;
let folder: string;
let token: (role: string) => Promise<string>;
let producer: ReturnType<ReturnType<typeof kafkaClient>['producer']>;
const cases: { caseId: string; lamp: Histories }[] = [reworkedLamp, withdrawnLamp, onTheSpotLamp, refusedLamp, reworkedLamp]
  .map((lamp) => ({ caseId: randomUUID(), lamp }));

const placed = (event: EventEnvelope, caseId: string, index: number): EventEnvelope => ({
  ...event,
  data: event.type === 'lianban.case.registered.v1' ? { ...event.data, territory: grid, caseNo: `LB20260209-${caseId.slice(0, 6)}`, title: '=1+1 路灯' } : event.data,
  metadata: { ...event.metadata, streamId: caseId, id: `${caseId.slice(0, 30)}${String(index).padStart(6, '0')}` },
}) as EventEnvelope;
const eventsOf = ({ caseId, lamp }: { caseId: string; lamp: Histories }): EventEnvelope[] =>
  sources.flatMap((source) => lamp[source]).map((event, index) => placed(event, caseId, index));
const publish = async (topic: string, events: readonly EventEnvelope[]): Promise<void> => {
  await producer.send({ topic, messages: events.map(({ metadata, type, data }) => toMessage({ ...metadata, type, data, xid: '0', position: '0' })) });
};

const territory = (code: string, parent: string | null): EventEnvelope => ({
  type: 'lianban.directory.territory-changed.v1',
  data: { code, kind: parent ? 'grid' : 'district', name: { zh: '网格', en: 'Grid' }, parent, active: true },
  metadata: { ...(reworkedLamp.intake[0] as EventEnvelope).metadata, source: 'dispatch', streamId: `territory/${code}`, streamVersion: 1, id: randomUUID() },
});

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  const { brokers } = await infrastructure.kafka();
  await ensureTopics(brokers);
  producer = kafkaClient(brokers, 'insight-test', silent).producer();
  await producer.connect();
  folder = await mkdtemp(join(tmpdir(), 'lianban-insight-'));
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'test' }] }));
  token = (role) => new SignJWT({ role }).setProtectedHeader({ alg: 'EdDSA', kid: 'test' }).setSubject(`${role}-1`)
    .setIssuer('http://lianban.local').setAudience('lianban').setExpirationTime('5m').sign(privateKey);
  const before = { ...process.env };
  Object.assign(process.env, {
    PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: services.insight, KAFKA_BROKERS: brokers.join(','), AUTH_JWKS_FILE: join(folder, 'jwks.json'),
    CONSISTENCY_SECRET: secret, PERSON_SECRET: 'only-for-this-test-0123456789-persons',
  });
  app = await runService(AppModule, 'insight');
  process.env = before;
  url = await app.getUrl();
  await publish('lianban.directory', [territory(district, null), territory(grid, district)]);
  for (const one of cases) await publish('lianban.case', eventsOf(one));
}, 120_000);

afterAll(async () => {
  await app?.close();
  await producer?.disconnect();
  await infrastructure.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Answer { status: number; headers: Headers; text: string; body: Record<string, unknown> & { items: Record<string, unknown>[]; nextCursor?: string } }
const get = async (path: string, { as = 'analyst', headers = {} }: { as?: string; headers?: Record<string, string> } = {}): Promise<Answer> => {
  const response = await fetch(`${url}/api/v1/insight/${path}`, { headers: { authorization: `Bearer ${await token(as)}`, ...headers } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
};
/** As a client does: with the tokens of what it has seen. */
const seen = (one: (typeof cases)[number]) => ({
  'x-consistency-token': sources.filter((source) => one.lamp[source].length > 0)
    .map((source) => writeToken({ source, streamId: one.caseId, version: one.lamp[source].length }, secret)).join(', '),
});
const all = cases.map(seen).map((header) => header['x-consistency-token']).join(', ');
const listed = (path: string) => get(path, { headers: { 'x-consistency-token': all } });

const once = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 100) throw new Error(`never so: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
};

const cursorOf = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');
/** Reads like a time, yet SQL knows no such day. */
const noDay = '2026-02-30T00:00:00.000Z';
const noCase = '00000000-0000-4000-8000-000000000000';

describe('insight', () => {
  it('shows a case, once it has seen what the caller has seen', async () => {
    const [one] = cases;
    if (!one) throw new Error('no case');
    const { status, body } = await get(`cases/${one.caseId}`, { headers: seen(one) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ caseId: one.caseId, status: 'closed', territory: grid, leadDepartment: 'power-supply', satisfaction: 5, reworks: 1, events: 33 });
    expect(body).not.toHaveProperty('refusedAt');
    expect(body.workOrders).toMatchObject([{ role: 'lead', round: 1, status: 'completed' }, { role: 'assist', status: 'returned' }, { round: 2, cause: 'rework' }]);
    expect(body.clocks).toMatchObject([{ kind: 'contact', status: 'met' }, { kind: 'lead', status: 'breached' }, { kind: 'rework', status: 'met' }]);
    expect(body.callBacks).toMatchObject([{ decision: 'rework' }, { decision: 'close' }]);
  }, 30_000);

  it('tells its story in order, as people read it', async () => {
    const [one] = cases;
    if (!one) throw new Error('no case');
    const { body } = await get(`cases/${one.caseId}/timeline`, { as: 'coordinator', headers: seen(one) });
    expect(body.items).toHaveLength(33);
    expect(body.items[0]).toMatchObject({ type: 'lianban.case.registered.v1', service: 'intake', actor: { id: expect.stringMatching(/^p-/), role: 'admin' }, summary: expect.stringContaining('registered') });
    const times = body.items.map(({ occurredAt }) => String(occurredAt));
    expect(times).toEqual([...times].sort());
  }, 30_000);

  it('tells it in the language of the reader', async () => {
    const [one] = cases;
    if (!one) throw new Error('no case');
    const told = (language: string) => get(`cases/${one.caseId}/timeline`, { headers: { ...seen(one), 'accept-language': language } });
    const [zh, fr] = [await told('zh-CN,zh;q=0.9,en;q=0.5'), await told('fr')];
    expect([zh.headers.get('content-language'), zh.headers.get('vary'), fr.headers.get('content-language')]).toEqual(['zh', expect.stringContaining('Accept-Language'), 'en']);
    expect(zh.body.items[0]?.summary).toBe(definitionOf('lianban.case.registered.v1')?.summary.zh);
    expect(zh.body.items.filter(({ summary }) => !/\p{Script=Han}/u.test(String(summary)))).toEqual([]);
    expect(fr.body.items[0]?.summary).toBe(definitionOf('lianban.case.registered.v1')?.summary.en);
    const but = (answer: Answer) => answer.body.items.map(({ summary, ...rest }) => rest);
    expect(but(zh)).toEqual(but(fr));
  }, 30_000);

  it('lists by filter, a territory with all it holds', async () => {
    await once('the directory copy knows the district', async () => (await listed(`cases?territory=${district}`)).body.items.length === cases.length);
    const ids = async (query: string) => (await listed(`cases?territory=${grid}&${query}`)).body.items.map(({ caseId }) => caseId);
    expect(await ids('status=refused')).toEqual([cases[3]?.caseId]);
    expect((await ids('status=refused,withdrawn')).length).toBe(2);
    expect((await ids('status=refused&status=withdrawn')).length).toBe(2);
    expect((await ids('department=power-supply')).length).toBe(2);
    expect((await ids('category=城乡建设&level=general&channel=grid')).length).toBe(3);
    expect((await ids('category=城乡')).length).toBe(0);
    expect(await ids('overdue=true')).toEqual([]);
    expect((await ids('q=路灯')).length).toBe(cases.length);
    expect(await ids('q=%25')).toEqual([]);
    expect(await ids(`q=LB20260209-${cases[1]?.caseId.slice(0, 6)}`)).toEqual([cases[1]?.caseId]);
    expect((await ids('from=2026-02-09&to=2026-02-09')).length).toBe(cases.length);
    expect((await ids('from=2026-02-09T09:00:00+08:00&to=2026-02-10')).length).toBe(cases.length);
    expect(await ids('to=2026-02-08')).toEqual([]);
    expect((await ids('from=0000-01-01&to=9999-12-31T23:59:59-12:00')).length).toBe(cases.length);
  }, 30_000);

  it.each(['-registeredAt', 'registeredAt', 'dueAt', '-lastRecordedAt'])('pages in the order %s without a gap or a double', async (sort) => {
    const found: unknown[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await listed(`cases?territory=${grid}&sort=${sort}&limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      found.push(...body.items.map(({ caseId }) => caseId));
      cursor = body.nextCursor;
    } while (cursor);
    expect(found.sort()).toEqual(cases.map(({ caseId }) => caseId).sort());
    expect((await listed(`cases?sort=${sort === 'dueAt' ? 'registeredAt' : 'dueAt'}&cursor=${Buffer.from(JSON.stringify([sort, 'infinity', cases[0]?.caseId])).toString('base64url')}`)).status).toBe(400);
  }, 30_000);

  it('gives CSV that a spreadsheet can open without harm', async () => {
    const { headers, text } = await get(`cases?territory=${grid}`, { headers: { accept: 'text/csv' } });
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = text.trim().split('\r\n');
    expect(lines[0]?.replace('\uFEFF', '').split(',').slice(0, 4)).toEqual(['caseId', 'caseNo', 'status', 'title']);
    expect(lines).toHaveLength(cases.length + 1);
    expect(text).toContain("'=1+1 路灯");
    for (const list of ['rates?groupBy=month', 'workload', 'overdue']) {
      expect((await get(list, { headers: { accept: 'text/csv' } })).headers.get('content-type')).toBe('text/csv; charset=utf-8');
    }
    expect(await get('cases', { headers: { accept: 'image/png' } })).toMatchObject({ status: 406, body: { code: 'not-acceptable' } });
  }, 30_000);

  it('sums what satisfaction says of each case', async () => {
    await listed('rates');
    const counted = cases.flatMap((one) => eventsOf(one).flatMap((event) => (event.type === 'lianban.case.counted.v1' ? [event] : [])).slice(-1));
    const sumOf = (rate: 'response' | 'resolution' | 'satisfaction') => {
      const [numerator, denominator] = (['numerator', 'denominator'] as const).map((part) => counted.reduce((sum, { data }) => sum + data[rate][part], 0)) as [number, number];
      return { numerator, denominator, value: numerator / denominator };
    };
    expect(counted.length).toBeGreaterThan(1);
    const { body } = await get('rates?groupBy=territory');
    const item = body.items.find(({ key }) => key === grid);
    expect(item).toMatchObject({ cases: cases.length, demands: cases.length, name: { en: 'Grid' } });
    for (const rate of ['response', 'resolution', 'satisfaction'] as const) {
      expect(item?.[rate]).toEqual(sumOf(rate));
    }
    // Other specs may have written later cases to the same topic.
    expect((await get('rates?from=2026-02-01&to=2026-02-28')).body).toMatchObject({ formula: 'three-rates.v2', items: [{ key: 'all' }] });
    expect((await get('rates?groupBy=month&from=2026-02-01&to=2026-02-28')).body.items.map(({ key }) => key)).toEqual(['2026-02']);
  }, 30_000);

  it('tells the load of each unit, and what is late and whose', async () => {
    const late = randomUUID();
    const running = eventsOf({ caseId: late, lamp: histories({ intake: reworkedLamp.intake.slice(0, 2), dispatch: reworkedLamp.dispatch.slice(0, 3), sla: reworkedLamp.sla.slice(0, 4) }) });
    await publish('lianban.case', running);
    const headers = { 'x-consistency-token': writeToken({ source: 'sla', streamId: late, version: 4 }, secret) };
    const { body } = await get(`overdue?territory=${district}&department=urban-management&kind=lead`, { headers });
    expect(body.items).toMatchObject([{ caseId: late, kind: 'lead', owner: 'department', department: 'urban-management', level: 'general' }]);
    // More clocks than a CSV file fetches at once.
    const [start] = running.filter(({ type }) => type === 'lianban.clock.started.v2').slice(-1);
    if (!start) throw new Error('no clock');
    await publish('lianban.case', Array.from({ length: 600 }, (_, n): EventEnvelope => ({
      ...start, data: { ...start.data, clockId: randomUUID() } as never, metadata: { ...start.metadata, id: randomUUID(), streamVersion: 5 + n },
    })));
    const many = { 'x-consistency-token': writeToken({ source: 'sla', streamId: late, version: 604 }, secret) };
    await get(`cases/${late}`, { headers: many });
    const csv = await get(`overdue?territory=${district}&kind=lead`, { headers: { accept: 'text/csv' } });
    expect(new Set(csv.text.trim().split('\r\n')).size).toBe(1 + 601);
    const workload = (await get('workload')).body.items.find(({ department }) => department === 'urban-management');
    expect(workload).toMatchObject({ open: expect.any(Number), overdue: expect.any(Number) });
    expect(Number(workload?.overdue)).toBeGreaterThanOrEqual(1);
    expect((await get(`cases?territory=${grid}&overdue=true`)).body.items.map(({ caseId }) => caseId)).toEqual([late]);
  }, 30_000);

  it.each([
    ['cases?status=open', 'status'], ['cases?limit=0', 'limit'], ['cases?limit=501', 'limit'], ['cases?nonsense=1', 'nonsense'], ['cases?from=yesterday', 'from'],
    ['cases?from=2026-02-30', 'from'], ['cases?from=2026-1-1', 'from'], ['cases?cursor=x', 'cursor'], ['cases?q=', 'q'], ['cases?q=%00', 'q'], ['cases?sort=title', 'sort'],
    ['cases?overdue=perhaps', 'overdue'], ['cases?department=', 'department'], ['cases/not-an-id', 'caseId'], ['rates?groupBy=colour', 'groupBy'],
    ...[['-registeredAt', noDay, noCase], ['dueAt', noDay, noCase]].map((place) => [`cases?sort=${place[0]}&cursor=${cursorOf(place)}`, 'cursor']),
    [`overdue?cursor=${cursorOf([noDay, noCase])}`, 'cursor'],
    ['rates?asOf=2026-01-01', 'asOf'], ['overdue?kind=x', 'kind'], ['overdue?cursor=WyJhIiwiYiJd', 'cursor'],
  ])('refuses %s and names the field', async (path, field) => {
    const { status, body } = await get(path);
    expect({ status, code: body.code, fields: (body.errors as { field: string }[]).map((error) => error.field.split('.')[0]) })
      .toEqual({ status: 400, code: 'validation-failed', fields: [field] });
  });

  it('is for those who may read', async () => {
    expect((await get('cases', { as: 'requester' })).status).toBe(403);
    // An operator of no department: nothing is in reach.
    expect(await get('cases', { as: 'operator' })).toMatchObject({ status: 200, body: { items: [] } });
    expect((await get('cases', { as: 'operator', headers: { accept: 'text/csv' } })).text.trim().split('\n')).toHaveLength(1);
    expect((await get(`cases/${cases[0]?.caseId}`, { as: 'operator' })).status).toBe(403);
    expect((await get(`cases/${noCase}`, { as: 'operator' })).status).toBe(404);
    expect((await get('cases', { as: 'callback' })).status).toBe(200);
    expect((await get('rates', { as: 'operator' })).status).toBe(403);
    expect((await get('rates', { as: 'admin' })).status).toBe(200);
    expect((await fetch(`${url}/api/v1/insight/cases`)).status).toBe(401);
    expect(await get(`cases/${randomUUID()}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await get('cases', { headers: { 'x-consistency-token': 'made.up' } })).toMatchObject({ status: 400, body: { code: 'invalid-consistency-token' } });
  });

  it('says whether it has joined, and how far it is behind', async () => {
    const body = await (await fetch(`${url}/health/ready`)).json() as { checks: Record<string, unknown> };
    expect(body.checks.projection).toEqual({ ok: true, joined: true, lag: expect.any(Number), parkedCases: expect.any(Number), version: 1 });
  });
});
