import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { ConflictError, newId } from '@lianban/event-store';
import type { OutboxEntry, Tx } from '@lianban/event-store';
import { testInfrastructure } from '@lianban/testing';
import fc from 'fast-check';
import type pg from 'pg';
import { effectsOf, openPool, prepareDatabase, sqlOf } from '../test-support/database.js';
import { eventually, noted, noteOf, partitionOf, quietLog, recorder, unhandled } from '../test-support/events.js';
import { createApplier } from './apply-events.js';
import { loadOffset, lockPartition, moveOffset } from './consumer-tables.js';
import { parkedOf } from './parked-tables.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let consumer: string;

beforeAll(async () => {
  const url = await (await infrastructure.postgres()).createDatabase('together');
  await prepareDatabase(url);
  pool = openPool(url, 10);
}, 120_000);
beforeEach(() => { consumer = newId(); });
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const partitions = [0, 1, 2];
const beat = () => Promise.resolve();
/** The partition of a case is the number its name ends with. */
const placeOf = ({ streamId }: Pick<OutboxEntry, 'streamId'>) => Number(streamId.slice(-1));
const topicOf = (entries: readonly OutboxEntry[]) => partitions.map((partition) => partitionOf(entries.filter((entry) => placeOf(entry) === partition), { partition }));

/** One process: hands over what a fetch brings, from the stored positions on, and tells how each partition ended. */
const process = (before: (event: EventEnvelope, tx: Tx) => void | Promise<void> = () => undefined, batchSize = 100) => {
  const groups: number[] = [];
  const record = recorder(consumer, before);
  const applier = createApplier({
    consumer, pool, log: quietLog(), batchSize, attempts: 2, handled: record.handled,
    handle: (tx, envelopes) => { groups.push(envelopes.length); return record.handle(tx, envelopes); },
  });
  const deliver = async (topic: ReturnType<typeof topicOf>) => {
    const parts = await Promise.all(topic.map(async (events, partition) => {
      const offset = await loadOffset(sqlOf(pool), consumer, 'topic', partition);
      return { topic: 'topic', partition, offset, events: events.filter((event) => BigInt(event.offset) >= offset), beat };
    }));
    return Promise.allSettled(applier.applyTogether(parts.filter(({ events }) => events.length > 0)));
  };
  return { deliver, groups, applier };
};

const versions = async () => {
  const streams: Record<string, number[]> = {};
  for (const { streamId, version } of await effectsOf(pool, consumer)) (streams[streamId] ??= []).push(version);
  return streams;
};
const offsets = () => Promise.all(partitions.map((partition) => loadOffset(sqlOf(pool), consumer, 'topic', partition)));
/** So many cases in three partitions with two events each, in turn. */
const cases = (count: number) => [1, 2].flatMap((version) => Array.from({ length: count }, (_, n) => noted(`case-${Math.floor(n / 3)}-${n % 3}`, version, null)));
const each = (count: number) => Object.fromEntries(cases(count).slice(0, count).map(({ streamId }) => [streamId, [1, 2]]));

