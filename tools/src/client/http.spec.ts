import { describe, expect, it } from '@jest/globals';
import { ConsistencyJar, LianbanApiError, UnreachableError, sender, type ClientOptions } from './http.js';

type Reply = Response | Error;
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers } });
const problem = (status: number, code: string) => json(status, { status, code, title: code });

/** Answers with the replies in turn; the last one stays. */
const fakeServer = (...replies: Reply[]) => {
  const requests: { url: string; init: RequestInit }[] = [];
  const fetch = (async (url: URL, init: RequestInit) => {
    const reply = replies[Math.min(requests.length, replies.length - 1)];
    requests.push({ url: String(url), init });
    if (reply instanceof Error) throw reply;
    return reply?.clone();
  }) as typeof globalThis.fetch;
  return { requests, fetch, header: (index: number, name: string) => new Headers(requests[index]?.init.headers).get(name) };
};

const quick = { budgetMs: 300, firstDelayMs: 1, maxDelayMs: 5 };
const client = (fetch: typeof globalThis.fetch, more: Partial<ClientOptions> = {}) => sender({ gatewayUrl: 'http://gateway', token: 't', fetch, patience: quick, ...more });
const command = { method: 'POST', service: 'intake', path: '/api/v1/cases', body: { title: 'x' } } as const;

describe('a call', () => {
  it('carries token, key and expectation, and answers with the ETag', async () => {
    const server = fakeServer(json(201, { caseId: 'c' }, { etag: '"intake-1"' }));
    const answer = await client(server.fetch)({ ...command, idempotencyKey: 'k', ifMatch: '"intake-0"' });
    expect(answer).toMatchObject({ status: 201, body: { caseId: 'c' }, etag: '"intake-1"' });
    expect(['authorization', 'idempotency-key', 'if-match', 'content-type'].map((name) => server.header(0, name))).toEqual(['Bearer t', 'k', '"intake-0"', 'application/json']);
  });

  it('sends the query without what is undefined', async () => {
    const server = fakeServer(json(200, { items: [] }));
    await client(server.fetch)({ method: 'GET', service: 'insight', path: '/api/v1/insight/cases', query: { limit: 5, cursor: undefined, overdue: false } });
    expect(server.requests[0]?.url).toBe('http://gateway/api/v1/insight/cases?limit=5&overdue=false');
  });

  it('takes the consistency token of one service to the others, and not back to itself', async () => {
    const server = fakeServer(json(200, {}, { 'x-consistency-token': 'token-of-intake' }), json(200, {}, { 'x-consistency-token': 'token-of-dispatch' }), json(200, {}));
    const send = client(server.fetch, { jar: new ConsistencyJar() });
    await send(command);
    await send({ ...command, service: 'dispatch' });
    await send(command);
    await send({ method: 'GET', service: 'insight', path: '/' });
    expect([0, 1, 2, 3].map((index) => server.header(index, 'x-consistency-token'))).toEqual([null, 'token-of-intake', 'token-of-dispatch', 'token-of-intake, token-of-dispatch']);
  });
});

describe('a call that fails', () => {
  it('throws the problem as the server sent it', async () => {
    const server = fakeServer(json(400, { status: 400, code: 'validation-failed', title: 't', errors: [{ field: 'title', reason: 'is missing' }] }));
    const error = await client(server.fetch)({ ...command, idempotencyKey: 'k' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(LianbanApiError);
    expect(error).toMatchObject({ status: 400, problem: { code: 'validation-failed', errors: [{ field: 'title', reason: 'is missing' }] } });
    expect((error as Error).message).toContain('title: is missing');
    expect(server.requests).toHaveLength(1);
  });

  it('makes a problem of an answer that is none', async () => {
    const server = fakeServer(new Response('<html>', { status: 500 }));
    await expect(client(server.fetch)(command)).rejects.toMatchObject({ status: 500, problem: { code: 'unreadable-answer', detail: '<html>' } });
  });

  it.each([
    ['read-model-behind', problem(503, 'read-model-behind')], ['service-unavailable', problem(503, 'service-unavailable')],
    ['concurrent-change', problem(409, 'concurrent-change')], ['no connection', new TypeError('fetch failed')],
  ])('is sent again when it has a key: %s', async (_, reply) => {
    const server = fakeServer(reply, reply, json(200, { ok: true }));
    expect((await client(server.fetch)({ ...command, idempotencyKey: 'k' })).body).toEqual({ ok: true });
    expect(server.requests).toHaveLength(3);
  });

  it('is not sent again without a key: the first may have been done', async () => {
    const server = fakeServer(new TypeError('fetch failed'), json(200, {}));
    await expect(client(server.fetch)(command)).rejects.toBeInstanceOf(UnreachableError);
    expect(server.requests).toHaveLength(1);
  });

  it('is not sent again when the state does not allow it', async () => {
    const server = fakeServer(problem(409, 'state-conflict'));
    await expect(client(server.fetch)({ ...command, idempotencyKey: 'k' })).rejects.toMatchObject({ status: 409 });
    expect(server.requests).toHaveLength(1);
  });

  it('gives up when the patience is used up', async () => {
    const server = fakeServer(problem(503, 'read-model-behind'));
    await expect(client(server.fetch)({ ...command, method: 'GET' })).rejects.toMatchObject({ status: 503 });
    expect(server.requests.length).toBeGreaterThan(3);
  });
});
