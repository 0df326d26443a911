import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isServiceRoute, limitRequests } from './limit-requests.js';
import { createHttpApp } from '../process/run-service.js';

const limit = 3;
let release: () => void;
let released: Promise<void>;
let begun: number;

@Controller()
class Work {
  @Post('slow')
  async slow(): Promise<object> {
    begun += 1;
    await released;
    return { done: true };
  }

  @Get('failing')
  async failing(): Promise<object> {
    begun += 1;
    await released;
    throw new Error('on purpose');
  }

  @Get('health/live')
  live(): object {
    return { status: 'live' };
  }

  @Get('metrics')
  metrics(): string {
    return 'up 1';
  }
}

@Module({ controllers: [Work] })
class WorkModule {}

let app: NestFastifyApplication;
let url: string;
let agent: Agent;

beforeEach(async () => {
  begun = 0;
  released = new Promise((resolve) => { release = resolve; });
  agent = new Agent({ keepAlive: true });
  app = await createHttpApp(WorkModule);
  app.useLogger(false);
  limitRequests(app, { places: limit, bodyLimit: 1_000, bytes: 8_000, bytesPerAddress: 4_000, counts: isServiceRoute });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterEach(async () => {
  release();
  agent.destroy();
  await app.close();
});

interface Seen { status: number | undefined; type: string | undefined; retryAfter: string | undefined; body: string }

/** A request and how to hang up over it. */
const ask = (path: string, method = 'GET', body = '', headers: Record<string, string> = {}) => {
  const call = request(url + path, { agent, method, headers: body === '' ? headers : { ...headers, 'content-type': 'application/json' } });
  const answer = new Promise<Seen>((resolve, reject) => {
    call.on('error', reject).on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        .on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type']?.split(';')[0], retryAfter: response.headers['retry-after'], body: Buffer.concat(chunks).toString() }));
    });
  });
  answer.catch(() => undefined);
  call.end(body);
  return { answer, hangUp: () => call.destroy() };
};

const statuses = (asked: readonly { answer: Promise<Seen> }[]) => Promise.all(asked.map(async ({ answer }) => (await answer).status));

const until = async (holds: () => boolean | Promise<boolean>) => {
  for (let look = 0; !(await holds()); look += 1) {
    if (look === 400) throw new Error('never so');
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
};

const fill = async (path = '/slow', method = 'POST') => {
  const count = begun;
  const asked = Array.from({ length: limit }, () => ask(path, method));
  await until(() => begun === count + limit);
  return asked;
};

/** Places are free again: as many requests as there are places begin, and one more is refused. */
const expectAllFree = async () => {
  const before = begun;
  const asked = await fill();
  expect((await ask('/slow', 'POST').answer).status).toBe(503);
  expect(begun).toBe(before + limit);
  release();
  expect(await statuses(asked)).toEqual(Array.from({ length: limit }, () => 201));
};

it('works on as many at a time as the limit, refuses one more at once and unread, and works again when they are answered', async () => {
  const asked = await fill();
  const { status, type, retryAfter, body } = await ask('/slow', 'POST', '{"not": JSON').answer;
  expect([status, type, retryAfter, JSON.parse(body)]).toEqual([503, 'application/problem+json', '1', expect.objectContaining({ status: 503, code: 'service-unavailable', detail: expect.stringContaining('nothing was done') })]);
  expect(begun).toBe(limit);
  release();
  expect(await statuses(asked)).toEqual(Array.from({ length: limit }, () => 201));
  released = new Promise((resolve) => { release = resolve; });
  await expectAllFree();
});

it('has the places free again of those who hung up', async () => {
  const asked = await fill();
  for (const { hangUp } of asked) hangUp();
  await Promise.allSettled(asked.map(({ answer }) => answer));
  await until(async () => (await ask('/nowhere').answer).status === 404);
  await expectAllFree();
});

it('has the places free again of what failed, and of addresses that nobody knows', async () => {
  const asked = await fill('/failing', 'GET');
  release();
  expect(await statuses(asked)).toEqual(Array.from({ length: limit }, () => 500));
  expect(await statuses(Array.from({ length: limit }, () => ask('/nowhere')))).toEqual(Array.from({ length: limit }, () => 404));
  released = new Promise((resolve) => { release = resolve; });
  await expectAllFree();
});

/** A request whose headers are there and whose body never comes. */
const halfSent = (length: number | 'chunked', address: string) => {
  const call = request(`${url}/slow`, {
    agent: new Agent(), method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...(length === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }) },
  });
  const status = new Promise<number | undefined>((resolve) => { call.on('response', (response) => { resolve(response.resume().statusCode); }).on('error', () => resolve(undefined)); });
  call.flushHeaders();
  call.write('{');
  return { status, hangUp: () => call.destroy() };
};

it('half-sent bodies take no place, however many', async () => {
  const slow = Array.from({ length: 10 * limit }, () => halfSent(100, '198.51.100.1'));
  await expectAllFree();
  for (const { hangUp } of slow) hangUp();
});

it('bodies that are announced hold room, each address a part of it; others go on; and the room is free again', async () => {
  const statusFrom = async (address: string) => (await ask('/nowhere', 'POST', '{}', { 'x-forwarded-for': address }).answer).status;
  const slowFrom = (address: string) => ([1_000, 5_000, 'chunked', 1_000] as const).map((length) => halfSent(length, address));
  const first = slowFrom('198.51.100.1');
  await until(async () => await statusFrom('198.51.100.1') === 503);
  expect(await statusFrom('198.51.100.2')).toBe(404);
  const second = slowFrom('198.51.100.2');
  await until(async () => await statusFrom('198.51.100.3') === 503);
  expect((await ask('/nowhere').answer).status).toBe(404);
  for (const { hangUp } of first) hangUp();
  await until(async () => await statusFrom('198.51.100.1') === 404);
  expect(await statusFrom('198.51.100.2')).toBe(503);
  for (const { hangUp } of second) hangUp();
});

it.each(['/health/live', '/metrics'])('%s is answered when all places are taken, and takes none', async (path) => {
  const asked = await fill();
  expect(await statuses(Array.from({ length: 2 * limit }, () => ask(path)))).toEqual(Array.from({ length: 2 * limit }, () => 200));
  release();
  await statuses(asked);
  released = new Promise((resolve) => { release = resolve; });
  expect(await statuses(Array.from({ length: limit }, () => ask(path)))).toEqual(Array.from({ length: limit }, () => 200));
  await expectAllFree();
});