describe('partitions that share a transaction', () => {
  it('have all their effects in one, and each its own position', async () => {
    const { deliver, groups } = process();
    await deliver(topicOf(cases(9)));
    expect(groups).toEqual([18]);
    expect(await versions()).toEqual(each(9));
    expect(await offsets()).toEqual([6n, 6n, 6n]);
    const { rows } = await pool.query('SELECT count(DISTINCT xmin::text)::int AS transactions FROM effect WHERE consumer = $1', [consumer]);
    expect(rows).toEqual([{ transactions: 1 }]);
  });

  it('go in several transactions when there is more than fits into one', async () => {
    const { deliver, groups } = process(undefined, 5);
    await deliver(topicOf(cases(9)));
    expect(Math.max(...groups)).toBeLessThanOrEqual(5);
    expect(await versions()).toEqual(each(9));
  });

  it('pass over together what none of them handles', async () => {
    const { deliver, groups } = process();
    await deliver(topicOf([noted('a-0', 1, null), noted('a-1', 1, null), noted('a-2', 1, null)]));
    await deliver(topicOf([noted('a-0', 1, null), noted('a-1', 1, null), noted('a-2', 1, null), unhandled('a-0', 2), unhandled('a-1', 2), unhandled('a-1', 3)]));
    expect(groups).toEqual([3]);
    expect(await offsets()).toEqual([2n, 3n, 1n]);
    const { rows } = await pool.query('SELECT stream_id, version FROM consumer_stream WHERE consumer = $1 ORDER BY stream_id', [consumer]);
    expect(rows).toEqual([{ stream_id: 'a-0', version: 2 }, { stream_id: 'a-1', version: 3 }, { stream_id: 'a-2', version: 1 }]);
  });

  it('go apart when one event among fifty is poison: that one is parked with its case, the others have their effect once', async () => {
    const topic = [...cases(24), noted('poisoned-1', 1, 'poison'), noted('poisoned-1', 2, null)];
    const { deliver } = process((event) => { if (noteOf(event) === 'poison') throw new Error('can not digest this'); });
    await deliver(topicOf([...topic.slice(0, 20), ...topic.slice(-2), ...topic.slice(20, -2)]));
    expect(await versions()).toEqual(each(24));
    expect((await parkedOf(sqlOf(pool), consumer)).map(({ address, reason }) => `${address.streamId} ${address.streamVersion} ${reason}`))
      .toEqual(['poisoned-1 1 failed', 'poisoned-1 2 waiting']);
    expect(await offsets()).toEqual([16n, 18n, 16n]);
  });

  it('leave nothing of a transaction that is killed in the middle; what comes again has its effect once', async () => {
    let kills = 1;
    const { deliver } = process(async (event, tx) => {
      if (event.metadata.streamId === 'case-1-1' && (kills -= 1) === 0) await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect((await deliver(topicOf(cases(9)))).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await versions()).toEqual({});
    expect(await offsets()).toEqual([0n, 0n, 0n]);
    await deliver(topicOf(cases(9)));
    expect(await versions()).toEqual(each(9));
  });

  it('start again together in a new transaction after a lost race', async () => {
    let losses = 2;
    const { deliver, groups } = process((event) => {
      if (event.metadata.streamId === 'case-2-2' && (losses -= 1) >= 0) throw new ConflictError('case-2-2', 1);
    });
    await deliver(topicOf(cases(9)));
    expect(groups).toEqual([18, 18, 18]);
    expect(await versions()).toEqual(each(9));
    expect(await parkedOf(sqlOf(pool), consumer)).toEqual([]);
  });

  it('go on without the one that another process has taken over', async () => {
    const { deliver } = process(async (event) => {
      // The position is moved by someone who reads the partition as well, after this process has looked where it stands.
      if (event.metadata.streamId === 'case-0-1' && event.metadata.streamVersion === 1) await moveOffset(sqlOf(pool), consumer, 'topic', 1, 0n, 6n);
    });
    const ends = await deliver(topicOf(cases(9)));
    expect(ends.map((end) => (end.status === 'rejected' ? (end.reason as Error).name : end.value))).toEqual([6n, 'Fenced', 6n]);
    expect(Object.keys(await versions()).filter((streamId) => streamId.endsWith('1'))).toEqual([]);
    expect(Object.keys(await versions())).toHaveLength(6);
  });

  it.each([
    ['', cases(9), [6n, 6n, 6n]],
    [', also where all is to be passed over', [0, 1, 2].map((n) => unhandled(`passed-${n}`, 2)), [1n, 1n, 1n]],
  ])('do not wait for the one whose turn somebody holds%s', async (_, entries, ends) => {
    const { deliver } = process();
    if (entries.length === 3) {
      await pool.query(`INSERT INTO consumer_stream (consumer, source, stream_id, version) SELECT $1, 'intake', 'passed-' || n, 1 FROM generate_series(0, 2) n`, [consumer]);
      await pool.query(`INSERT INTO consumer_offset (consumer, topic, partition, next_offset) SELECT $1, 'topic', n, 0 FROM generate_series(0, 2) n`, [consumer]);
    }
    const other = await pool.connect();
    await other.query('BEGIN');
    await lockPartition(other, consumer, 'topic', 1);
    const delivered = deliver(topicOf(entries));
    await eventually(offsets, ([first, , third]) => first === ends[0] && third === ends[2]);
    expect((await offsets())[1]).toBe(0n);
    await other.query('COMMIT');
    other.release();
    await delivered;
    expect(await offsets()).toEqual(ends);
  });

  it('do not wait for the parked events of one that can go on', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => { open = resolve; });
    const { deliver } = process(({ metadata }) => (metadata.streamId === 'late-1' && metadata.streamVersion === 2 ? gate : undefined), 4);
    const late = [noted('late-1', 2, null), noted('late-1', 1, null), noted('late-1', 3, null)];
    await deliver(topicOf(late.slice(0, 1)));
    const others = [1, 2, 3, 4].flatMap((version) => [noted('a-0', version, null), noted('a-2', version, null)]);
    const delivered = deliver(topicOf([...late, ...others]));
    await eventually(offsets, ([first, , third]) => first === 4n && third === 4n);
    open();
    await delivered;
    expect(await versions()).toEqual({ 'a-0': [1, 2, 3, 4], 'a-2': [1, 2, 3, 4], 'late-1': [1, 2, 3] });
  });
});

