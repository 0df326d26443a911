import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventEnvelope, sources } from '@lianban/contracts';
import { type BackboneLog, createConsumer, deleteTopics, ensureTopics, type EventConsumer, kafkaClient, toMessage } from '@lianban/kafka';
import { consumerOf, projection, readModelSql, rebuild } from '@lianban/projections';
import { testInfrastructure, uniqueName, type ServiceDatabase } from '@lianban/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { casesReadModel, sqlFolderOf } from './read-models.js';
import { reworkedLamp, withdrawnLamp } from './domain/sample-histories.js';

const infrastructure = testInfrastructure();
const topic = uniqueName('lianban.case');
const model = { ...casesReadModel, topics: [topic] };
const log: BackboneLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const tables = ['cases', 'work_orders', 'clocks', 'call_backs', 'timeline'];

let database: ServiceDatabase;
let brokers: string[];
let service: pg.Pool;
let owner: pg.Pool;
let live: EventConsumer;
let producer: ReturnType<ReturnType<typeof kafkaClient>['producer']>;

beforeAll(async () => {
  database = await (await infrastructure.postgres()).serviceDatabase();
  ({ brokers } = await infrastructure.kafka());
  await ensureTopics(brokers, [{ topic, partitions: 3 }]);
  service = new pg.Pool({ connectionString: database.services.insight });
  owner = new pg.Pool({ connectionString: database.adminUrl, options: '-c role=lianban_owner -c search_path=insight' });
  producer = kafkaClient(brokers, 'rebuild-test', log).producer({ idempotent: true });
  await producer.connect();
  live = createConsumer({
    ...projection(model, { batchSize: 50 }), consumer: consumerOf(model.name), group: uniqueName('group'), pool: service, brokers, topics: [topic], log,
  });
  await live.start();
}, 180_000);

afterAll(async () => {
  await live?.stop();
  await producer?.disconnect();
  await deleteTopics(brokers, [topic]);
  await Promise.all([service?.end(), owner?.end()]);
  await infrastructure.stop();
}, 60_000);

const messageOf = (event: EventEnvelope) => {
  const { metadata, type, data } = event;
  return toMessage({ ...metadata, type, data, xid: '0', position: '0' });
};

/** Publishes the lives of `count` new cases, source by source as after a refill; every event twice when told so. */
const publish = async (count: number, { twice = false } = {}): Promise<number> => {
  const events = Array.from({ length: count }, (_, n) => {
    const caseId = randomUUID();
    const lamp = n % 2 ? reworkedLamp : withdrawnLamp;
    return sources.flatMap((source) => lamp[source].map((event) => ({ ...event, metadata: { ...event.metadata, streamId: caseId, id: randomUUID() } })));
  }).flat();
  const messages = events.flatMap((event) => (twice ? [messageOf(event), messageOf(event)] : [messageOf(event)]));
  for (let at = 0; at < messages.length; at += 500) await producer.send({ topic, messages: messages.slice(at, at + 500) });
  return events.length;
};

const pause = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });

const count = async (view: string): Promise<number> => (await service.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${view}`)).rows[0]?.n ?? 0;

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${what}`);
    await pause(50);
  }
};

