/** The rows, positions and parked events that a rebuild makes are those of the live projection, whatever came in between. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type EventEnvelope, sources } from '@lianban/contracts';
import { type BackboneLog, createConsumer, deleteTopics, ensureTopics, type EventConsumer, kafkaClient, toMessage } from '@lianban/kafka';
import { consumerOf, type FillWorkers, projection, rebuild } from '@lianban/projections';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { casesReadModel, fillWorkers, sqlFolderOf } from './read-models.js';
import { onTheSpotLamp, reworkedLamp, withdrawnLamp } from './domain/sample-histories.js';

const infrastructure = testInfrastructure();
const topic = uniqueName('lianban.case');
const model = { ...casesReadModel, topics: [topic] };
const consumer = consumerOf(model.name);
const log: BackboneLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const tables = casesReadModel.tables.map(({ name }) => name);
const partitions = 3;
/** From the sources, as jest runs them. */
const workers: FillWorkers = { ...fillWorkers, count: 2, execArgv: ['--no-warnings', '--conditions=@lianban/source', '--import', new URL('../../../tools/jest/typescript-loader.mjs', import.meta.url).href] };

let service: pg.Pool;
let owner: pg.Pool;
let live: EventConsumer;
let brokers: string[];
let written: Record<string, string[]>;
let version = 1;

/** Repeatable chance. */
const chance = ((seed: number) => () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648)(7);
const oneOf = <T>(values: readonly T[]): T => values[Math.floor(chance() * values.length)] as T;

type Message = ReturnType<typeof toMessage>;
const messageOf = ({ metadata, type, data }: EventEnvelope): Message => toMessage({ ...metadata, type, data, xid: '0', position: '0' });

/** One case's messages by service, with what can be wrong with them. */
const lifeOf = (n: number, caseId: string): Message[][] => {
  const lamp = [reworkedLamp, withdrawnLamp, onTheSpotLamp][n % 3] ?? reworkedLamp;
  const streams = sources.map((source) => lamp[source].map((event) => messageOf({ ...event, metadata: { ...event.metadata, streamId: caseId, id: randomUUID() } })));
  const [intake = [], dispatch = []] = streams;
  const second = intake[1];
  const headers = second?.headers ?? {};
  // An unknown version; a payload that breaks its schema; text that Postgres does not hold; an event that never comes; one that comes late; one of nobody.
  if (n % 10 === 1 && second) headers.ce_type = 'lianban.case.accepted.v9';
  if (n % 10 === 2 && second) second.value = '{"no":"such"}';
  if (n % 10 === 3 && intake[0]) intake[0].value = String(intake[0].value).replace('Lamp is dark', 'Lamp \\u0000 dark');
  if (n % 10 === 4) dispatch.splice(1, 1);
  if (n % 10 === 5) dispatch.splice(0, 2, ...dispatch.slice(0, 2).reverse());
  if (n % 10 === 6 && second) headers.ce_id = 'no-uuid';
  if (n % 10 === 7) intake.push({ key: caseId, value: 'not ours', headers: {} });
  return streams;
};

/** All cases at once, by chance, each stream in its own order; some messages twice. */
const interleaved = (cases: readonly string[]): Message[] => {
  const streams = cases.flatMap((caseId, n) => lifeOf(n, caseId)).filter((stream) => stream.length > 0);
  const messages: Message[] = [];
  while (streams.length > 0) {
    const stream = oneOf(streams);
    const message = stream.shift();
    if (message) messages.push(message, ...(chance() < 0.1 ? [message] : []));
    if (stream.length === 0) streams.splice(streams.indexOf(stream), 1);
  }
  return messages;
};

const lines = async (sql: string, ...values: unknown[]): Promise<string[]> =>
  (await service.query<{ line: string }>(`SELECT to_jsonb(t)::text AS line FROM (${sql}) t ORDER BY 1`, values)).rows.map(({ line }) => line);

const everything = async (): Promise<Record<string, string[]>> => ({
  ...Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await lines(`SELECT * FROM ${table}_v${version}`)] as const))),
  sums: await lines(`SELECT dimension, day, key, sum(cases) AS cases, sum(in_scope), sum(contacted_in_time), sum(counted_reached), sum(counted_resolved), sum(counted_asked), sum(counted_satisfied)
    FROM rate_sums_v${version} GROUP BY dimension, day, key`),
  streams: await lines('SELECT source, stream_id, version FROM consumer_stream WHERE consumer = $1', consumer),
  offsets: await lines('SELECT topic, partition, next_offset FROM consumer_offset WHERE consumer = $1', consumer),
  parked: await lines('SELECT source, stream_id, stream_version, subject, topic, partition, "offset", headers, value, reason FROM parked_event WHERE consumer = $1', consumer),
});

/** What one has and the other has not, by table. */
const differences = (is: Record<string, string[]>, should: Record<string, string[]>): Record<string, object> => Object.fromEntries(Object.keys(should).flatMap((table) => {
  const [found, expected] = [new Set(is[table]), new Set(should[table])];
  const [more, missing] = [[...found].filter((line) => !expected.has(line)), [...expected].filter((line) => !found.has(line))];
  return more.length + missing.length > 0 || is[table]?.length !== should[table]?.length ? [[table, { more, missing }] as const] : [];
}));

