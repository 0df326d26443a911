import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { demandOf, orderOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

interface OpenApi {
  readonly paths: Record<string, Record<string, { readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly $ref?: string } }> } }>>;
  readonly components: { readonly schemas: Record<string, { readonly properties?: object; readonly required?: readonly string[] }> };
}
interface Ids { readonly fresh: string; readonly refused: string; readonly order: string }
interface Refusal {
  readonly name: string;
  readonly path: (ids: Ids) => string;
  readonly as?: Parameters<RunningSystem['token']>[0] | 'nobody' | 'stranger';
  /** An object is sent as JSON, a string as it is. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly status: number;
  readonly code: string;
  readonly field?: string;
}

const cases = () => '/api/v1/cases';
const of = (command: string) => (ids: Ids) => `/api/v1/cases/${ids.fresh}/${command}`;
const unknownId = '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01';
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

const table: readonly Refusal[] = [
  { name: 'an unknown field', path: cases, body: { ...demandOf(), priority: 'high' }, status: 400, code: 'validation-failed', field: 'priority' },
  { name: 'an unknown field inside the requester', path: cases, body: { ...demandOf(), requester: { kind: 'resident', name: '甲', wechat: 'x' } }, status: 400, code: 'validation-failed', field: 'requester.wechat' },
  { name: 'a wrong type', path: cases, body: { ...demandOf(), title: 7 }, status: 400, code: 'validation-failed', field: 'title' },
  { name: 'a list where a text belongs', path: cases, body: { ...demandOf(), description: ['a', 'b'] }, status: 400, code: 'validation-failed', field: 'description' },
  { name: 'no requester', path: cases, body: { ...demandOf(), requester: undefined }, status: 400, code: 'validation-failed', field: 'requester' },
  { name: 'a requester that is a text', path: cases, body: { ...demandOf(), requester: '王' }, status: 400, code: 'validation-failed', field: 'requester' },
  { name: 'an unknown channel', path: cases, body: { ...demandOf(), channel: 'fax' }, status: 400, code: 'validation-failed', field: 'channel' },
  { name: 'an empty title', path: cases, body: { ...demandOf(), title: '' }, status: 400, code: 'validation-failed', field: 'title' },
  { name: 'a title of 201 characters', path: cases, body: { ...demandOf(), title: '长'.repeat(201) }, status: 400, code: 'validation-failed', field: 'title' },
  { name: 'a description of 100,000 characters', path: cases, body: { ...demandOf(), description: '长'.repeat(100_000) }, status: 400, code: 'validation-failed', field: 'description' },
  { name: 'a text with NUL', path: cases, body: { ...demandOf(), description: 'a\u0000b' }, status: 400, code: 'validation-failed', field: 'description' },
  { name: 'half a surrogate pair', path: cases, body: { ...demandOf(), title: 'a\ud83d' }, status: 400, code: 'validation-failed', field: 'title' },
  { name: 'an unknown territory', path: cases, body: demandOf({ territory: 'atlantis' }), status: 422, code: 'unknown-reference', field: 'territory' },
  { name: 'an unknown category', path: cases, body: demandOf({ category: '甲/乙/丙' }), status: 422, code: 'unknown-reference', field: 'category' },
  { name: 'a time without the import permission', path: cases, body: demandOf({ occurredAt: '2026-01-05T09:00:00+08:00' }), status: 403, code: 'occurred-at-not-allowed', field: 'occurredAt' },
  { name: 'a time that is none', path: cases, as: 'admin', body: demandOf({ occurredAt: 'yesterday' }), status: 400, code: 'validation-failed', field: 'occurredAt' },
  { name: 'a time in the future', path: cases, as: 'admin', body: demandOf({ occurredAt: tomorrow() }), status: 400, code: 'validation-failed', field: 'occurredAt' },
  { name: 'a time before the case', path: of('accept'), as: 'admin', body: { level: 'simple', occurredAt: '2020-01-05T09:00:00+08:00' }, status: 400, code: 'validation-failed', field: 'occurredAt' },
  { name: 'broken JSON', path: cases, body: '{"title": "Lamp', status: 400, code: 'malformed-request' },
  { name: 'JSON that is a number', path: cases, body: '7', status: 400, code: 'validation-failed' },
  { name: 'JSON that is a list', path: cases, body: '[]', status: 400, code: 'validation-failed' },
  { name: 'no body', path: cases, body: '', status: 400, code: 'validation-failed' },
  { name: 'another content type', path: cases, body: 'title=Lamp', headers: { 'content-type': 'text/plain' }, status: 415, code: 'unsupported-media-type' },
  { name: 'a prototype in disguise', path: cases, body: '{"__proto__": {"admin": true}, "title": "x"}', status: 400, code: 'malformed-request' },
  { name: 'an id that is no UUID', path: () => '/api/v1/cases/42/accept', body: { level: 'simple' }, status: 400, code: 'validation-failed', field: 'caseId' },
  { name: 'an id of nothing', path: () => `/api/v1/cases/${unknownId}/accept`, body: { level: 'simple' }, status: 404, code: 'not-found' },
  { name: 'a work order that is no UUID', path: () => '/api/v1/work-orders/x/sign', as: 'operator:housing', body: {}, status: 400, code: 'validation-failed' },
  { name: 'a work order of nothing', path: () => `/api/v1/work-orders/${unknownId}/sign`, as: 'operator:housing', body: {}, status: 404, code: 'not-found' },
  { name: 'a call-back of nothing', path: () => `/api/v1/call-backs/${unknownId}/outcome`, as: 'callback', body: { reached: false }, status: 404, code: 'not-found' },
  { name: 'an unknown level', path: of('accept'), body: { level: 'vip' }, status: 400, code: 'validation-failed', field: 'level' },
  { name: 'an unknown reason', path: of('refuse'), body: { reason: 'tired', text: '不' }, status: 400, code: 'validation-failed', field: 'reason' },
  { name: 'a dispatch before acceptance', path: of('dispatch'), as: 'coordinator', body: { lead: 'housing' }, status: 409, code: 'state-conflict' },
  { name: 'an unknown department', path: of('dispatch'), as: 'coordinator', body: { lead: 'magic' }, status: 422, code: 'unknown-reference', field: 'lead' },
  { name: 'an unknown assistant', path: of('dispatch'), as: 'coordinator', body: { lead: 'housing', assist: ['magic'] }, status: 422, code: 'unknown-reference' },
  { name: 'assistants that are a text', path: of('dispatch'), as: 'coordinator', body: { lead: 'housing', assist: 'magic' }, status: 400, code: 'validation-failed', field: 'assist' },
  { name: 'an acceptance after the refusal', path: (ids) => `/api/v1/cases/${ids.refused}/accept`, body: { level: 'simple' }, status: 409, code: 'state-conflict' },
  { name: 'a completion before signing', path: (ids) => `/api/v1/work-orders/${ids.order}/complete`, as: 'operator:housing', body: { result: '好了' }, status: 409, code: 'state-conflict' },
  { name: 'another department\'s work order', path: (ids) => `/api/v1/work-orders/${ids.order}/sign`, as: 'operator:health', body: {}, status: 403, code: 'forbidden' },
  { name: 'a stale If-Match', path: of('accept'), body: { level: 'simple' }, headers: { 'if-match': '"intake-7"' }, status: 412, code: 'precondition-failed' },
  { name: 'the ETag of another service', path: of('accept'), body: { level: 'simple' }, headers: { 'if-match': '"dispatch-1"' }, status: 412, code: 'precondition-failed' },
  { name: 'a foreign consistency token', path: of('accept'), body: { level: 'simple' }, headers: { 'x-consistency-token': 'eyJ4IjoxfQ.abc' }, status: 400, code: 'invalid-consistency-token' },
  { name: 'an idempotency key with a space', path: of('accept'), body: { level: 'simple' }, headers: { 'idempotency-key': 'a b' }, status: 400, code: 'validation-failed', field: 'Idempotency-Key' },
  { name: 'such a key where nothing is kept', path: () => '/api/v1/sla/due-date', body: { start: '2026-03-06T16:30:00+08:00', kind: 'working', amount: 1, unit: 'hours' }, headers: { 'idempotency-key': 'a b' }, status: 400, code: 'validation-failed', field: 'Idempotency-Key' },
  { name: 'the wrong role', path: of('accept'), as: 'analyst', body: { level: 'simple' }, status: 403, code: 'forbidden' },
  { name: 'a requester who accepts', path: of('accept'), as: 'requester', body: { level: 'simple' }, status: 403, code: 'forbidden' },
  { name: 'no token', path: cases, as: 'nobody', body: demandOf(), status: 401, code: 'unauthenticated' },
  { name: 'a token of somebody else', path: cases, as: 'stranger', body: demandOf(), status: 401, code: 'unauthenticated' },
  { name: 'another method', path: of('accept'), method: 'DELETE', body: undefined, status: 405, code: 'method-not-allowed' },
  { name: 'an address that is not there', path: () => '/api/v1/casez', body: {}, status: 404, code: 'not-found' },
];

describe('bad input', () => {
  let system: RunningSystem;
  let ids: Ids;
  let database: pg.Client;
  beforeAll(async () => {
    system = await runningSystem({ alone: true });
    const { as } = system.story();
    const register = async () => (await as('intake').registerCase(demandOf())).body.caseId;
    const [fresh, refused, dispatched] = [await register(), await register(), await register()];
    await as('intake').refuse(refused, { reason: 'malicious', text: '不予受理。' });
    await as('intake').accept(dispatched, { level: 'simple' });
    const { body: { workOrders } } = await as('coordinator').dispatch(dispatched, { lead: 'housing' });
    ids = { fresh, refused, order: orderOf(workOrders, 'housing') };
    database = new pg.Client({ connectionString: system.adminDatabaseUrl });
    await database.connect();
  }, startLimitMs);
  afterAll(() => database.end());

  /** Rows that a command of a person may write. Clocks go on and cases are counted by themselves, a moment later: neither is looked at. */
  const written = async () => (await database.query<Record<string, string>>(`SELECT
    (SELECT count(*) FROM intake.event) AS intake, (SELECT count(*) FROM dispatch.event) AS dispatch, (SELECT count(*) FROM satisfaction.event WHERE type <> 'lianban.case.counted.v1') AS satisfaction,
    (SELECT count(*) FROM intake.requester_contact) AS contacts, (SELECT count(*) FROM intake.original_text) AS texts,
    (SELECT count(*) FROM intake.idempotency) AS answers, (SELECT count(*) FROM dispatch.work_order) AS orders`)).rows[0];

