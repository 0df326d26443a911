import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '@lianban/event-store';
import type { OutboxEntry } from '@lianban/event-store';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import pg from 'pg';
import { effectsOf, openPool, prepareDatabase, shortEffects, sqlOf } from '../test-support/database.js';
import { eventually, noted, noteOf, quietLog, recorder, shortTimes } from '../test-support/events.js';
import { brokerLine, muteLine, publish, refusedCommits, setGroupOffsets, sharesOf } from '../test-support/kafka.js';
import { awaitConsumed } from './consistency.js';
import { createConsumer } from './consumer.js';
import type { ConsumerOptions, EventConsumer } from './consumer.js';
import { consumerJoined, consumerLag } from './metrics.js';
import { parkedOf } from './parked-tables.js';
import { deleteTopics, ensureTopics } from './topics.js';

const infrastructure = testInfrastructure();
let url: string;
let pool: pg.Pool;
let brokers: string[];
let topic: string;
let name: string;
let consumers: EventConsumer[];
let poisonous: boolean;

beforeAll(async () => {
  brokers = (await infrastructure.kafka()).brokers;
  url = await (await infrastructure.postgres()).createDatabase('consumer');
  await prepareDatabase(url);
}, 180_000);

beforeEach(async () => {
  pool = openPool(url, 10);
  topic = uniqueName('consumer');
  name = newId();
  consumers = [];
  poisonous = true;
  await ensureTopics(brokers, [{ topic, partitions: 3 }]);
}, 60_000);

afterEach(async () => {
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  await pool.end();
}, 60_000);

afterAll(() => infrastructure.stop(), 60_000);

const make = (options: Partial<ConsumerOptions> = {}) => {
  const log = quietLog();
  const consumer = createConsumer({
    consumer: name, brokers, topics: [topic], pool, log, batchSize: 1, attempts: 2, times: shortTimes,
    ...recorder(name, (event) => {
      if (poisonous && noteOf(event) === 'poison') throw new Error('can not digest this');
    }),
    ...options,
  });
  consumers.push(consumer);
  return { consumer, log };
};

const start = async (options: Partial<ConsumerOptions> = {}) => {
  const made = make(options);
  await made.consumer.start();
  return made;
};

const put = (...entries: OutboxEntry[]) => publish(brokers, topic, entries);
const effects = () => shortEffects(pool, name);
const arrive = (count: number) => eventually(effects, ({ length }) => length >= count);
const parked = async () => (await parkedOf(sqlOf(pool), name)).map(({ address, reason }) => `${address.streamId} ${address.streamVersion} ${reason}`);

/** Cases with so many events each, in turn, as several relays would publish them. */
const manyEvents = (cases: number, versions: number) =>
  Array.from({ length: cases * versions }, (_, n) => noted(`case-${n % cases}`, Math.floor(n / cases) + 1, null));

/** Every effect once, and each stream's from 1 on in order. */
const expectEachOnce = async (cases: number, versions: number) => {
  const streams = new Map<string, number[]>();
  for (const { streamId, version } of await effectsOf(pool, name)) streams.set(streamId, [...(streams.get(streamId) ?? []), version]);
  const all = Array.from({ length: versions }, (_, n) => n + 1);
  expect(streams).toEqual(new Map(Array.from({ length: cases }, (_, n) => [`case-${n}`, all])));
};

it.each([1, 100])('has each effect once, in order, of what was published twice and is read again (%i to a transaction)', async (batchSize) => {
  const { consumer } = await start({ batchSize });
  const events = manyEvents(10, 6);
  await put(...events.slice(0, 40));
  await put(...events.slice(10, 40), ...events.slice(40));
  await arrive(60);
  await consumer.stop();

  // A process that starts anew, and Kafka thinks that nothing was ever read.
  await setGroupOffsets(brokers, `lianban-${name}`, topic, 'start');
  const again = await start({ batchSize });
  await put(...manyEvents(10, 7).slice(60));
  await arrive(70);
  await expectEachOnce(10, 7);
  expect(again.consumer.joined).toBe(true);
  await eventually(() => again.consumer.lag, (lag) => lag === 0);
  expect(await awaitConsumed(sqlOf(pool), name, [{ source: 'intake', streamId: 'case-3', version: 7 }], 1000)).toBe('seen');
  expect(await awaitConsumed(sqlOf(pool), name, [{ source: 'intake', streamId: 'case-3', version: 8 }], 20)).toBe('behind');
}, 90_000);

