/** Two processes sweep the same due clocks. One gets a real SIGKILL between the events of a transaction and its commit. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { handleTogether, hearing } from '@lianban/service-kit';
import type { Hearing } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { registered } from '../domain/sample-facts.js';
import { RuleBook } from '../rules/rule-book.js';
import { knownToClocks, watchCase } from '../watch-case/watch-case.process.js';

const infrastructure = testInfrastructure();
const processes: ChildProcess[] = [];
let databaseUrl: string;
let pool: pg.Pool;
let store: EventStore;
let watch: Hearing;

beforeAll(async () => {
  databaseUrl = (await (await infrastructure.postgres()).serviceDatabase()).services.sla;
  pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  store = postgresEventStore(pool, 'sla');
  const book = new RuleBook(pool);
  await book.onModuleInit();
  watch = hearing([watchCase], knownToClocks(book, { quietMs: 60_000, intervalMs: 500 }));
}, 120_000);

afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL');
  await pool.end();
  await infrastructure.stop();
});

const now = new Date(Date.now() + 5 * 60_000);
const due = 'SELECT count(*)::int AS count FROM timer WHERE fire_at < $1';
const leftOver = async () => (await pool.query<{ count: number }>(due, [now])).rows[0]?.count ?? 0;

const register = async (caseId: string): Promise<void> => {
  const fact = registered('2020-03-02T01:00:00.000Z');
  const envelope = { ...fact, metadata: { ...fact.metadata, streamId: caseId } } as EventEnvelope;
  await store.transaction((tx) => handleTogether(tx, store, 'sla', [envelope], watch.hear));
};

interface Said { readonly appended: number; readonly committed: number }

const startProcess = (pauseMs: number) => {
  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const child = fork(file('../../test-support/sweep-process.ts'), [JSON.stringify({ databaseUrl, now, pauseMs })], {
    execArgv: ['--no-warnings', '--conditions=@lianban/source', '--import', file('../../../../tools/jest/typescript-loader.mjs')],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  processes.push(child);
  const state = { child, said: { appended: 0, committed: 0 } as Said };
  child.on('message', (said) => { state.said = said as Said; });
  return state;
};

const until = async (reached: () => boolean | Promise<boolean>): Promise<void> => {
  while (!await reached()) await sleep(5);
};

it('every breach happens exactly once, at its due time, and none is left', async () => {
  const ids = Array.from({ length: 400 }, (_, n) => deterministicId('killed-sweep', String(n)));
  for (const id of ids) await register(id);
  expect(await leftOver()).toBe(400);

  const [killed, survivor] = [startProcess(10), startProcess(3)];
  await until(() => survivor.said.committed > 0 && killed.said.committed > 0 && killed.said.appended - killed.said.committed >= 5);
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  // The killed process had written events that it never committed, and more work was left.
  const lost = killed.said.appended - killed.said.committed;
  expect(lost).toBeGreaterThan(0);
  expect(await leftOver()).toBeGreaterThan(100);

  await until(async () => await leftOver() === 0);
  const { rows } = await pool.query<{ stream_id: string; type: string }>("SELECT stream_id, type FROM event WHERE type LIKE 'lianban.clock.breached%'");
  expect(rows.map(({ stream_id }) => stream_id).sort()).toEqual([...ids].sort());
  for (const id of ids) {
    const breached = (await store.read(id)).filter(({ type }) => type === 'lianban.clock.breached.v2');
    expect(breached).toMatchObject([{ data: { kind: 'contact', dueAt: '2020-03-02T11:00:00+08:00' }, metadata: { occurredAt: '2020-03-02T03:00:00.000Z' } }]);
  }
  survivor.child.disconnect();
  await once(survivor.child, 'exit');
}, 120_000);
