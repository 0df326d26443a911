import { Agent, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from '../process/run-service.js';

let finish: () => void;
let begun: Promise<void>;
let begin: () => void;

@Controller()
class Work {
  @Get('slow')
  async slow(): Promise<object> {
    begin();
    await new Promise<void>((resolve) => { finish = resolve; });
    return { done: true };
  }

  @Get('quick')
  quick(): object {
    return { done: true };
  }
}

@Module({ controllers: [Work] })
class WorkModule {}

let app: NestFastifyApplication;
let url: string;
const agents: Agent[] = [];

beforeEach(async () => {
  begun = new Promise((resolve) => { begin = resolve; });
  app = await createHttpApp(WorkModule);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  await app.close();
});

/** A caller with one connection that stays. */
const caller = () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return (path: string) => new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
    get(url + path, { agent }, (answer: IncomingMessage) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode, connection: answer.headers.connection }));
    }).on('error', reject);
  });
};

it('finishes what runs, answers what comes on open connections and closes them, refuses new ones, and only then ends', async () => {
  const [busy, idle, late] = [caller(), caller(), caller()];
  expect(await idle('/quick')).toEqual({ status: 200, connection: 'keep-alive' });
  const slow = busy('/slow');
  await begun;

  let closed = false;
  const closing = app.close().then(() => { closed = true; });
  await new Promise((resolve) => { setImmediate(resolve); });
  expect(await idle('/quick')).toEqual({ status: 200, connection: 'close' });
  await expect(late('/quick')).rejects.toThrow('ECONNREFUSED');
  expect(closed).toBe(false);
  finish();
  expect(await slow).toMatchObject({ status: 200 });
  await closing;
});