it('has each effect once and in order over several processes, whatever is poison, breaks, loses a race or is delivered again', async () => {
  const scenario = fc.record({
    turns: fc.array(fc.record({ stream: fc.nat(5), kind: fc.constantFrom('fine', 'fine', 'fine', 'fine', 'fine', 'fine', 'poison', 'unhandled') }), { minLength: 1, maxLength: 40 }),
    batchSize: fc.constantFrom(1, 4, 100),
    fetches: fc.array(fc.record({ upTo: fc.nat(45), back: fc.nat(10) }), { minLength: 1, maxLength: 5 }),
    troubles: fc.array(fc.record({ at: fc.nat(60), kind: fc.constantFrom('broken', 'lost', 'deadlock') }), { maxLength: 4 }),
  });
  await fc.assert(fc.asyncProperty(scenario, async ({ turns, batchSize, fetches, troubles }) => {
    consumer = newId();
    const next = new Map<string, number>();
    const entries = turns.map(({ stream, kind }) => {
      const streamId = `s${stream}-${stream % 3}`;
      const version = (next.get(streamId) ?? 0) + 1;
      next.set(streamId, version);
      return kind === 'unhandled' ? unhandled(streamId, version) : noted(streamId, version, kind);
    });
    const open = [...troubles];
    let handled = 0;
    let poisonous = true;
    const start = () => process((event) => {
      handled += 1;
      const trouble = open.findIndex(({ at }) => at === handled);
      if (trouble >= 0) {
        const [{ kind } = { kind: '' }] = open.splice(trouble, 1);
        throw kind === 'lost' ? new ConflictError(event.metadata.streamId, 0) : Object.assign(new Error(kind), { code: kind === 'broken' ? '08006' : '40P01' });
      }
      if (poisonous && noteOf(event) === 'poison') throw new Error('poison');
    }, batchSize);
    // Two processes that both think they have the partitions, and in the end one that has them.
    const [one, two] = [start(), start()];
    for (const { upTo, back } of fetches) {
      await Promise.all([one.deliver(topicOf(entries.slice(0, upTo))), two.deliver(topicOf(entries.slice(0, Math.max(0, upTo - back))))]);
    }
    for (let tries = 0; tries < 8; tries += 1) await one.deliver(topicOf(entries));
    poisonous = false;
    await one.applier.drainEverything();
    const wanted: Record<string, number[]> = {};
    for (const { streamId, streamVersion, type } of entries) if (type.includes('contacted')) (wanted[streamId] ??= []).push(streamVersion);
    expect(await versions()).toEqual(wanted);
    expect(await parkedOf(sqlOf(pool), consumer)).toEqual([]);
  }), { numRuns: 25, seed: 20261122 });
}, 180_000);
