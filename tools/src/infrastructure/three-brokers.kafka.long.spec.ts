/** A relay before three real brokers: what one cannot show. */
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventStore, newId, postgresEventStore } from '@lianban/event-store';
import { addressOf, brokersOf, createRelay, ensureTopics, kafkaClient, readRanges, type Relay, topicRanges, toRawEvent } from '@lianban/kafka';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import pg from 'pg';
import { cacheDir, kafkaRecipeDir } from '../checkout.js';
import { freeRun } from '../stack.js';
import { prepareEmbeddedKafka } from './embedded-kafka.js';
import { whyNoEmbeddedKafka } from './kafka-jars.js';
import { endProcess } from './managed-process.js';
import { waitUntil } from './ports.js';
import { kafkaServer } from './servers.js';
import { TemporaryServers } from './temporary-servers.js';

const whyNot = whyNoEmbeddedKafka(cacheDir);
const infrastructure = testInfrastructure();
/** Of Kafka's protocol: the configuration of a topic. */
const topicResource = 2;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const servers = new TemporaryServers(tmpdir(), 'lianban-test-brokers-');
const options = { dataDir: servers.dataDir, cacheDir, recipeDir: kafkaRecipeDir, brokers: 3, say: () => undefined };
let brokers: string[];
let url: string;
let pool: pg.Pool;
let store: EventStore;
let admin: ReturnType<ReturnType<typeof kafkaClient>['admin']>;
let topic: string;
let relay: Relay;

beforeAll(async () => {
  if (whyNot) return;
  url = (await (await infrastructure.postgres()).serviceDatabase()).services.intake;
  const server = await kafkaServer({ ...options, given: undefined, prefer: ['embedded'], port: await freeRun(3) });
  brokers = (await servers.bring('Kafka', server)).split(',');
  admin = kafkaClient(brokers, 'three-brokers', log).admin();
  await admin.connect();
}, 180_000);

beforeEach(() => {
  if (whyNot) return;
  pool = new pg.Pool({ connectionString: url });
  store = postgresEventStore(pool, 'intake');
  topic = uniqueName('brokers');
  relay = createRelay({ source: 'intake', databaseUrl: url, pool, schema: 'intake', brokers, log, topicName: () => topic });
});

afterEach(async () => {
  await relay?.stop();
  // One without a leader, since its only replica is away, would spoil the client's view of all topics.
  await admin?.deleteTopics({ topics: [topic] }).catch(() => undefined);
  await pool?.end();
}, 30_000);

afterAll(async () => {
  await admin?.disconnect();
  await servers.end();
  await infrastructure.stop();
}, 60_000);

const meta = {
  occurredAt: '2026-02-09T01:00:00Z', recordedAt: '2026-02-09T01:00:00Z', correlationId: 'c', causationId: 'c',
  actor: { id: 'someone', role: 'intake', department: null, territory: null },
} as const;

/** An event for each stream, all in one transaction and so in one request of the relay. */
const appendToAll = (streams: readonly string[], version: number) => store.transaction(async (tx) => {
  for (const streamId of streams) await store.append(tx, streamId, version - 1, [{ type: 'lianban.case.contacted.v1', data: { note: null } }], meta);
});

/** The versions of each stream in the topic, copies left out as a reader does. */
const versionsInTopic = async (): Promise<Map<string, number[]>> => {
  const versions = new Map<string, number[]>();
  await readRanges({ brokers, log, reader: 'three-brokers', ranges: await topicRanges(brokers, [topic], log) }, (range, messages) => {
    for (const message of messages) {
      const { streamId = '', streamVersion = 0 } = addressOf(toRawEvent(topic, range.partition, message)) ?? {};
      const before = versions.get(streamId) ?? [];
      if (streamVersion > (before.at(-1) ?? 0)) versions.set(streamId, [...before, streamVersion]);
    }
  });
  return versions;
};

/** 0 while a broker that is away is asked. */
const messagesInTopic = () => topicRanges(brokers, [topic], log).then((ranges) => ranges.reduce((sum, { from, to }) => sum + Number(to - from), 0), () => 0);
const messages = (count: number) => waitUntil(async () => (await messagesInTopic()) >= count, { timeoutMs: 60_000, what: `${count} messages` });
const leaderOf = async (partition: number): Promise<number | undefined> =>
  (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;

(whyNot ? describe.skip : describe)(whyNot ? `three brokers, not run: ${whyNot}` : 'three brokers', () => {
  it('lose no event whose partition goes to a broker that has just acknowledged the rest of the same request', async () => {
    await admin.createTopics({ topics: [{ topic, replicaAssignment: [{ partition: 0, replicas: [1] }, { partition: 1, replicas: [2] }] }] });
    const streams = Array.from({ length: 20 }, newId);
    relay.start();
    await appendToAll(streams, 1);
    await messages(20);
    // The relay has sent to both brokers and thinks that it knows where each partition is.
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: [{ partition: 1, replicas: [1] }] }] });
    await waitUntil(async () => (await leaderOf(1)) === 1, { timeoutMs: 30_000, what: 'the move of a partition' });
    await appendToAll(streams, 2);
    await waitUntil(async () => relay.published >= 40, { timeoutMs: 30_000, what: 'the relay' });
    expect(await versionsInTopic()).toEqual(new Map(streams.map((id) => [id, [1, 2]])));
  }, 120_000);

  it('lose and disorder nothing when one after the other is killed and comes back', async () => {
    await ensureTopics(brokers, [{ topic, partitions: 6 }]);
    const { resources: [config] } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: topicResource, name: topic, configNames: ['min.insync.replicas'] }] });
    expect(config?.configEntries).toMatchObject([{ configValue: '2' }]);
    const streams = Array.from({ length: 20 }, newId);
    relay.start();
    let version = 0;
    for (const broker of await servers.processes()) {
      for (let n = 0; n < 5; n += 1) await appendToAll(streams, version += 1);
      await endProcess(broker.identity, { stopSignal: 'SIGTERM', stopWithinMs: 0 });
      for (let n = 0; n < 5; n += 1) await appendToAll(streams, version += 1);
      await messages(version * streams.length);
      await servers.again(broker);
      await waitUntil(async () => (await brokersOf(brokers)) === 3, { timeoutMs: 60_000, what: 'the return of a broker' });
    }
    expect(await versionsInTopic()).toEqual(new Map(streams.map((id) => [id, Array.from({ length: version }, (_, n) => n + 1)])));
    expect(relay.orderAlarms).toBe(0);
  }, 240_000);

  it('stay three: a data folder that was made with them refuses another number', async () => {
    await expect(prepareEmbeddedKafka({ ...options, brokers: 1, port: await freeRun(1) })).rejects.toThrow('LIANBAN_BROKERS=1: the data in');
  });
});
