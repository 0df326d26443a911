import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Command, IdempotencyKeyGuard } from '../decisions/command-context.js';
import type { CommandContext } from '../decisions/command-context.js';
import { CommandResult } from '../decisions/command-bus.js';
import { AnswerInterceptor } from '../http/command-answers.js';
import { ProblemFilter } from '../http/problems.js';
import { AccessGuard, Caller } from './auth.js';
import { requireOwnDepartment } from './reach.js';
import type { AccessTable } from './table.js';

const kept = { status: 200, body: { kept: true }, etag: '"dispatch-1"', token: 't' };

@Controller()
class Orders {
  @Get('open') open() { return { open: true }; }

  @Get('orders/:id') show(@Caller() caller: Caller) {
    requireOwnDepartment(caller, 'housing');
    return { department: caller.actor.department };
  }

  @Get('forgotten') forgotten(@Caller() caller: Caller) { return { department: caller.actor.department }; }

  @Post('forgotten') forgottenCommand(@Command() { correlationId }: CommandContext) { return { correlationId }; }

  @Post('kept') answeredBefore() { return new CommandResult(kept, true); }

  @Get('hashed') hashed(@Command() { correlationId }: CommandContext) { return { correlationId }; }

  @Get('rowless') rowless() { return { seen: true }; }
}

const table: AccessTable = {
  'GET /open': { public: 'everything' },
  'GET /orders/:id': { operator: 'own department', coordinator: 'everything' },
  'GET /forgotten': { operator: 'own department', coordinator: 'everything' },
  'POST /forgotten': { operator: 'own department', coordinator: 'everything' },
  'POST /kept': { operator: 'own department' },
  'GET /hashed': { 'every token': 'everything' },
};

@Module({ controllers: [Orders] })
class TheModule {}

let app: NestFastifyApplication;
let tokenOf: (role: string, department?: string) => Promise<string>;
const failures: string[] = [];

beforeAll(async () => {
  const rules = { AUTH_ISSUER: 'http://lianban.local', AUTH_AUDIENCE: 'lianban', AUTH_ALGORITHMS: ['EdDSA' as const], PERSON_SECRET: 'only-for-this-test-0123456789-persons' };
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const keys = createLocalJWKSet({ keys: [{ ...await exportJWK(publicKey), kid: 'one', alg: 'EdDSA' }] });
  tokenOf = (role, department) => new SignJWT({ role, department }).setProtectedHeader({ alg: 'EdDSA', kid: 'one' }).setSubject(role).setIssuer(rules.AUTH_ISSUER).setAudience(rules.AUTH_AUDIENCE).setExpirationTime('1h').sign(privateKey);
  app = await NestFactory.create<NestFastifyApplication>(TheModule, new FastifyAdapter(), { logger: false });
  app.useGlobalGuards(new AccessGuard(table, rules, keys), new IdempotencyKeyGuard());
  app.useGlobalInterceptors(new AnswerInterceptor());
  app.useGlobalFilters(new ProblemFilter({ error: (details: { error?: unknown }) => { failures.push(JSON.stringify(details, (_, value: unknown) => (value instanceof Error ? value.message : value))); } } as never));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
}, 60_000);
afterAll(async () => { await app?.close(); });

const ask = async (method: 'GET' | 'HEAD' | 'POST', url: string, who?: string, headers: Record<string, string> = {}) => {
  const [role = '', department] = who?.split(':') ?? [];
  const { statusCode, body } = await app.inject({ method, url, headers: { ...headers, ...(who ? { authorization: `Bearer ${await tokenOf(role, department)}` } : {}) } });
  return { status: statusCode, body: body && JSON.parse(body) as { detail?: string } };
};

describe('the row of a route', () => {
  it.each<['GET' | 'HEAD', string, string | undefined, number]>([
    ['GET', '/open', undefined, 200],
    ['GET', '/orders/1', undefined, 401],
    ['GET', '/orders/1', 'analyst', 403],
    ['GET', '/orders/1', 'operator:housing', 200],
    ['GET', '/orders/1', 'operator:water', 403],
    ['GET', '/orders/1', 'coordinator', 200],
    ['GET', '/orders/1', 'admin', 200],
    ['HEAD', '/orders/1', 'operator:housing', 200],
    ['HEAD', '/orders/1', 'analyst', 403],
    ['GET', '/rowless', 'admin', 500],
  ])('%s %s as %s answers %s', async (method, url, who, status) => {
    expect((await ask(method, url, who)).status).toBe(status);
  });

  it('names the roles that may', async () => {
    expect(await ask('GET', '/orders/1', 'analyst')).toMatchObject({ body: { detail: 'This needs the role operator or coordinator; yours is analyst.' } });
  });
});

describe('a reach that its handler did not ask for', () => {
  it.each(['GET', 'POST'] as const)('keeps the answer of a %s from those it limits', async (method) => {
    expect((await ask(method, '/forgotten', 'operator:housing')).status).toBe(500);
    expect((await ask(method, '/forgotten', 'coordinator')).status).toBe(method === 'GET' ? 200 : 201);
    expect(failures.join()).toContain(`${method} /forgotten has a reach in access.ts that its handler did not ask for`);
  });

  it('does not matter for an answer that was kept', async () => {
    expect(await ask('POST', '/kept', 'operator:housing')).toMatchObject({ status: 200, body: { kept: true } });
  });
});

describe('an Idempotency-Key', () => {
  it.each(['k1', 'ключ', 'x'.repeat(300)])('of %s does not matter to a read', async (key) => {
    for (const method of ['GET', 'HEAD'] as const) expect((await ask(method, '/orders/1', 'coordinator', { 'idempotency-key': Buffer.from(key).toString('latin1') })).status).toBe(200);
  });

  it('that can not count is refused on a command', async () => {
    expect((await ask('POST', '/forgotten', 'coordinator', { 'idempotency-key': 'x'.repeat(300) })).status).toBe(400);
  });
});

it('a read that takes @Command() fails, and says what to take', async () => {
  expect((await ask('GET', '/hashed', 'coordinator')).status).toBe(500);
  expect(failures.join()).toContain('a read takes @Caller()');
});