  const tokenOf = async (who: Refusal['as'] = 'intake') => {
    if (who === 'nobody') return undefined;
    // Right claims, wrong key.
    if (who === 'stranger') return (await system.token('intake')).replace(/\.[^.]+$/, `.${'A'.repeat(86)}`);
    return system.token(who);
  };

  it.each(table.map((row) => [row.name, row] as const))('%s is refused with a problem, and nothing is written', async (_, row) => {
    const before = await written();
    const token = await tokenOf(row.as);
    const response = await fetch(system.gatewayUrl + row.path(ids), {
      method: row.method ?? 'POST',
      headers: { ...(row.body === undefined ? {} : { 'content-type': 'application/json' }), ...(token ? { authorization: `Bearer ${token}` } : {}), ...row.headers },
      body: row.body === undefined ? undefined : typeof row.body === 'string' ? row.body : JSON.stringify(row.body),
    });
    const problem = await response.json() as Record<string, unknown>;
    expect(problem).toMatchObject({
      status: row.status, code: row.code, title: expect.any(String), type: expect.stringContaining(row.code), detail: expect.any(String), correlationId: expect.any(String),
    });
    expect(response.status).toBe(row.status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    if (row.field) expect(problem.errors).toContainEqual({ field: row.field, reason: expect.stringMatching(/./) });
    expect(await written()).toEqual(before);
  }, storyLimitMs);

  it('null means absent in every body that is documented', async () => {
    const { paths, components } = JSON.parse(readFileSync(new URL('../../docs/generated/openapi.json', import.meta.url), 'utf8')) as OpenApi;
    const bodies = Object.entries(paths).flatMap(([path, operations]) => Object.entries(operations).flatMap(([method, { requestBody }]) => {
      const schema = components.schemas[requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1) ?? ''];
      const optional = Object.keys(schema?.properties ?? {}).filter((name) => !schema?.required?.includes(name));
      return optional.length > 0 ? [{ path: path.replace(/\{year\}/, '2099').replace(/\{number\}/, '1').replace(/\{\w+\}/g, unknownId), method: method.toUpperCase(), optional }] : [];
    }));
    expect(bodies.length).toBeGreaterThan(20);
    const token = await system.token('admin');
    for (const { path, method, optional } of bodies) {
      const send = async (body: object) => {
        const response = await fetch(system.gatewayUrl + path, { method, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
        const { status, code, errors } = await response.json() as Record<string, unknown>;
        return { path, status, code, errors };
      };
      expect(await send(Object.fromEntries(optional.map((name) => [name, null])))).toEqual(await send({}));
    }
  }, storyLimitMs);

  it('a case with nulls is registered now, without the import permission, and a due date calculated', async () => {
    const before = Date.now();
    const { body: { caseId } } = await system.story().as('intake').registerCase({ ...demandOf(), occurredAt: null, location: null } as never);
    const { rows: [row] } = await database.query<{ at: Date }>('SELECT occurred_at AS at FROM intake.event WHERE stream_id = $1', [caseId]);
    expect(Number(row?.at)).toBeGreaterThanOrEqual(before);
    const response = await fetch(`${system.gatewayUrl}/api/v1/sla/due-date`, {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${await system.token('analyst')}` },
      body: JSON.stringify({ start: '2026-03-06T16:30:00+08:00', kind: 'working', amount: 1, unit: 'hours', held: null, extensions: null }),
    });
    expect([response.status, ((await response.json()) as { dueAt: string }).dueAt]).toEqual([200, expect.stringContaining('2026-03-06T17:30')]);
  }, storyLimitMs);

  it('answers the same key and body with the same answer, another body with 422', async () => {
    const intake = system.story().as('intake');
    const call = { idempotencyKey: `story-${ids.fresh}` };
    const first = await intake.registerCase(demandOf({ title: '同一把钥匙' }), call);
    const before = await written();
    const again = await intake.registerCase(demandOf({ title: '同一把钥匙' }), call);
    expect([again.status, again.body, again.etag]).toEqual([first.status, first.body, first.etag]);
    await expect(intake.registerCase(demandOf({ title: '另一个内容' }), call)).rejects.toMatchObject({ status: 422, problem: { code: 'idempotency-key-reused' } });
    expect(await written()).toEqual(before);
  }, storyLimitMs);

  it('lets the same key in twenty calls at once make one case', async () => {
    const intake = system.story().as('intake');
    const answers = await Promise.all(Array.from({ length: 20 }, () => intake.registerCase(demandOf({ title: '二十次' }), { idempotencyKey: `twenty-${ids.fresh}` })));
    expect(new Set(answers.map(({ body }) => body.caseId)).size).toBe(1);
  }, storyLimitMs);

  it('takes the current If-Match, and only once', async () => {
    const intake = system.story().as('intake');
    const { body: { caseId }, etag } = await intake.registerCase(demandOf());
    expect(etag).toBe('"intake-1"');
    await intake.contact(caseId, {}, { ifMatch: etag });
    await expect(intake.accept(caseId, { level: 'simple' }, { ifMatch: etag })).rejects.toMatchObject({ status: 412, problem: { code: 'precondition-failed' } });
  }, storyLimitMs);

  it('lets one of twenty acceptances at once through', async () => {
    const intake = system.story().as('intake');
    const { body: { caseId } } = await intake.registerCase(demandOf());
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => intake.accept(caseId, { level: 'simple' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ status: 409 });
  }, storyLimitMs);
});
