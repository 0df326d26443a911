import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Tx } from '@lianban/event-store';
import { testInfrastructure } from '@lianban/testing';
import type pg from 'pg';
import { openPool, prepareDatabase } from '../test-support/database.js';
import { noted, partitionOf, quietLog, recorder } from '../test-support/events.js';
import { createApplier } from './apply-events.js';
import { awaitConsumed, whenAwaited } from './consistency.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
const consumer = 'reader';
const seenOf = (streamId: string, version: number) => [{ source: 'intake' as const, streamId, version }];

beforeAll(async () => {
  const url = await (await infrastructure.postgres()).createDatabase('consistency');
  await prepareDatabase(url);
  pool = openPool(url);
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

it('looks once for all who wait, and gives each its own answer', async () => {
  const record = recorder(consumer, ({ metadata }) => { if (metadata.streamId === 'poisoned') throw new Error('can not digest this'); });
  const applier = createApplier({ consumer, pool, log: quietLog(), batchSize: 1, attempts: 1, ...record });
  const events = partitionOf([noted('read', 1, null), noted('poisoned', 1, null), noted('read', 2, null)]);
  await applier.apply('topic', 0, 0n, events.slice(0, 2), () => Promise.resolve());

  let queries = 0;
  const counting: Tx = { query: <Row extends object>(text: string, values?: unknown[]) => { queries += 1; return pool.query<Row>(text, values); } };
  const ask = (streamId: string, version: number) => awaitConsumed(counting, consumer, seenOf(streamId, version), 0);
  const answers = await Promise.all(Array.from({ length: 100 }, () => [ask('read', 1), ask('read', 2), ask('poisoned', 1), ask('unknown', 1)]).flat());
  expect(answers).toEqual(Array.from({ length: 100 }, () => ['seen', 'behind', 'parked', 'behind']).flat());
  expect(queries).toBe(2);

  // Who asks while a look is under way gets one that began later.
  const early = ask('read', 2);
  await new Promise(setImmediate);
  await applier.apply('topic', 0, 2n, events.slice(2), () => Promise.resolve());
  expect([await early, await ask('read', 2)]).toEqual([expect.stringMatching(/seen|behind/), 'seen']);
});

it('needs no further look for what this process commits; on a standby it looks until that has come there too', async () => {
  const applier = createApplier({ consumer, pool, log: quietLog(), batchSize: 1, ...recorder(consumer) });
  let looks = 0;
  let arrived = false;
  const standby: Tx = {
    query: async <Row extends object>(text: string, values?: unknown[]) => {
      looks += 1;
      return arrived ? pool.query<Row>(text, values) : { rows: [], rowCount: 0 };
    },
  };
  const here = awaitConsumed(standby, consumer, seenOf('soon', 1), 30_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(looks).toBe(2);
  let said: string | undefined;
  const there = awaitConsumed({ query: (text, values) => standby.query(text, values) }, consumer, seenOf('soon', 1), 30_000, false).then((answer) => { said = answer; });
  await applier.apply('standby', 0, 0n, partitionOf([noted('soon', 1, null)], { topic: 'standby' }), () => Promise.resolve());
  expect(await here).toBe('seen');
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(said).toBeUndefined();
  arrived = true;
  await there;
  expect(said).toBe('seen');
});

it('tells a consumer that somebody waits, whether it asked before or asks while he does', async () => {
  const applier = createApplier({ consumer, pool, log: quietLog(), batchSize: 1, ...recorder(consumer) });
  const before = whenAwaited(consumer);
  expect(before.aborted).toBe(false);
  const waits = awaitConsumed(pool, consumer, seenOf('awaited', 1), 30_000);
  await new Promise<void>((resolve) => { before.addEventListener('abort', () => resolve()); });
  expect(whenAwaited(consumer).aborted).toBe(true);
  expect(whenAwaited('another').aborted).toBe(false);
  await applier.apply('awaited', 0, 0n, partitionOf([noted('awaited', 1, null)], { topic: 'awaited' }), () => Promise.resolve());
  expect(await waits).toBe('seen');
  expect(whenAwaited(consumer).aborted).toBe(false);
});

it('waits for all of several streams, and for the version that was seen', async () => {
  const applier = createApplier({ consumer, pool, log: quietLog(), batchSize: 10, ...recorder(consumer) });
  const never: Tx = { query: async () => ({ rows: [], rowCount: 0 }) };
  let said: string | undefined;
  const waits = awaitConsumed(never, consumer, [...seenOf('one', 2), ...seenOf('two', 1)], 30_000).then((answer) => { said = answer; });
  const events = partitionOf([noted('one', 1, null), noted('two', 1, null), noted('one', 2, null)], { topic: 'several' });
  await applier.apply('several', 0, 0n, events.slice(0, 2), () => Promise.resolve());
  expect(said).toBeUndefined();
  await applier.apply('several', 0, 2n, events.slice(2), () => Promise.resolve());
  await waits;
  expect(said).toBe('seen');
});

it('answers those who wait when what they have seen is committed', async () => {
  const applier = createApplier({ consumer, pool, log: quietLog(), batchSize: 1, ...recorder(consumer) });
  const waiting = Array.from({ length: 50 }, () => awaitConsumed(pool, consumer, seenOf('later', 1), 30_000));
  await applier.apply('other', 0, 0n, partitionOf([noted('later', 1, null)], { topic: 'other' }), () => Promise.resolve());
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['seen']));
});