it('rests between two fetches, but not while somebody waits for what it has not applied', async () => {
  await start({ fetchEveryMs: 3_600_000 });
  await put(noted('case-1', 1, null));
  await arrive(1);
  // Of the same partition, which rests for an hour now.
  await put(noted('case-1', 2, null));
  expect(await awaitConsumed(sqlOf(pool), name, [{ source: 'intake', streamId: 'case-1', version: 2 }], 30_000)).toBe('seen');
  await put(noted('case-1', 3, null));
  expect(await awaitConsumed(sqlOf(pool), name, [{ source: 'intake', streamId: 'case-1', version: 3 }], 30_000)).toBe('seen');
  expect(await effects()).toHaveLength(3);
}, 90_000);

it('trusts its own position where Kafka thinks that all was read, without waiting for a new message', async () => {
  await put(...manyEvents(10, 3));
  // Such as after the database came back from a backup.
  await setGroupOffsets(brokers, `lianban-${name}`, topic, 'end');
  await start();
  await arrive(30);
  await expectEachOnce(10, 3);
}, 60_000);

it('goes back to its position until it is there, also when Kafka refuses for a while to keep that', async () => {
  const published = manyEvents(1, 40);
  await put(...published.slice(0, 30));
  await setGroupOffsets(brokers, `lianban-${name}`, topic, 'end');
  let refusing = true;
  // At its usual pace: the client is to be sent back by what it fetches, again and again, and not by the look at the topics.
  const { log } = await start({ socketFactory: refusedCommits(topic, () => refusing), times: undefined });
  await put(...published.slice(30));
  await eventually(() => log.lines.filter((line) => line.includes('seeking back')), ({ length }) => length >= 8);
  expect(await effects()).toEqual([]);
  refusing = false;
  await arrive(40);
  await expectEachOnce(1, 40);
  expect(await parked()).toEqual([]);
}, 90_000);

it('and without a new message', async () => {
  await put(...manyEvents(1, 30));
  await setGroupOffsets(brokers, `lianban-${name}`, topic, 'end');
  let refusing = true;
  let refused = 0;
  await start({ socketFactory: refusedCommits(topic, () => refusing, () => { refused += 1; }) });
  // The client forgets where it was sent in each of the three partitions.
  await eventually(() => refused, (count) => count >= 3);
  refusing = false;
  await arrive(30);
  await expectEachOnce(1, 30);
}, 90_000);

it('has each effect once and in order while members of the group come and go', async () => {
  const slow = { batchSize: 3, ...recorder(name, async (_event, tx) => { await tx.query('SELECT pg_sleep(0.003)'); }) };
  const first = await start(slow);
  const publishing = (async () => {
    for (let version = 1; version <= 20; version += 1) await put(...manyEvents(15, version).slice(-15));
  })();
  await arrive(30);
  const second = await start(slow);
  await eventually(() => second.consumer.joined, Boolean);
  await publishing;
  await arrive(120);
  await first.consumer.stop();
  const third = await start(slow);
  await arrive(15 * 20);
  await expectEachOnce(15, 20);
  expect(await parked()).toEqual([]);
  for (const { consumer, log } of [first, second, third]) {
    expect(consumer.troubles).toEqual([]);
    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  }
}, 120_000);

it('has its share of the partitions beside another member of the group, and all of them once that one has left', async () => {
  const shares = () => sharesOf(brokers, `lianban-${name}`, topic);
  const handling = (by: string[]) => recorder(name, ({ metadata }) => { by.push(metadata.streamId); });
  const byFirst: string[] = [];
  const bySecond: string[] = [];
  const { consumer } = await start(handling(byFirst));
  await eventually(shares, (members) => members.length === 1 && members[0]?.length === 3);
  await start(handling(bySecond));
  const both = await eventually(shares, (members) => members.length === 2 && members.every(({ length }) => length > 0));
  expect(both.flat().sort()).toEqual([0, 1, 2]);
  await put(...manyEvents(20, 2));
  await arrive(40);
  expect([byFirst.length, bySecond.length]).not.toContain(0);
  await consumer.stop();
  await eventually(shares, (members) => members.length === 1 && members[0]?.length === 3);
  await put(...manyEvents(20, 3).slice(40));
  await arrive(60);
  await expectEachOnce(20, 3);
}, 120_000);