/** Every row as text, sorted. */
const contents = async (version: number): Promise<Record<string, string[]>> => Object.fromEntries(await Promise.all(tables.map(async (table) => [
  table,
  (await service.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${table}_v${version} t ORDER BY t::text`)).rows.map(({ row }) => row),
] as const)));
const positions = async (): Promise<object[]> => (await service.query<{ source: string; stream_id: string; version: number }>(
  `SELECT source, stream_id, version FROM consumer_stream WHERE consumer = $1 ORDER BY 1, 2`, [consumerOf(model.name)])).rows;

let published = 0;

describe('the live projector', () => {
  it('shows every event once, however often it comes', async () => {
    published += await publish(20);
    published += await publish(20, { twice: true });
    await until('all in the timeline', async () => (await count('timeline')) >= published);
    expect(await count('timeline')).toBe(published);
    expect(await count('cases')).toBe(40);
    expect((await service.query('SELECT FROM parked_event')).rowCount).toBe(0);
  }, 90_000);
});

describe('a rebuild', () => {
  it('makes the same again beside the live version, while events arrive and reads go on', async () => {
    const before = await contents(1);
    const lines: string[] = [];
    let writing = true;
    const writer = (async () => {
      while (writing) {
        published += await publish(5);
        await pause(20);
      }
    })();
    let reads = 0;
    let least = Infinity;
    const reader = (async () => {
      while (writing) {
        least = Math.min(least, await count('cases'));
        reads += 1;
        await pause(5);
      }
    })();
    const version = await rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: (line) => lines.push(line) });
    writing = false;
    await Promise.all([writer, reader]);
    expect(version).toBe(2);
    expect(least).toBeGreaterThanOrEqual(40);
    expect(reads).toBeGreaterThan(5);
    expect(lines.at(-1)).toContain('version 2 is live');
    await until('the rest in the timeline', async () => (await count('timeline')) >= published);
    expect(await count('timeline')).toBe(published);
    const after = await contents(2);
    for (const table of tables) {
      const rows = new Set(after[table]);
      expect(before[table]?.filter((row) => !rows.has(row))).toEqual([]);
    }
    expect((await service.query('SELECT FROM parked_event')).rowCount).toBe(0);
  }, 120_000);

  it('of a quiet topic leaves rows and positions exactly as they were', async () => {
    const [rows, versions] = [await contents(2), await positions()];
    expect(await rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: () => undefined })).toBe(3);
    expect(await contents(3)).toEqual(rows);
    expect(await positions()).toEqual(versions);
    published += await publish(3);
    await until('new events go to the new version', async () => (await count('timeline')) === published);
  }, 120_000);

  it('leaves nothing of the old version behind, and the same indexes and rights', async () => {
    const names = (await owner.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'insight' AND regexp_replace(tablename, '_v\\d+$', '') = ANY ($1) ORDER BY 1`, [[...tables, 'rate_sums']])).rows;
    expect(names.map(({ name }) => name)).toEqual([...tables, 'rate_sums'].map((table) => `${table}_v3`).sort());
    expect((await owner.query(`SELECT proname FROM pg_proc WHERE pronamespace = 'insight'::regnamespace AND proname ~ '_v\\d+$' ORDER BY 1`)).rows.map(({ proname }: { proname: string }) => proname))
      .toEqual(['fold_rate_sums_v3', 'keep_rate_sums_delete_v3', 'keep_rate_sums_insert_v3', 'keep_rate_sums_update_v3']);
    expect((await owner.query(`SELECT FROM pg_indexes WHERE schemaname = 'insight' AND indexname = 'cases_v3_registered'`)).rowCount).toBe(1);
    expect((await owner.query(`SELECT FROM consumer_offset WHERE consumer LIKE 'insight.cases.v%'`)).rowCount).toBe(0);
    const { shape } = await readModelSql(sqlFolderOf(casesReadModel), 3);
    expect((await owner.query('SELECT name, version, shape FROM read_model')).rows).toContainEqual({ name: 'cases', version: 3, shape });
    const analyst = new pg.Client({ connectionString: database.analystUrl });
    await analyst.connect();
    expect((await analyst.query('SELECT FROM cases')).rowCount).toBeGreaterThan(40);
    await analyst.end();
  });

  it('that was killed leaves the live version alone; the next one clears its half copy away', async () => {
    await owner.query('CREATE TABLE cases_v4 (half boolean)');
    await owner.query(`INSERT INTO read_model (name, version) VALUES ('cases.v4', 4)`);
    await owner.query(`INSERT INTO consumer_offset VALUES ('insight.cases.v4', $1, 0, 3)`, [topic]);
    expect(await count('cases')).toBeGreaterThan(40);
    expect(await rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: () => undefined })).toBe(4);
    expect(await count('timeline')).toBe(published);
  }, 120_000);

  it('refuses to run twice at a time', async () => {
    const other = await owner.connect();
    await other.query(`SELECT pg_advisory_lock(hashtext('rebuild cases'))`);
    await expect(rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: () => undefined })).rejects.toThrow('another rebuild');
    await other.query('SELECT pg_advisory_unlock_all()');
    other.release();
  });
});