const settled = async (): Promise<void> => {
  const kafka = kafkaClient(brokers, 'bulk-test', log).admin();
  await kafka.connect();
  const high = (await kafka.fetchTopicOffsets(topic)).reduce((sum, each) => sum + Number(each.high), 0);
  await kafka.disconnect();
  for (;;) {
    const { rows } = await service.query<{ at: string }>('SELECT coalesce(sum(next_offset), 0) AS at FROM consumer_offset WHERE consumer = $1', [consumer]);
    if (Number(rows[0]?.at) >= high) return;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
};

beforeAll(async () => {
  const database = await (await infrastructure.postgres()).serviceDatabase();
  ({ brokers } = await infrastructure.kafka());
  await ensureTopics(brokers, [{ topic, partitions }]);
  service = new pg.Pool({ connectionString: database.services.insight });
  owner = new pg.Pool({ connectionString: database.adminUrl, options: '-c role=lianban_owner -c search_path=insight' });
  const producer = kafkaClient(brokers, 'bulk-test', log).producer();
  await producer.connect();
  await producer.send({ topic, messages: interleaved(Array.from({ length: 60 }, () => randomUUID())) });
  await producer.disconnect();
  live = createConsumer({ ...projection(model), consumer, pool: service, brokers, topics: [topic], log });
  await live.start();
  await settled();
  written = await everything();
}, 180_000);

afterAll(async () => {
  await live?.stop();
  await deleteTopics(brokers, [topic]);
  await Promise.all([service?.end(), owner?.end()]);
  await infrastructure.stop();
}, 60_000);

describe('a rebuild', () => {
  it('has something of everything to deal with', async () => {
    const reasons = await service.query<{ reason: string }>('SELECT DISTINCT reason FROM parked_event ORDER BY 1');
    expect(reasons.rows.map(({ reason }) => reason)).toEqual(['failed', 'gap', 'unreadable', 'waiting']);
    expect(written.cases?.length).toBeGreaterThan(40);
  });

  it.each([
    ['with room for all cases', {}],
    ['that has to give cases out before they end', { hold: 5 }],
    ['that can hardly keep anything', { hold: 2, keepLate: 3 }],
    ['by two threads', { workers }],
    ['by two threads that can hardly keep anything', { hold: 2, keepLate: 3, workers }],
  ])('%s makes the rows, positions and parked events of the live projection', async (_, limits) => {
    const said: string[] = [];
    version = await rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: (line) => said.push(line), ...limits });
    expect(said.find((line) => line.includes('in bulk'))).toBeDefined();
    expect(differences(await everything(), written)).toEqual({});
  }, 60_000);

  it('folds the sums that its connections have left apart', async () => {
    const asking = jest.spyOn(owner, 'query');
    version = await rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: () => undefined, workers });
    expect(asking.mock.calls.map(([text]) => text as unknown)).toContain(`CALL fold_rate_sums_v${version}()`);
    asking.mockRestore();
    expect(differences(await everything(), written)).toEqual({});
  }, 60_000);

  it('whose thread fails fails as a whole, and the live rows stay', async () => {
    const noModel = { ...workers, entry: new URL('./domain/instant.ts', import.meta.url) };
    await expect(rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: () => undefined, workers: noModel })).rejects.toThrow('a worker ended with 0');
    expect(differences(await everything(), written)).toEqual({});
  }, 60_000);

  it('skips again what an operator had skipped, where it would park again, and leaves the rest parked', async () => {
    const { rows: [parked] } = await service.query<{ subject: string; stream_version: number }>(
      `SELECT subject, stream_version FROM parked_event WHERE reason = 'unreadable' ORDER BY subject LIMIT 1`);
    if (!parked) throw new Error('nothing is parked');
    await service.query(`UPDATE parked_event SET wish = 'skip', wish_reason = 'of no use' WHERE subject = $1 AND reason = 'unreadable'`, [parked.subject]);
    const gone = async () => (await service.query('SELECT FROM parked_event WHERE subject = $1', [parked.subject])).rowCount === 0;
    while (!(await gone())) await new Promise((resolve) => { setTimeout(resolve, 100); });
    const before = await everything();
    version = await rebuild({ model, folder: sqlFolderOf(casesReadModel), pool: owner, brokers, log, say: () => undefined });
    // What parks again while the copy comes level is given up by the live consumer, right after the switch.
    const patience = Date.now() + 20_000;
    while (Object.keys(differences(await everything(), before)).length > 0 && Date.now() < patience) await new Promise((resolve) => { setTimeout(resolve, 200); });
    expect(differences(await everything(), before)).toEqual({});
    const trail = await lines('SELECT why FROM parked_trail WHERE subject = $1', parked.subject);
    expect(new Set(trail)).toEqual(new Set(['{"why": "of no use"}']));
  }, 60_000);
});
