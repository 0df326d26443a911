/** A running system for the stories: one for the whole test run, started by the first story that asks. */
import { once } from 'node:events';
import { get, type ClientRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import { ConsistencyJar, LianbanApiError, lianbanClient, type CallBack, type LianbanClient, type RegisterCase } from '../../tools/src/client/index.js';
import type { Persona } from '../../tools/src/cases/case-script.js';
import { issueToken } from '../../tools/src/issuer/issuer.js';
import { isRunning } from '../../tools/src/infrastructure/process-identity.js';
import { readState } from '../../tools/src/supervisor/state-file.js';

export interface RunningSystem {
  readonly gatewayUrl: string;
  readonly serviceUrls: Readonly<Record<string, string>>;
  readonly kafkaBrokers: string;
  readonly adminDatabaseUrl: string;
  readonly analystUrl: string;
  readonly dataDir: string;
  token(persona: Persona, options?: { import?: boolean; as?: string }): Promise<string>;
  /** SIGKILL, as a power cut would; resolves when the process is gone. The supervisor starts it again. */
  kill(name: string): Promise<void>;
  /** A new story: its clients share their consistency tokens, so each waits for what the others have done. */
  story(options?: { import?: boolean }): Story;
}

export interface Story {
  /** `name`: in the hands of that person. */
  as(persona: Persona, name?: string): LianbanClient;
}

/** One a file, however often that asks. */
let turn: Promise<ClientRequest> | undefined;
afterAll(async () => { (await turn)?.destroy(); });

const takeTurn = async (url: string): Promise<ClientRequest> => {
  const request = get(url);
  await once(request, 'response');
  return request.on('error', () => undefined);
};

/** @param alone for a story that counts what everybody writes, or ends processes: no other one runs beside it */
export const runningSystem = async ({ alone = false } = {}): Promise<RunningSystem> => {
  const door = process.env.LIANBAN_TEST_HOST;
  if (!door) throw new Error('no test host: run the stories with `npm test` or `npm run jest -- tests/acceptance`');
  turn ??= takeTurn(`${door}/turn${alone ? '/alone' : ''}`);
  await turn;
  const response = await fetch(`${door}/stack`);
  const answer = await response.json() as Omit<RunningSystem, 'token' | 'kill' | 'story'> & { problem?: string };
  if (!response.ok) throw new Error(`the system did not start: ${answer.problem}`);
  const token: RunningSystem['token'] = (persona, options) => issueToken(answer.dataDir, persona, options);
  return {
    ...answer,
    token,
    async kill(name) {
      const target = readState(answer.dataDir)?.processes.find((each) => each.name === name);
      if (!target || !isRunning(target)) throw new Error(`${name} does not run`);
      process.kill(target.pid, 'SIGKILL');
      while (isRunning(target)) await delay(10);
    },
    story(options) {
      const jar = new ConsistencyJar();
      return { as: (persona, name) => lianbanClient({ gatewayUrl: answer.gatewayUrl, token: () => token(persona, { ...options, as: name }), jar }) };
    },
  };
};

/** Starting a whole system takes its time on a slow machine. */
export const startLimitMs = 180_000;
export const storyLimitMs = 60_000;

/** Asks again until the answer passes the check: for reactions of other services, which no consistency token covers. */
export const eventually = async <T>(ask: () => Promise<T>, check: (answer: T) => void, withinMs = 20_000): Promise<T> => {
  const until = Date.now() + withinMs;
  for (let wait = 25; ; wait = Math.min(wait * 1.5, 500)) {
    try {
      const answer = await ask();
      check(answer);
      return answer;
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(wait);
    }
  }
};

/** The problem a refused call answers with. */
export const problemOf = async (call: Promise<unknown>) => {
  try {
    await call;
  } catch (error) {
    if (error instanceof LianbanApiError) return error.problem;
    throw error;
  }
  throw new Error('the call succeeded');
};

export const demandOf = (change: Partial<RegisterCase> = {}): RegisterCase => ({
  title: '小区东门路灯不亮', description: '东门外两盏路灯坏了半个月,晚上看不清路。', channel: 'hotline', territory: 'riverside-grid-01',
  requester: { kind: 'resident', name: '故事居民' }, ...change,
});

/** What has happened to a case, in the words of the timeline: `intake:case.registered`. */
export const storyOf = async (client: LianbanClient, caseId: string): Promise<string[]> => {
  const { body } = await client.timeline(caseId);
  return body.items.map(({ service, type }) => `${service}:${type.replace(/^lianban\./, '').replace(/\.v\d+$/, '')}`);
};

export const orderOf = (orders: readonly { workOrderId: string; department: string }[], department: string): string => {
  const found = orders.findLast((order) => order.department === department);
  if (!found) throw new Error(`no work order of ${department}`);
  return found.workOrderId;
};

/** The due call-back of a case; satisfaction opens it in reaction to the answer. */
export const dueCallBack = async (story: Story, caseId: string, round = 1): Promise<string> => {
  const due = (callBacks: readonly CallBack[]) => callBacks.filter((callBack) => callBack.round === round && callBack.status === 'due');
  const { body } = await eventually(() => story.as('analyst').insightCase(caseId), (answer) => expect(due(answer.body.callBacks)).toHaveLength(1));
  return due(body.callBacks)[0]?.callBackId ?? '';
};
