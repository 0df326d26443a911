import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startGateway } from './gateway.js';

interface Seen { method: string; url: string; headers: IncomingMessage['headers']; body: string }

/** One server stands for all services but insight, which is away. Of sla's three copies the first is away too. */
let service: Server;
let otherSla: Server;
let answer: (request: Seen, response: ServerResponse) => void;
let seen: Seen[] = [];
let app: NestFastifyApplication;
let url: string;

const json = (status: number, body: object, headers: Record<string, string> = {}) => (_: Seen, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

const listening = async (): Promise<{ server: Server; there: string }> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { server, there: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const away = 'http://127.0.0.1:1';

const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
const tokenOf = (role: string) => new SignJWT({ sub: 'somebody', role }).setProtectedHeader({ alg: 'EdDSA' })
  .setIssuer('http://lianban.local').setAudience('lianban').setExpirationTime('10m').sign(privateKey);
const token = await tokenOf('intake');
const keys = mkdtempSync(join(tmpdir(), 'lianban-keys-'));
writeFileSync(join(keys, 'jwks.json'), JSON.stringify({ keys: [await exportJWK(publicKey)] }));

/** With a token, which every address behind the door asks for. */
const call = (address: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {}) => fetch(address, { ...init, headers: { authorization: `Bearer ${token}`, ...headers } });

beforeAll(async () => {
  const [{ server: first, there }, { server: second, there: elsewhere }] = [await listening(), await listening()];
  service = first;
  otherSla = second;
  const before = { ...process.env };
  Object.assign(process.env, {
    PORT: '0', LOG_LEVEL: 'silent', REQUEST_LIMIT: '40', AUTH_JWKS_FILE: join(keys, 'jwks.json'), INTAKE_URL: there, DISPATCH_URL: there, SLA_URL: `${away},${there}, ${elsewhere}`, SATISFACTION_URL: there, INSIGHT_URL: away,
  });
  app = await startGateway();
  process.env = before;
  url = await app.getUrl();
}, 60_000);

afterAll(async () => {
  await app?.close();
  rmSync(keys, { recursive: true });
  for (const server of [service, otherSla]) {
    server?.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
  }
});

beforeEach(() => {
  seen = [];
  answer = json(200, { ok: true });
});

const problem = async (response: Response) => ({ status: response.status, type: response.headers.get('content-type')?.split(';')[0], body: await response.json() as Record<string, unknown> });

/** What the services said last is kept for a second. */
const anotherLook = () => new Promise((resolve) => { setTimeout(resolve, 1_000); });

/** A request as it stands, without what fetch would mend. */
const raw = (path: string, { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
  new Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
    const asking = httpRequest({ port: new URL(url).port, host: '127.0.0.1', path, method, headers: { authorization: `Bearer ${token}`, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    }).on('error', reject);
    asking.end(body);
  });

describe('the gateway forwards', () => {
  it('a command with body and headers, byte by byte, and its answer with status and headers', async () => {
    answer = json(201, { caseId: 'x' }, { etag: '"intake-1"', 'x-consistency-token': 'a.b' });
    const response = await call(`${url}/api/v1/cases?x=%2F`, {
      method: 'POST', body: '{"title": "路灯" }', headers: { 'content-type': 'application/json', 'idempotency-key': 'k', 'x-correlation-id': 'mine-1' },
    });
    expect([response.status, response.headers.get('etag'), response.headers.get('x-consistency-token'), response.headers.get('x-correlation-id'), await response.json()])
      .toEqual([201, '"intake-1"', 'a.b', 'mine-1', { caseId: 'x' }]);
    expect(seen).toMatchObject([{
      method: 'POST', url: '/api/v1/cases?x=%2F', body: '{"title": "路灯" }',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': 'k', 'x-correlation-id': 'mine-1' },
    }]);
  });

  it('a command without a body', async () => {
    expect((await call(`${url}/api/v1/cases/0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01/contact`, { method: 'POST' })).status).toBe(200);
    expect(seen).toMatchObject([{ method: 'POST', body: '' }]);
  });

  it('with a correlation id of its own making where none, or a strange one, is given', async () => {
    const response = await call(`${url}/api/v1/departments`, { headers: { 'x-correlation-id': 'no spaces please' } });
    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen[0]?.headers['x-correlation-id']).toBe(response.headers.get('x-correlation-id'));
  });

  it("a service's 503 once and as it is: it may have waited for a consistency token already", async () => {
    answer = json(503, { code: 'read-model-behind' }, { 'retry-after': '1', 'content-type': 'application/problem+json' });
    const { status, body } = await problem(await call(`${url}/api/v1/departments`));
    expect([status, body.code, seen.length]).toEqual([503, 'read-model-behind', 1]);
  });
});

describe('the gateway and the copies of a service', () => {
  const clocks = '/api/v1/cases/0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01/clocks';

  it('spreads requests over those that can be reached', async () => {
    const ports = new Set<string | undefined>();
    for (let i = 0; i < 8; i++) {
      expect((await call(url + clocks)).status).toBe(200);
      ports.add(seen.at(-1)?.headers.host);
    }
    expect([ports.size, seen.length]).toEqual([2, 8]);
  });

  it('sends a command on when a copy refuses the connection: nobody has read it', async () => {
    for (let i = 0; i < 4; i++) {
      const response = await call(`${url}/api/v1/sla/due-date`, { method: 'POST', body: `{"n":${i}}`, headers: { 'content-type': 'application/json' } });
      expect(response.status).toBe(200);
    }
    expect(seen.map(({ body }) => body)).toEqual(['{"n":0}', '{"n":1}', '{"n":2}', '{"n":3}']);
  });

  it('never sends a command a second time when a copy hung up over it', async () => {
    answer = (_, response) => response.destroy();
    const response = await call(`${url}/api/v1/sla/due-date`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect([response.status, seen.length]).toEqual([503, 1]);
  });

  it('asks another copy for what one hung up over', async () => {
    let hangUps = 0;
    answer = (request, response) => (hangUps++ === 0 ? response.destroy() : json(200, { ok: true })(request, response));
    expect([(await call(url + clocks)).status, seen.length]).toEqual([200, 2]);
  });

  it('is ready when one copy of each service is', async () => {
    await anotherLook();
    answer = json(200, { status: 'ready', checks: {} });
    expect(await (await call(`${url}/health/ready`)).json()).toMatchObject({ services: { sla: { status: 'ready', copies: 3, readyCopies: 2 } } });
  });
});

describe('the gateway answers itself', () => {
  it('503 to what is more than a service may have under way, at once and unsent, while others are served; and then it serves again', async () => {
    const held: (() => void)[] = [];
    answer = (request, response) => {
      if (request.url.startsWith('/api/v1/cases/')) held.push(() => response.end('{}'));
      else response.end('{}');
    };
    const path = `${url}/api/v1/cases/0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01`;
    const asked = Array.from({ length: 20 }, () => call(path));
    while (held.length < 20) await new Promise((resolve) => { setTimeout(resolve, 5); });
    const refused = await call(path);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await problem(refused)).toMatchObject({ status: 503, body: { code: 'service-unavailable' } });
    expect((await call(`${url}/api/v1/departments`)).status).toBe(200);
    for (const release of held.splice(0)) release();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const after = call(path);
    while (held.length < 1) await new Promise((resolve) => { setTimeout(resolve, 5); });
    for (const release of held.splice(0)) release();
    expect((await after).status).toBe(200);
  });

  it('503 with Retry-After while a service is away', async () => {
    const response = await call(`${url}/api/v1/insight/cases`);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await problem(response)).toMatchObject({ status: 503, type: 'application/problem+json', body: { code: 'service-unavailable' } });
  });

  it('503 when a service hangs up in the middle', async () => {
    answer = (_, response) => response.destroy();
    expect(await problem(await call(`${url}/api/v1/departments`))).toMatchObject({ status: 503, body: { code: 'service-unavailable' } });
  });

  it.each([
    ['an unknown address', '/api/v1/nothing', 'GET', 404, 'not-found'],
    ['a method nobody offers', '/api/v1/cases', 'DELETE', 405, 'method-not-allowed'],
    ['a method with a body nobody offers', '/api/v1/insight/rates', 'QUERY', 405, 'method-not-allowed'],
    ['an address that cannot be decoded', '/api/v1/cases/%zz', 'GET', 400, 'malformed-request'],
    ['a schema nobody published', '/api/schemas/nothing.json', 'GET', 404, 'not-found'],
  ])('%s', async (_, path, method, status, code) => {
    expect(await problem(await call(url + path, { method }))).toMatchObject({ status, type: 'application/problem+json', body: { code, status } });
    expect(seen).toEqual([]);
  });

  it.each([['with its length', false], ['in chunks', true]])('413 to a body that is too large, sent %s', async (_, chunked) => {
    const large = Buffer.alloc(1_200_000, 'a');
    const body = chunked ? new Blob([large]).stream() : large;
    const response = await call(`${url}/api/v1/cases`, { method: 'POST', body, headers: { 'content-type': 'application/json' }, ...(chunked ? { duplex: 'half' } : {}) });
    expect(await problem(response)).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
    expect(seen).toEqual([]);
  });

  it('not ready as long as one service is not, with what each says', async () => {
    await anotherLook();
    answer = json(200, { status: 'ready', checks: { relay: { ok: true, lag: 3 } } });
    const response = await call(`${url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'not-ready', services: { intake: { status: 'ready', checks: { relay: { lag: 3 } } }, insight: { status: 'not-ready' } } });
    expect((await call(`${url}/health/live`)).status).toBe(200);
  });

  it.each([
    ['/', 'text/html'], ['/api/openapi.json', 'application/json'], ['/api/asyncapi.json', 'application/json'],
    ['/api/schemas/lianban.case.registered.v1.json', 'application/schema+json'],
  ])('%s', async (path, type) => {
    const response = await call(url + path);
    expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
  });
});

describe('the gateway and addresses', () => {
  it.each([
    '/api/v1/cases/x\\..\\..\\..\\metrics', '/api/v1/cases/x%5c..%5c..%5c..%5cmetrics', '/api/v1/cases/..%2f..%2f..%2fmetrics', '/api/v1/cases/../../../metrics', '/api/v1/cases/%2e%2e/%2e%2e/metrics',
    '//api/v1/cases', 'http://127.0.0.1/api/v1/departments', '/api/v1/departments?x=%', '/api/v1/insight/cases?q=%C2%B7%B5%C6', '/api/v1/departments#/metrics',
  ])('%s is refused, and goes to no service', async (path) => {
    const { status, headers, body } = await raw(path);
    expect({ status, type: headers['content-type'], problem: JSON.parse(body) as object }).toMatchObject({ status: 400, type: expect.stringContaining('application/problem+json'), problem: { code: 'malformed-request' } });
    expect(seen).toEqual([]);
  });

  it.each(['/api/v1/territories?q=%E5%92%8C/...', '/api/v1/territories?q=a/../b&q=%2e%2e%2f', '/api/v1/territories?q=a?b', '/api/v1/territories?', '/api/v1/cases/a%2520b'])('%s arrives as it is', async (path) => {
    expect((await raw(path)).status).toBe(200);
    expect(seen[0]?.url).toBe(path === '/api/v1/territories?' ? '/api/v1/territories' : path);
  });
});

describe('headers of one connection', () => {
  it('stay on it, both ways, with what Connection names', async () => {
    answer = json(200, { ok: true }, { connection: 'close, x-secret', 'keep-alive': 'timeout=1', 'x-secret': 's', 'x-shown': 'x', trailer: 'y' });
    const { status, headers } = await raw('/api/v1/departments', {
      headers: { connection: 'keep-alive, x-mine', 'x-mine': 'm', 'keep-alive': 'timeout=9', te: 'trailers', upgrade: 'websocket', 'proxy-authorization': 'p', 'x-other': 'o' },
    });
    expect([status, headers['x-shown'], headers['x-secret'], headers.trailer, headers['keep-alive']]).toEqual([200, 'x', undefined, undefined, 'timeout=72']);
    expect(seen[0]?.headers).toMatchObject({ 'x-other': 'o' });
    for (const name of ['x-mine', 'te', 'upgrade', 'proxy-authorization', 'keep-alive']) expect(seen[0]?.headers).not.toHaveProperty(name);
  });

  it('Expect: 100-continue is for the gateway, and the command goes on', async () => {
    expect((await raw('/api/v1/cases', { method: 'POST', headers: { expect: '100-continue', 'content-type': 'application/json' }, body: '{"a":1}' })).status).toBe(200);
    expect(seen).toMatchObject([{ body: '{"a":1}' }]);
    expect(seen[0]?.headers).not.toHaveProperty('expect');
  });

  it('a read with a body is read without it', async () => {
    expect((await raw('/api/v1/departments', { headers: { 'content-length': '2' }, body: '{}' })).status).toBe(200);
    expect(seen).toMatchObject([{ method: 'GET', body: '' }]);
  });
});

describe('the gateway and tokens', () => {
  it.each([['none', ''], ['no bearer token', 'Basic a'], ['one that nobody signed', 'Bearer a.b.c'], ['one that was changed', `Bearer ${token.slice(0, -6)}AAAAAA`]])('with %s a request is 401 before its body is read', async (_name, authorization) => {
    const asking = httpRequest(`${url}/api/v1/cases`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': 100, ...(authorization ? { authorization } : {}) } });
    const answered = new Promise<number | undefined>((resolve, reject) => { asking.on('response', (response) => { resolve(response.resume().statusCode); }).on('error', reject); });
    asking.flushHeaders();
    expect(await answered).toBe(401);
    asking.on('error', () => undefined).destroy();
    expect(seen).toEqual([]);
  });
});

describe('what runs inside', () => {
  const outside = { 'x-forwarded-for': '203.0.113.9' };
  const bearer = async (role: string) => ({ ...outside, authorization: `Bearer ${await tokenOf(role)}` });

  it('is shown on this machine', async () => {
    expect(await (await fetch(`${url}/health/ready`)).json()).toHaveProperty('services');
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });

  it('is not shown to others, who are told whether all is ready', async () => {
    expect(Object.keys(await (await fetch(`${url}/health/ready`, { headers: outside })).json() as object)).toEqual(['status']);
    expect(Object.keys(await (await fetch(`${url}/health/ready`, { headers: await bearer('intake') })).json() as object)).toEqual(['status']);
    expect(await problem(await fetch(`${url}/metrics`, { headers: outside }))).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await problem(await fetch(`${url}/metrics`, { headers: await bearer('analyst') }))).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it.each(['supervisor', 'admin'])('is shown to the role %s', async (role) => {
    expect(await (await fetch(`${url}/health/ready`, { headers: await bearer(role) })).json()).toHaveProperty('services');
    expect((await fetch(`${url}/metrics`, { headers: await bearer(role) })).status).toBe(200);
  });

  it('is asked for once, however many want to know', async () => {
    await anotherLook();
    seen = [];
    await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/health/ready`)));
    expect(seen.filter(({ url: path }) => path === '/health/ready').length).toBeLessThanOrEqual(10);
  });
});

describe('what a browser may do', () => {
  it.each(['/', '/api/openapi.json', '/api/v1/departments', '/api/v1/nothing'])('with %s is what its policy says', async (path) => {
    const { headers } = await call(url + path);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
    expect([headers.get('x-content-type-options'), headers.get('referrer-policy'), headers.get('x-frame-options')]).toEqual(['nosniff', 'no-referrer', 'DENY']);
  });

  it.each(['/api/v1/departments', '/api/v1/nothing', '/api/v1/insight/cases', '/health/ready', '/metrics'])('%s is stored nowhere', async (path) => {
    expect((await call(url + path)).headers.get('cache-control')).toBe('no-store');
  });
});