it('tells how far it is behind, itself and in the metrics, until it is level', async () => {
  let goOn: () => void = () => undefined;
  let released: Promise<void>;
  const hold = () => { released = new Promise((resolve) => { goOn = resolve; }); };
  const inMetrics = async () => (await consumerLag.get()).values.filter(({ labels }) => labels.consumer === name && labels.topic === topic).reduce((sum, { value }) => sum + value, 0);
  const joined = async () => (await consumerJoined.get()).values.filter(({ labels }) => labels.consumer === name).map(({ value }) => value);
  hold();
  await put(...manyEvents(10, 3));
  const { consumer } = await start({ batchSize: 100, ...recorder(name, () => released) });
  try {
    for (const versions of [3, 4]) {
      if (versions === 4) await put(...manyEvents(10, versions).slice(30));
      // A fetch may bring a part of what there is, and is held up with that part; a producer that tries again may have published twice.
      await eventually(async () => [await inMetrics(), consumer.lag] as const, ([told, lag]) => told === lag && lag > 0);
      goOn();
      await eventually(effects, ({ length }) => length === 10 * versions);
      await eventually(() => consumer.lag, (lag) => lag === 0);
      expect([await inMetrics(), await joined()]).toEqual([0, [1]]);
      hold();
    }
  } finally {
    goOn();
  }
  await consumer.stop();
  expect(await joined()).toEqual([]);
}, 90_000);

it('parks a poison event with its case while others go on, and takes it up again when told to', async () => {
  const { consumer } = await start();
  await put(noted('A', 1, null), noted('A', 2, 'poison'), noted('B', 1, null), noted('A', 3, null), noted('B', 2, null));
  await eventually(parked, ({ length }) => length === 2);
  await arrive(3);
  expect(await parked()).toEqual(['A 2 failed', 'A 3 waiting']);
  expect(await awaitConsumed(sqlOf(pool), name, [{ source: 'intake', streamId: 'A', version: 3 }], 10_000)).toBe('parked');
  const [poison] = await parkedOf(sqlOf(pool), name);
  const retry = () => consumer.act(poison?.id ?? '', { act: 'retry', actor: null, why: null });
  expect(await retry()).toEqual({ outcome: 'still-failing', error: 'can not digest this' });
  poisonous = false;
  // The consumer looks again after a retry, and may be first.
  expect(['applied', 'gone']).toContain((await retry()).outcome);
  await arrive(5);
  await put(noted('A', 4, null));
  await arrive(6);
  expect((await effects()).filter((line) => line.startsWith('A'))).toEqual(['A intake 1', 'A intake 2', 'A intake 3', 'A intake 4']);
}, 60_000);

it('applies what an older build had to park, when it starts', async () => {
  const { consumer } = await start();
  await put(noted('A', 1, 'poison'), noted('A', 2, null));
  await eventually(parked, ({ length }) => length === 2);
  await consumer.stop();
  poisonous = false;
  await start();
  await arrive(2);
  expect(await effects()).toEqual(['A intake 1', 'A intake 2']);
  expect(await parked()).toEqual([]);
}, 60_000);

it('waits while the database is away, parks nothing, and goes on when it is back', async () => {
  const { log } = await start();
  await put(...manyEvents(5, 2));
  await arrive(10);
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const admin = new pg.Client({ connectionString: (await infrastructure.postgres()).adminUrl });
  await admin.connect();
  await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(database)} ALLOW_CONNECTIONS false`);
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database]);
  await put(...manyEvents(5, 4).slice(10));
  await eventually(() => log.lines.filter((line) => line.includes('batch put off')).length, (count) => count >= 3);
  await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(database)} ALLOW_CONNECTIONS true`);
  await admin.end();
  await arrive(20);
  await expectEachOnce(5, 4);
  expect(await parked()).toEqual([]);
}, 90_000);

it('goes on when the broker was gone and is back, also when it was gone at the start', async () => {
  const line = brokerLine();
  line.cut();
  const { consumer, log } = make({ socketFactory: line.socketFactory });
  await consumer.start();
  expect(consumer.joined).toBe(false);
  line.mend();
  await put(...manyEvents(5, 1));
  await arrive(5);
  line.cut();
  await put(...manyEvents(5, 2).slice(5));
  const refusals = () => log.lines.filter((text) => text.includes('ECONNREFUSED')).length;
  const before = refusals();
  await eventually(refusals, (count) => count >= before + 3);
  expect(await effects()).toHaveLength(5);
  line.mend();
  await arrive(10);
  await expectEachOnce(5, 2);
  expect(consumer.troubles).toEqual([]);
}, 180_000);

it('goes on when the broker took connections and said nothing while it started', async () => {
  let mute = true;
  const line = await muteLine(() => mute);
  const { consumer } = make({ socketFactory: line.socketFactory });
  await consumer.start();
  expect(consumer.joined).toBe(false);
  mute = false;
  await put(...manyEvents(5, 1));
  await arrive(5);
  line.close();
}, 180_000);

