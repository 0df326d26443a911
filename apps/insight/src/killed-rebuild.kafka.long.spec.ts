/** A rebuild that is killed while it copies rows, with a real SIGKILL: the live version serves on, and the next rebuild ends right and leaves nothing of it behind. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sources } from '@lianban/contracts';
import { type BackboneLog, createConsumer, deleteTopics, ensureTopics, type EventConsumer, kafkaClient, toMessage } from '@lianban/kafka';
import { consumerOf, projection, rebuild } from '@lianban/projections';
import { testInfrastructure, uniqueName, type ServiceDatabase } from '@lianban/testing';
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { casesReadModel, readModels, sqlFolderOf } from './read-models.js';
import { reworkedLamp } from './domain/sample-histories.js';

const infrastructure = testInfrastructure();
const topic = uniqueName('lianban.case');
const model = { ...casesReadModel, topics: [topic] };
const log: BackboneLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const life = sources.flatMap((source) => reworkedLamp[source]);
/** Enough for several COPYs of 4 MB. */
const cases = 1_500;
const events = cases * life.length;

let database: ServiceDatabase;
let brokers: string[];
let service: pg.Pool;
let owner: pg.Pool;
let live: EventConsumer;
let killed: ChildProcess | undefined;

const count = async (from: string): Promise<number> => (await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`)).rows[0]?.n ?? 0;
const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 60_000; !(await holds());) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
};

beforeAll(async () => {
  database = await (await infrastructure.postgres()).serviceDatabase();
  ({ brokers } = await infrastructure.kafka());
  await ensureTopics(brokers, [{ topic, partitions: 3 }]);
  service = new pg.Pool({ connectionString: database.services.insight });
  owner = new pg.Pool({ connectionString: database.adminUrl, options: '-c role=lianban_owner -c search_path=insight' });
  const producer = kafkaClient(brokers, 'killed-rebuild-test', log).producer();
  await producer.connect();
  for (let n = 0; n < cases; n += 20) {
    await producer.send({
      topic,
      messages: Array.from({ length: 20 }, () => randomUUID()).flatMap((streamId) => life.map(({ metadata, type, data }) =>
        toMessage({ ...metadata, streamId, id: randomUUID(), type, data, xid: '0', position: '0' }))),
    });
  }
  await producer.disconnect();
  live = createConsumer({ ...projection(model), consumer: consumerOf(model.name), group: uniqueName('group'), pool: service, brokers, topics: [topic], log });
  await live.start();
  await until('all events in the live version', async () => await count('timeline_v1') === events);
}, 180_000);

afterAll(async () => {
  killed?.kill('SIGKILL');
  await live?.stop();
  await deleteTopics(brokers, [topic]);
  await Promise.all([service?.end(), owner?.end()]);
  await infrastructure.stop();
}, 60_000);

const contents = async (version: number): Promise<string[]> => {
  const lines: string[] = [];
  for (const { name } of casesReadModel.tables) {
    const { rows } = await owner.query<{ line: string }>(`SELECT to_jsonb(t)::text AS line FROM ${name}_v${version} t ORDER BY 1`);
    lines.push(...rows.map(({ line }) => `${name} ${line}`));
  }
  const sums = await owner.query<{ line: string }>('SELECT to_jsonb(t)::text AS line FROM rate_sums t ORDER BY 1');
  return [...lines, ...sums.rows.map(({ line }) => `sums ${line}`)];
};

it('leaves the live version alone; the next one ends right and leaves nothing of it behind', async () => {
  const before = await contents(1);
  killed = fork(fileURLToPath(new URL('../test-support/rebuild-process.ts', import.meta.url)), [
    JSON.stringify({ adminUrl: database.adminUrl, brokers, topic }),
  ], {
    execArgv: ['--no-warnings', '--conditions=@lianban/source', '--import', fileURLToPath(new URL('../../../tools/jest/typescript-loader.mjs', import.meta.url))],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  await Promise.race([once(killed, 'message'), once(killed, 'exit').then(([code]) => { throw new Error(`the rebuild ended with ${code}`); })]);
  killed.kill('SIGKILL');
  await once(killed, 'exit');

  // In the middle of the bulk: some rows are there, not all, and no key.
  const half = await count('timeline_v2');
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(events);
  expect((await owner.query(`SELECT FROM pg_indexes WHERE schemaname = 'insight' AND tablename = 'timeline_v2'`)).rowCount).toBe(0);
  expect(await contents(1)).toEqual(before);

  // Postgres notices after a moment that whoever held the guard is gone.
  let version = 0;
  await until('the next rebuild', async () => {
    version = await rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: () => undefined })
      .catch((error: Error) => { if (error.message.includes('another rebuild')) return 0; throw error; });
    return version > 0;
  });
  expect(version).toBe(2);
  expect(await contents(2)).toEqual(before);
  const left = await owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'insight'::regnamespace AND relname ~ '_v1(_|$)' AND regexp_replace(relname, '_v1.*$', '') <> ALL ($1)
     UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'insight'::regnamespace AND proname ~ '_v1$'
     UNION ALL SELECT name FROM read_model WHERE name <> ALL ($2)
     UNION ALL SELECT consumer FROM consumer_offset WHERE consumer <> 'insight.cases'
     UNION ALL SELECT consumer FROM consumer_stream WHERE consumer <> 'insight.cases'
     UNION ALL SELECT consumer FROM consumer_topic WHERE consumer <> 'insight.cases'`,
    [readModels.filter(({ name }) => name !== 'cases').flatMap(({ tables }) => tables.map(({ name }) => name)), readModels.map(({ name }) => name)]);
  expect(left.rows).toEqual([]);
  // What the switch compares has figures.
  const { rows: [positions] } = await owner.query<{ known: boolean }>(`SELECT last_analyze IS NOT NULL AS known FROM pg_stat_user_tables WHERE relid = 'consumer_stream'::regclass`);
  expect(positions?.known).toBe(true);
}, 120_000);
