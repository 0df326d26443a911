import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { ConflictError, inTransaction, newId, postgresEventStore, relayLag } from '@lianban/event-store';
import type { AppendMeta, EventStore } from '@lianban/event-store';
import { testInfrastructure, uniqueName } from '@lianban/testing';
import type pg from 'pg';
import { openPool, prepareDatabase, sqlOf } from '../test-support/database.js';
import { eventually, quietLog } from '../test-support/events.js';
import { brokerLine, slowLine, versionsIn, watchTopic } from '../test-support/kafka.js';
import { createRelay } from './relay.js';
import type { Relay, RelayOptions } from './relay.js';
import { ensureTopics } from './topics.js';

const infrastructure = testInfrastructure();
let url: string;
let pool: pg.Pool;
let store: EventStore;
let brokers: string[];
let topic: string;
let watched: Awaited<ReturnType<typeof watchTopic>>;
let relays: Relay[];
let processes: ChildProcess[];

beforeAll(async () => {
  brokers = (await infrastructure.kafka()).brokers;
}, 180_000);

beforeEach(async () => {
  url = await (await infrastructure.postgres()).createDatabase('relay');
  await prepareDatabase(url);
  pool = openPool(url, 10);
  store = postgresEventStore(pool, 'intake');
  topic = uniqueName('relay');
  await ensureTopics(brokers, [{ topic, partitions: 3 }]);
  watched = await watchTopic(brokers, topic);
  relays = [];
  processes = [];
}, 60_000);

afterEach(async () => {
  for (const process of processes) process.kill('SIGKILL');
  await Promise.all(relays.map((relay) => relay.stop()));
  await watched.stop();
  await pool.end();
}, 60_000);

afterAll(() => infrastructure.stop(), 60_000);

const meta: AppendMeta = {
  occurredAt: '2026-02-09T01:00:00Z', recordedAt: '2026-02-09T01:00:00Z', correlationId: 'c', causationId: 'c',
  actor: { id: 'someone', role: 'intake', department: null, territory: null },
};

const startRelay = (options: Partial<RelayOptions> = {}) => {
  const log = quietLog();
  const relay = createRelay({ source: 'intake', databaseUrl: url, schema: 'public', brokers, log, topicName: () => topic, standbyMs: 100, batchSize: 100, ...options });
  relays.push(relay);
  relay.start();
  return { relay, log };
};

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface ProcessState { leading: boolean; published: number; orderAlarms: number }