it('stops within a bounded time when the broker is gone', async () => {
  const line = brokerLine();
  const { consumer } = await start({ socketFactory: line.socketFactory });
  line.cut();
  const tooLate = new Promise((resolve) => { setTimeout(() => resolve('too late'), 20_000).unref(); });
  expect(await Promise.race([consumer.stop().then(() => 'stopped'), tooLate])).toBe('stopped');
}, 60_000);

it('finishes what it is doing when it is stopped, and nothing more', async () => {
  let entered: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => { entered = resolve; });
  const { consumer } = await start(recorder(name, async (_event, tx) => {
    entered();
    await tx.query('SELECT pg_sleep(0.5)');
  }));
  await put(...Array.from({ length: 8 }, (_, n) => noted('A', n + 1, null)));
  await underWay;
  await consumer.stop();
  const done = await effects();
  expect(done.length).toBeGreaterThan(0);
  expect(done.length).toBeLessThan(4);
  await start();
  await arrive(8);
  expect(await effects()).toEqual(Array.from({ length: 8 }, (_, n) => `A intake ${n + 1}`));
}, 60_000);

it('reads a topic from its start that was made anew from the event stores', async () => {
  const { consumer } = await start();
  const events = [noted('A', 1, null), noted('A', 2, null), noted('A', 3, null)];
  await put(...events, ...events, ...events);
  await arrive(3);
  await eventually(() => consumer.lag, (lag) => lag === 0);
  await consumer.stop();
  await deleteTopics(brokers, [topic]);
  await eventually(() => ensureTopics(brokers, [{ topic, partitions: 3 }]).catch(() => []), (made) => made.length === 1);
  await put(...events, noted('A', 4, null));
  await start();
  await arrive(4);
  expect(await effects()).toEqual(['A intake 1', 'A intake 2', 'A intake 3', 'A intake 4']);
}, 120_000);

const makeTopicAnew = async () => {
  await deleteTopics(brokers, [topic]);
  await eventually(() => ensureTopics(brokers, [{ topic, partitions: 3 }]).catch(() => []), (made) => made.length === 1);
};

/** The versions of one case, one after the other, behind as many of another case of the same partition that are new to the consumer. */
const grown = (upTo: number): OutboxEntry[] => [
  ...Array.from({ length: 12 }, (_, n) => noted('A-other', n + 1, null, 'sla')),
  ...Array.from({ length: upTo }, (_, n) => noted('A', n + 1, null)),
].map((entry) => ({ ...entry, streamId: 'A' }));

it('notices a topic that was made anew and has grown past the old positions, when it starts', async () => {
  const { consumer } = await start();
  await put(...Array.from({ length: 5 }, (_, n) => noted('A', n + 1, null)));
  await arrive(5);
  await consumer.stop();
  await makeTopicAnew();
  await put(...grown(6));
  const { log } = await start();
  await arrive(18);
  expect((await effects()).filter((line) => line.startsWith('A sla'))).toEqual(Array.from({ length: 12 }, (_, n) => `A sla ${n + 1}`));
  expect((await effects()).filter((line) => line.startsWith('A intake'))).toEqual(Array.from({ length: 6 }, (_, n) => `A intake ${n + 1}`));
  expect(await parked()).toEqual([]);
  expect(log.lines.filter((line) => line.includes('made anew'))).toHaveLength(1);
}, 120_000);

it('notices it while it runs, says that the topic is gone, and goes on by itself', async () => {
  const { consumer } = await start();
  await put(...Array.from({ length: 5 }, (_, n) => noted('A', n + 1, null)));
  await arrive(5);
  await deleteTopics(brokers, [topic]);
  await eventually(() => consumer.missingTopics, (missing) => missing.length === 1);
  await eventually(() => ensureTopics(brokers, [{ topic, partitions: 3 }]).catch(() => []), (made) => made.length === 1);
  await put(...grown(6));
  await arrive(18);
  await eventually(() => [consumer.missingTopics.length, Number(consumer.joined), consumer.lag], ([missing, joined, lag]) => missing === 0 && joined === 1 && lag === 0);
  expect((await effects()).filter((line) => line.startsWith('A intake'))).toEqual(Array.from({ length: 6 }, (_, n) => `A intake ${n + 1}`));
  expect(await parked()).toEqual([]);
  expect(consumer.troubles).toEqual([]);
}, 120_000);
