import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { definitionOf, maskText, sources, type LianbanEvent, type Source, type Topic } from '@lianban/contracts';
import { type NewEvent, postgresEventStore } from '@lianban/event-store';
import { casesReadModel } from '@lianban/insight/read-models';
import { type BackboneLog, createConsumer, createRelay, deleteTopics, ensureTopics, type EventConsumer, kafkaClient, type Relay, type TopicSpec } from '@lianban/kafka';
import { consumerOf, projection } from '@lianban/projections';
import { someone, testInfrastructure, uniqueName, type ServiceDatabase } from '@lianban/testing';
import pg from 'pg';
import { reconcile } from '../reconcile/reconcile.js';
import { nameHere } from '../reconcile/topic-names.js';
import { refill } from './refill.js';

const infrastructure = testInfrastructure();
const topics = { case: uniqueName('lianban.case'), directory: uniqueName('lianban.directory'), visit: uniqueName('lianban.visit') };
const specs: TopicSpec[] = [{ topic: topics.case, partitions: 3 }, { topic: topics.directory, partitions: 1 }, { topic: topics.visit, partitions: 3 }];
const log: BackboneLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
let database: ServiceDatabase;
let brokers: string[];
let admin: pg.Client;
let insight: pg.Pool;
const stores = new Map<Source, pg.Pool>();
let relays: Relay[] = [];
let projector: EventConsumer | undefined;

const startServices = async () => {
  relays = sources.map((source) => createRelay({
    source, schema: source, databaseUrl: database.services[source], brokers, log, topicName: (topic) => nameHere(topics)(topic as Topic),
  }));
  for (const relay of relays) relay.start();
  projector = createConsumer({
    ...projection({ ...casesReadModel, topics: [topics.case] }), consumer: consumerOf('cases'), group: uniqueName('group'), pool: insight, brokers, topics: [topics.case], log,
  });
  await projector.start();
};
const stopServices = () => Promise.all([projector?.stop(), ...relays.map((relay) => relay.stop())]);

beforeAll(async () => {
  database = await (await infrastructure.postgres()).serviceDatabase();
  ({ brokers } = await infrastructure.kafka());
  await ensureTopics(brokers, specs);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  insight = new pg.Pool({ connectionString: database.services.insight });
  for (const source of sources) stores.set(source, new pg.Pool({ connectionString: database.services[source], max: 2 }));
  await append('dispatch', 'department/housing', [{ type: 'lianban.directory.department-changed.v1', data: { code: 'housing', kind: 'department', name: { zh: '住建', en: 'Housing' }, duties: [], active: true } }]);
  // A service that writes the directory and is not dispatch; the id of the stream has no kind in front, which says nothing of its topic.
  await append('sla', 'calendar-of-2027', [{ type: 'lianban.calendar.published.v1', data: definitionOf('lianban.calendar.published.v1')?.example } as LianbanEvent]);
  await startServices();
}, 180_000);

afterAll(async () => {
  await stopServices();
  await deleteTopics(brokers, Object.values(topics));
  await Promise.all([admin, insight, ...stores.values()].map((connection) => connection?.end()));
  await infrastructure.stop();
}, 60_000);

const append = async (source: Source, streamId: string, events: readonly LianbanEvent[], at = 0): Promise<void> => {
  const store = postgresEventStore(stores.get(source) as pg.Pool, source);
  const now = new Date().toISOString();
  await store.transaction((tx) => store.append(tx, streamId, at, events as NewEvent[], { occurredAt: now, recordedAt: now, correlationId: 'c', causationId: 'c', actor: someone }));
};
const newCases = async (count: number): Promise<void> => {
  for (const id of Array.from({ length: count }, () => randomUUID())) {
    await append('intake', id, [
      { type: 'lianban.case.registered.v1', data: { caseNo: 'LB1', title: maskText('路灯'), description: maskText('坏了'), channel: 'grid', category: null, territory: 't', location: null, requester: { kind: 'resident', ref: randomUUID() }, urgency: 'normal' } },
      { type: 'lianban.case.accepted.v1', data: { level: 'general', category: null, greenChannel: false } },
    ]);
    await append('dispatch', id, [{ type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'housing', assist: [], note: null } }]);
    await append('intake', id, [{ type: 'lianban.case.contacted.v1', data: { note: maskText('已联系') } }], 2);
  }
};

const run = async (again = false) => {
  const lines: string[] = [];
  const refilled = await refill({ adminUrl: database.adminUrl, brokers, log, say: (line) => lines.push(line), again, topics, specs });
  return { refilled, lines };
};
const differences = () => reconcile({ adminUrl: database.adminUrl, brokers, log, say: () => undefined, topics });
const loseBeginning = async (topic: string) => {
  const client = kafkaClient(brokers, 'refill-test', log).admin();
  await client.connect();
  const [first] = (await client.fetchTopicOffsets(topic)).filter(({ high }) => high !== '0');
  await client.deleteTopicRecords({ topic, partitions: [{ partition: first?.partition ?? 0, offset: '1' }] });
  await client.disconnect();
};

it('leaves the topics alone when nothing is missing, and refills them under running services in order when they are gone', async () => {
  await newCases(10);
  expect((await run()).refilled).toEqual([]);
  expect(await differences()).toEqual([]);
  await deleteTopics(brokers, Object.values(topics));
  await newCases(3);
  let writing = true;
  const writer = (async () => { while (writing) await newCases(1); })();
  const { refilled, lines } = await run();
  writing = false;
  await writer;
  expect(refilled).toEqual([topics.case, topics.directory, topics.visit]);
  expect(lines.slice(0, 2)).toEqual([`${topics.case} is not there`, `${topics.directory} is not there`]);
  // Among others: each stream's versions come in order in the new topic, and the live read model has every one.
  expect(await differences()).toEqual([]);
}, 180_000);

it('refills one that has lost a part, also while no service runs; and takes up again where it was killed', async () => {
  await stopServices();
  await loseBeginning(topics.case);
  const { refilled, lines } = await run();
  expect(refilled).toEqual([topics.case]);
  expect(lines[0]).toMatch(/has lost the beginning of partition \d$/);
  // As after a kill between making the topic anew and moving the relays back: they think that all is published.
  await deleteTopics(brokers, [topics.directory]);
  while ((await ensureTopics(brokers, specs).catch(() => [])).length === 0);
  expect((await run()).lines[0]).toBe(`${topics.directory} has 0 messages; 2 events were published`);
  // And as after one later on, when some of it was published.
  await admin.query('UPDATE intake.relay_position SET (xid, position) = (SELECT xid, position FROM intake.event ORDER BY xid, position OFFSET 3 LIMIT 1)');
  expect((await run()).refilled).toEqual([]);
  await startServices();
  expect(await differences()).toEqual([]);
}, 180_000);