/** A relay in a process of its own; tells what it last said of itself. */
const startProcess = () => {
  const child = fork(file('../test-support/relay-process.ts'), [JSON.stringify({ databaseUrl: url, brokers, topic })], {
    execArgv: ['--no-warnings', '--conditions=@lianban/source', '--import', file('../../../tools/jest/typescript-loader.mjs')],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  processes.push(child);
  let said: ProcessState = { leading: false, published: 0, orderAlarms: 0 };
  child.on('message', (message) => { said = message as ProcessState; });
  return { kill: (signal: NodeJS.Signals) => child.kill(signal), forget: () => { said = { ...said, leading: false }; }, said: () => said };
};

const append = (streamId: string, expectedVersion: number, count = 1, note = 'x') =>
  store.transaction((tx) => store.append(tx, streamId, expectedVersion, Array.from({ length: count }, () => ({ type: 'lianban.case.contacted.v1' as const, data: { note: maskText(note) } })), meta));

/** Appends by many at once to streams they share, until they have written `target` events. */
const writeMany = async (writers: number, target: number): Promise<number> => {
  let written = 0;
  const write = async (writer: number) => {
    for (let n = 0; written < target; n += 1) {
      const streamId = `case-${(writer * 7 + n) % 20}`;
      try {
        await store.transaction(async (tx) => {
          if (n % 5 === 0) await tx.query('SELECT pg_current_xact_id(), pg_sleep(0.002)');
          const { length } = await store.read(streamId, tx);
          await store.append(tx, streamId, length, [{ type: 'lianban.case.contacted.v1', data: { note: maskText('x') } }], meta);
          if (n % 11 === 0) throw new ConflictError(streamId, length);
        });
        written += 1;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return written;
};

const versionsInStore = async () => {
  const { rows } = await pool.query<{ stream_id: string; version: number }>('SELECT stream_id, version FROM stream');
  return new Map(rows.map((row) => [row.stream_id, Array.from({ length: row.version }, (_, n) => n + 1)]));
};

it('publishes each event once, each stream in order and in one partition, while many write', async () => {
  const { relay } = startRelay();
  const written = await writeMany(8, 1_500);
  await eventually(() => watched.messages.length, (count) => count >= written);
  expect(versionsIn(watched.messages)).toEqual(await versionsInStore());
  const places = new Map<string, Set<number>>();
  for (const { headers, partition } of watched.messages) places.set(headers.ce_subject ?? '', (places.get(headers.ce_subject ?? '') ?? new Set()).add(partition));
  expect([...places.values()].every(({ size }) => size === 1)).toBe(true);
  expect(relay.orderAlarms).toBe(0);
  expect(relay.published).toBe(written);
  expect(await relayLag(sqlOf(pool), 'kafka')).toMatchObject({ events: 0 });
}, 120_000);

it('says of an event what CloudEvents wants to know', async () => {
  const id = newId();
  const [event] = await append(id, 0);
  startRelay();
  const [message] = await eventually(() => watched.messages, ({ length }) => length === 1);
  expect(message?.headers).toEqual({
    'content-type': 'application/json', 'ce_specversion': '1.0', 'ce_id': event?.metadata.id, 'ce_source': '/lianban/intake',
    'ce_type': 'lianban.case.contacted.v1', 'ce_subject': id, 'ce_partitionkey': id, 'ce_time': '2026-02-09T01:00:00.000Z',
    'ce_recordedtime': '2026-02-09T01:00:00.000Z', 'ce_dataschema': 'https://lianban.dev/schemas/lianban.case.contacted.v1.json',
    'ce_streamid': id, 'ce_streamversion': '1', 'ce_correlationid': 'c', 'ce_causationid': 'c', 'ce_actorid': 'someone', 'ce_actorrole': 'intake',
  });
  expect(message?.value.toString()).toBe('{"note":"x"}');
}, 60_000);

it('has one leader; the standby takes over from one that stops, and from one whose connection is cut, and loses nothing', async () => {
  const first = startRelay({ batchSize: 20 }).relay;
  await eventually(() => first.leading, Boolean);
  const second = startRelay({ batchSize: 20 }).relay;
  const third = startRelay({ batchSize: 20 }).relay;
  const leaders = () => [first, second, third].filter(({ leading }) => leading).length;
  let mostLeaders = 0;
  const watching = setInterval(() => { mostLeaders = Math.max(mostLeaders, leaders()); }, 5).unref();

  const writing = writeMany(4, 1_200);
  await eventually(() => watched.messages.length, (count) => count > 100);
  await first.stop();
  expect(first.leading).toBe(false);
  const published = first.published;
  const successor = await eventually(() => [second, third].find(({ leading }) => leading), Boolean);

  await eventually(() => successor?.published ?? 0, (count) => count > 100);
  clearInterval(watching);
  expect(mostLeaders).toBe(1);
  await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'intake-relay' AND datname = current_database()
    AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)`);
  const written = await writing;
  await eventually(() => [...versionsIn(watched.messages, { ignoringCopies: true }).values()].flat().length, (count) => count >= written);

  expect(versionsIn(watched.messages, { ignoringCopies: true })).toEqual(await versionsInStore());
  expect(first.published).toBe(published);
  expect([first, second, third].map(({ orderAlarms }) => orderAlarms)).toEqual([0, 0, 0]);
  await eventually(leaders, (count) => count === 1);
}, 120_000);

it.each(['SIGKILL', 'SIGSTOP'] as const)('loses nothing and disorders nothing when the leading process gets %s; one that wakes up stands down', async (signal) => {
  const stopped = startProcess();
  await eventually(stopped.said, ({ leading }) => leading);
  const standby = startRelay({ batchSize: 20 }).relay;
  const writing = writeMany(4, 400);
  await eventually(stopped.said, ({ published }) => published > 60);
  stopped.kill(signal);
  await eventually(() => standby.leading, Boolean);
  await eventually(() => standby.published, (count) => count > 60);
  stopped.forget();
  stopped.kill('SIGCONT');
  const written = await writing;
  await eventually(() => [...versionsIn(watched.messages, { ignoringCopies: true }).values()].flat().length, (count) => count >= written);
  // What is left of the old leader has had the time to say something more.
  await append('last', 0);
  await eventually(() => watched.messages.some(({ headers }) => headers.ce_subject === 'last'), Boolean);
  expect(versionsIn(watched.messages, { ignoringCopies: true })).toEqual(await versionsInStore());
  expect(standby.leading).toBe(true);
  expect(standby.orderAlarms).toBe(0);
  expect(stopped.said()).toMatchObject({ leading: false, orderAlarms: 0 });
}, 120_000);

it('disorders nothing when a request of the former leader arrives after its successor has gone on', async () => {
  const line = await slowLine();
  const first = startRelay({ socketFactory: line.socketFactory }).relay;
  await eventually(() => first.leading, Boolean);
  await append('A', 0, 3);
  await eventually(() => first.published, (count) => count === 3);

  line.hold();
  await append('A', 3, 3);
  await eventually(line.waiting, (bytes) => bytes > 0);
  const second = startRelay().relay;
  const terminate = `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  await pool.query(terminate);
  await eventually(() => second.leading, Boolean);
  await append('A', 6, 3);
  await eventually(() => versionsIn(watched.messages).get('A')?.length, (count) => count === 9);
  line.release();

  await eventually(() => versionsIn(watched.messages).get('A')?.length, (count) => count === 12);
  expect(versionsIn(watched.messages).get('A')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 4, 5, 6]);
  await append('A', 9, 1);
  await eventually(() => versionsIn(watched.messages, { ignoringCopies: true }).get('A')?.length, (count) => count === 10);
  await line.close();
}, 120_000);

it('publishes everything that was written while the broker was gone, once it is back', async () => {
  const line = brokerLine();
  const { relay, log } = startRelay({ socketFactory: line.socketFactory, batchSize: 10 });
  await append('A', 0, 30);
  await eventually(() => watched.messages.length, (count) => count === 30);

  line.cut();
  for (let version = 30; version < 60; version += 3) await append('A', version, 3);
  await append('B', 0, 5);
  // It gives up its term and comes again, and so on.
  await eventually(() => log.lines.filter((text) => text.includes('relay stumbled')).length, (count) => count >= 2);
  expect(watched.messages).toHaveLength(30);
  expect(await relayLag(sqlOf(pool), 'kafka')).toMatchObject({ events: 35 });

  line.mend();
  await append('B', 5, 1);
  await eventually(() => versionsIn(watched.messages, { ignoringCopies: true }).get('B')?.length, (count) => count === 6);
  expect(versionsIn(watched.messages, { ignoringCopies: true })).toEqual(await versionsInStore());
  await eventually(() => relay.leading, Boolean);
  expect(relay.orderAlarms).toBe(0);
}, 180_000);

it('stops within a bounded time when the broker is gone, and leaves the events to the next', async () => {
  const line = brokerLine();
  const { relay } = startRelay({ socketFactory: line.socketFactory });
  await eventually(() => relay.leading, Boolean);
  line.cut();
  await append('A', 0, 3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const stopped = relay.stop().then(() => 'stopped');
  const tooLate = new Promise((resolve) => { setTimeout(() => resolve('too late'), 15_000).unref(); });
  expect(await Promise.race([stopped, tooLate])).toBe('stopped');
  startRelay();
  await eventually(() => versionsIn(watched.messages, { ignoringCopies: true }).get('A'), (versions) => versions?.length === 3);
}, 120_000);

it('stops within a bounded time when the database does not answer, and sends nothing once it does', async () => {
  const { relay } = startRelay();
  await eventually(() => relay.leading, Boolean);
  const stuck = await pool.connect();
  await stuck.query('BEGIN; LOCK TABLE relay_position IN EXCLUSIVE MODE');
  await append('A', 0);
  await eventually(() => watched.messages.length, (count) => count === 1);
  const stopped = relay.stop().then(() => 'stopped');
  const tooLate = new Promise((resolve) => { setTimeout(() => resolve('too late'), 15_000).unref(); });
  expect(await Promise.race([stopped, tooLate])).toBe('stopped');
  await append('A', 1);
  await stuck.query('ROLLBACK');
  stuck.release();
  await eventually(() => relay.leading, (leading) => !leading);
  expect(watched.messages).toHaveLength(1);
  startRelay();
  await eventually(() => versionsIn(watched.messages, { ignoringCopies: true }).get('A'), (versions) => versions?.length === 2);
}, 120_000);

it('is woken by a notification, also by one that came while an older transaction hid the event', async () => {
  const never = 3_600_000;
  const { relay } = startRelay({ idleMs: never });
  await eventually(() => relay.leading, Boolean);
  await append('A', 0);
  await eventually(() => watched.messages.length, (count) => count === 1);

  await inTransaction(pool, async (older) => {
    await older.query('SELECT pg_current_xact_id()');
    await append('A', 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(watched.messages).toHaveLength(1);
  });
  // The end of the older transaction, which appended nothing, notifies nobody.
  await eventually(() => watched.messages.length, (count) => count === 2);
}, 60_000);

it('is woken without a notification by what its own process appends, as long as it leads there', async () => {
  const listener = await pool.connect();
  let notified = 0;
  listener.on('notification', () => { notified += 1; });
  await listener.query('LISTEN event_appended_public');
  const own = startRelay({ pool, idleMs: 60_000 }).relay;
  await eventually(() => own.leading, Boolean);
  for (let n = 1; n <= 3; n += 1) {
    await append(newId(), 0);
    await eventually(() => watched.messages.length, (count) => count === n);
  }
  expect(notified).toBe(0);
  await own.stop();
  await append(newId(), 0);
  await eventually(() => notified, (count) => count === 1);
  listener.release(true);
}, 60_000);

it('cuts what is too large for one request of the broker', async () => {
  // 60 kB each and all of one case, so of one partition: 3 MB, where a broker takes 1 MB.
  const note = '灯'.repeat(20_000);
  for (let version = 0; version < 50; version += 10) await append('A', version, 10, note);
  const { log } = startRelay({ batchSize: 1000 });
  await eventually(() => watched.messages.length, (count) => count === 50);
  expect(versionsIn(watched.messages)).toEqual(await versionsInStore());
  expect(log.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
}, 60_000);

it('publishes everything again when its position was removed, and lets nobody bring it back', async () => {
  const { relay } = startRelay();
  await append('A', 0, 2);
  await eventually(() => relay.published, (count) => count === 2);
  await pool.query('DELETE FROM relay_position');
  await append('A', 2, 1);
  // It notices when it wants to move the position, stands down, and starts over.
  await eventually(() => versionsIn(watched.messages).get('A')?.slice(-3), (versions) => JSON.stringify(versions) === '[1,2,3]' && watched.messages.length > 5);
}, 60_000);
