import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { TcpProxy } from '../../tools/chaos/src/tcp-proxy.js';
import { checkMemory, watchMemory } from '../../tools/chaos/src/watch-memory.js';
import { freeRun, startStack, type Stack } from '../../tools/src/stack.js';
import { demandOf, eventually, startLimitMs } from './running-system.js';

/** One registration and what its caller was told; a connection that broke, or no answer at all, is status 0. */
interface Attempt {
  readonly title: string;
  readonly key: string;
  readonly status: number;
  readonly caseId?: string;
  readonly problem: string;
}

/** The gateway gives a service up after 30 s. */
const patienceMs = 45_000;
/** A 503 after which the caller need not ask whether it was done after all. */
const undone = /nothing was done|not passed on/;

/** A system of its own, whose services reach Postgres and Kafka through lines that can be slow or dead. */
describe('with a backbone that can not keep up', () => {
  const dataDir = join(tmpdir(), `lianban-backpressure-${process.pid}`);
  let postgres: TcpProxy;
  let kafka: TcpProxy;
  let stack: Stack;
  let authorization: string;
  let admin: pg.Client;

  beforeAll(async () => {
    const postgresPort = await freeRun(2);
    const kafkaPort = postgresPort + 1;
    postgres = await TcpProxy.start(() => postgresPort);
    kafka = await TcpProxy.start(() => kafkaPort);
    mkdirSync(dataDir, { mode: 0o755 });
    stack = await startStack({
      dataDir, ports: 'free', empty: true, env: {
        DATABASE_URL: '', KAFKA_BROKERS: '', LIANBAN_POSTGRES_PORT: String(postgresPort), LIANBAN_KAFKA_PORT: String(kafkaPort),
        LIANBAN_POSTGRES_VIA: String(postgres.port), LIANBAN_KAFKA_VIA: String(kafka.port),
      },
    });
    authorization = `Bearer ${await stack.token('intake')}`;
    admin = new pg.Client({ connectionString: stack.adminDatabaseUrl });
    await admin.connect();
  }, startLimitMs);

  let calling = false;

  afterEach(() => {
    calling = false;
    for (const line of [postgres, kafka]) line.heal();
  });

  afterAll(async () => {
    await admin?.end();
    await stack?.stop();
    for (const line of [postgres, kafka]) await line?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  const register = async (title: string, key: string = randomUUID()): Promise<Attempt> => {
    const asked = { title, key, problem: '' };
    try {
      const answer = await fetch(`${stack.gatewayUrl}/api/v1/cases`, {
        method: 'POST', headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify(demandOf({ title })), signal: AbortSignal.timeout(patienceMs),
      });
      const { caseId, code, detail } = await answer.json() as { caseId?: string; code?: string; detail?: string };
      const { headers, status } = answer;
      return { ...asked, status, ...(status === 201 ? { caseId } : { problem: [status, headers.get('content-type')?.split(';')[0], code, headers.get('retry-after'), detail].join(' ') }) };
    } catch (error) {
      return { ...asked, status: 0, problem: String(error) };
    }
  };

  /** So many callers, each with one demand after the other, who wait when they are refused as they are told to; until `end`. */
  const callers = (count: number, what: string) => {
    const attempts: Attempt[] = [];
    calling = true;
    const caller = async (number: number) => {
      for (let i = 0; calling; i++) {
        const attempt = await register(`${what} ${number}-${i}`);
        attempts.push(attempt);
        if (attempt.status !== 201) await delay(1_000);
      }
    };
    const all = Promise.all(Array.from({ length: count }, (_, number) => caller(number)));
    const acknowledged = () => attempts.filter(({ status }) => status === 201);
    return {
      attempts, acknowledged,
      more: (number: number, withinMs = 60_000) => {
        const before = acknowledged().length;
        return eventually(async () => acknowledged().length, (now) => expect(now).toBeGreaterThanOrEqual(before + number), withinMs);
      },
      end: async () => { calling = false; await all; },
    };
  };

  /** The ids of the cases of each title in intake's event store, which no line is in front of. */
  const stored = async (what: string): Promise<Map<string, string[]>> => {
    const { rows } = await admin.query<{ title: string; ids: string[] }>(
      `SELECT data->>'title' AS title, array_agg(stream_id::text) AS ids FROM intake.event WHERE type = 'lianban.case.registered.v1' AND data->>'title' LIKE $1 GROUP BY 1`, [`${what} %`]);
    return new Map(rows.map(({ title, ids }) => [title, ids]));
  };

  const read = async (what: string): Promise<string[]> => {
    const { rows } = await admin.query<{ id: string }>(`SELECT case_id::text AS id FROM insight.cases WHERE title LIKE $1`, [`${what} %`]);
    return rows.map(({ id }) => id).sort();
  };

  /** Everyone is served again, and each demand is there as often as its caller was told: those who were not told ask again. */
  const expectAllAsTold = async (what: string, attempts: readonly Attempt[]) => {
    const problems = new Set(attempts.map(({ problem }) => problem));
    expect([...problems].filter((problem) => problem !== '' && !/^503 application\/problem\+json service-unavailable 1 /.test(problem))).toEqual([]);
    await eventually(() => Promise.all(Array.from({ length: 20 }, (_, i) => register(`之后 ${what} ${i}`))), (answers) => expect(answers.map(({ problem }) => problem).filter(Boolean)).toEqual([]), 60_000);

    const before = await stored(what);
    const [refused, unsure] = [true, false].map((sure) => attempts.filter(({ status, problem }) => status !== 201 && undone.test(problem) === sure)) as [Attempt[], Attempt[]];
    expect(refused.filter(({ title }) => before.has(title))).toEqual([]);
    const told = [...attempts.filter(({ status }) => status === 201)];
    for (const { title, key } of unsure) told.push(await register(title, key));
    const after = await stored(what);
    expect(told.filter(({ title, caseId }) => after.get(title)?.join() !== caseId)).toEqual([]);
    expect(after.size).toBe(told.length);
    await eventually(() => read(what), (ids) => expect(ids).toEqual([...after.values()].flat().sort()), 60_000);
  };

  it('of Postgres: every caller is answered or refused with a clean 503, in bounded memory, and what was told is so', async () => {
    const memory = watchMemory(['gateway', 'intake']);
    const { attempts, more, end } = callers(400, '库慢');
    await more(50);
    postgres.delay(300);
    await more(50);
    postgres.stall();
    const before = attempts.length;
    // Those who were under way have been told by then that nobody knows.
    await eventually(async () => attempts.slice(before).filter(({ problem }) => problem !== '' && !undone.test(problem)).length, (count) => expect(count).toBeGreaterThan(0), 60_000);
    postgres.heal();
    await more(50);
    await end();
    expect(attempts.filter(({ problem }) => undone.test(problem)).length).toBeGreaterThan(0);
    expect(checkMemory(memory.end())).toEqual([]);
    await expectAllAsTold('库慢', attempts);
  }, 240_000);

  it('of Kafka: commands go on, in bounded memory, and all of them are published once it is back', async () => {
    const memory = watchMemory(['gateway', 'intake']);
    const { attempts, acknowledged, more, end } = callers(16, '消息慢');
    await more(50);
    kafka.delay(300);
    await more(200);
    kafka.stall();
    await more(500);
    const lastBefore = acknowledged().at(-1)?.caseId;
    await more(10);
    await end();
    expect(attempts.filter(({ status }) => status !== 201)).toEqual([]);
    expect(await read('消息慢')).not.toContain(lastBefore);
    kafka.cut();
    kafka.heal();
    await expectAllAsTold('消息慢', attempts);
    expect(checkMemory(memory.end())).toEqual([]);
  }, 240_000);
});
