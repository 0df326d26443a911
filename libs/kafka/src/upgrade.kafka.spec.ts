import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { catalogue, eventReader } from '@lianban/contracts';
import type { EventDefinition } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { OutboxEntry } from '@lianban/event-store';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import type pg from 'pg';
import { openPool, prepareDatabase, shortEffects, sqlOf } from '../test-support/database.js';
import { entryOf, eventually, noted, quietLog } from '../test-support/events.js';
import { publish } from '../test-support/kafka.js';
import { createConsumer } from './consumer.js';
import type { EventConsumer } from './consumer.js';
import { parkedOf } from './parked-tables.js';
import { deleteTopics, ensureTopics } from './topics.js';

const infrastructure = testInfrastructure();
const topic = uniqueName('upgrade');
const name = newId();
let pool: pg.Pool;
let brokers: string[];
const consumers: EventConsumer[] = [];

beforeAll(async () => {
  brokers = (await infrastructure.kafka()).brokers;
  const url = await (await infrastructure.postgres()).createDatabase('upgrade');
  await prepareDatabase(url);
  pool = openPool(url, 12);
  await ensureTopics(brokers, [{ topic, partitions: 4 }]);
}, 180_000);
afterAll(async () => {
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  await deleteTopics(brokers, [topic]);
  await pool?.end();
  await infrastructure.stop();
}, 60_000);

/** The newer build's catalogue: contacted.v2 besides v1, which is lifted to it. */
const v1 = catalogue.find(({ type }) => type === 'lianban.case.contacted.v1') as EventDefinition;
const newer = eventReader([
  ...catalogue.filter(({ type }) => type !== v1.type),
  { ...v1, upcast: { to: 'lianban.case.contacted.v2', convert: (data: never): unknown => data } },
  { ...v1, type: 'lianban.case.contacted.v2' },
]);

const startCopy = async (build: 'old' | 'new') => {
  const consumer = createConsumer({
    consumer: name, brokers, topics: [topic], pool, log: quietLog(), batchSize: 1, attempts: 2,
    handled: new Set([build === 'old' ? v1.type : 'lianban.case.contacted.v2']), ...(build === 'new' ? { reader: newer } : {}),
    async handle(tx, envelopes) {
      for (const { metadata: { source, streamId, streamVersion } } of envelopes) {
        await tx.query('INSERT INTO effect (consumer, source, stream_id, version) VALUES ($1, $2, $3, $4)', [name, source, streamId, streamVersion]);
      }
    },
  });
  consumers.push(consumer);
  await consumer.start();
  return consumer;
};
const put = (...entries: OutboxEntry[]) => publish(brokers, topic, entries);
const ofVersion2 = (streamId: string, version: number) => entryOf(streamId, version, { type: 'lianban.case.contacted.v2', data: { note: null } });
const parked = () => parkedOf(sqlOf(pool), name);
const effects = () => shortEffects(pool, name);
const cases = Array.from({ length: 8 }, (_, n) => `upgraded-${n}`);
const expectEachOnce = async (streams: readonly string[], last: number) => {
  const seen = await effects();
  for (const stream of streams) expect(seen.filter((line) => line.startsWith(`${stream} `))).toEqual(Array.from({ length: last }, (_, n) => `${stream} intake ${n + 1}`));
};

it('parks the cases of a version that only the next build knows; they drain while old and new copies run side by side, in order and once', async () => {
  const old = await startCopy('old');
  // The writer was deployed first. Cases that the new version does not touch never stop.
  await put(...cases.map((id) => noted(id, 1, null)), ...cases.map((id) => ofVersion2(id, 2)), ...cases.map((id) => noted(id, 3, null)), noted('other', 1, null), noted('other', 2, null));
  await eventually(async () => (await parked()).length, (count) => count === 2 * cases.length);
  await eventually(effects, (lines) => lines.includes('other intake 2'));
  expect((await parked()).filter(({ reason }) => reason === 'unreadable')).toHaveLength(cases.length);

  const fresh = await startCopy('new');
  await eventually(async () => (await parked()).length, (count) => count === 0);
  await expectEachOnce(cases, 3);

  // Both are members of the group now: what the old one's partitions bring it parks again, and the new one takes it up.
  await eventually(() => [old.joined, fresh.joined], (joined) => joined.every(Boolean));
  await put(...cases.map((id) => ofVersion2(id, 4)), ...cases.map((id) => noted(id, 5, null)), noted('other', 3, null));
  await eventually(async () => (await effects()).length, (count) => count === 5 * cases.length + 3);
  await expectEachOnce(cases, 5);
  await expectEachOnce(['other'], 3);

  await old.stop();
  await put(...cases.map((id) => ofVersion2(id, 6)));
  await eventually(async () => (await effects()).length, (count) => count === 6 * cases.length + 3);
  await expectEachOnce(cases, 6);
  expect(await parked()).toEqual([]);
}, 180_000);
