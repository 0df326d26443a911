import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@lianban/event-store';
import { testInfrastructure } from '@lianban/testing';
import type pg from 'pg';
import { openPool, prepareDatabase, shortEffects, sqlOf } from '../test-support/database.js';
import { noted, noteOf, partitionOf, quietLog, recorder } from '../test-support/events.js';
import { createApplier } from './apply-events.js';
import { parkedOf, wishedOf } from './consumer-tables.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

beforeAll(async () => {
  const url = await (await infrastructure.postgres()).createDatabase('wishes');
  await prepareDatabase(url);
  pool = openPool(url);
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

/** A consumer with a case whose first and third events are poison, as long as `poisonous` holds. */
const withPoison = async () => {
  const consumer = newId();
  const state = { poisonous: true };
  const applier = createApplier({
    consumer, pool, log: quietLog(), batchSize: 1, attempts: 1,
    ...recorder(consumer, (event) => {
      if (state.poisonous && noteOf(event) === 'poison') throw new Error('can not digest this');
    }),
  });
  const events = [noted('A', 1, 'poison'), noted('A', 2, null), noted('A', 3, 'poison'), noted('A', 4, null)];
  await applier.apply('topic', 0, 0n, partitionOf(events), () => Promise.resolve());
  const wish = (what: 'retry' | 'skip', why: string | null) => pool.query(
    `UPDATE parked_event SET wish = $2, wish_reason = $3 WHERE consumer = $1 AND reason = 'failed'`, [consumer, what, why]);
  const parked = async () => (await parkedOf(sqlOf(pool), consumer)).map(({ address, reason }) => `${address.streamVersion} ${reason}`);
  const skipped = async () => (await pool.query<Record<string, unknown>>(
    `SELECT source, stream_id, stream_version, subject, reason, error, wish_reason, headers->>'ce_type' IS NOT NULL AS typed, length(value) > 0 AS kept
       FROM skipped_event WHERE consumer = $1`, [consumer])).rows;
  return { ...applier, state, wish, parked, skipped, effects: () => shortEffects(pool, consumer), wishes: () => wishedOf(sqlOf(pool), consumer) };
};

it('does nothing without a wish', async () => {
  const { honourWishes, parked } = await withPoison();
  expect(await honourWishes()).toBe(0);
  expect(await parked()).toEqual(['1 failed', '2 waiting', '3 waiting', '4 waiting']);
});

it('skips the very event that was named, once, whoever else reads the wish; and keeps a trail', async () => {
  const { honourWishes, wish, parked, skipped, effects, wishes } = await withPoison();
  await wish('skip', 'entered twice');
  await Promise.all([honourWishes(), honourWishes(), honourWishes()]);
  // The third fails by now as well, and nobody asked to give it up.
  expect(await parked()).toEqual(['3 failed', '4 waiting']);
  expect(await effects()).toEqual(['A intake 2']);
  expect(await skipped()).toEqual([{
    source: 'intake', stream_id: 'A', stream_version: 1, subject: 'A', reason: 'failed', error: 'can not digest this', wish_reason: 'entered twice', typed: true, kept: true,
  }]);
  expect(await wishes()).toEqual([]);
});

it('tries again, and forgets the wish whatever comes of it', async () => {
  const { honourWishes, wish, parked, skipped, effects, wishes, state } = await withPoison();
  await wish('retry', null);
  expect(await honourWishes()).toBe(0);
  expect(await wishes()).toEqual([]);
  expect(await parked()).toEqual(['1 failed', '2 waiting', '3 waiting', '4 waiting']);
  state.poisonous = false;
  await wish('retry', null);
  expect(await honourWishes()).toBe(4);
  expect(await effects()).toEqual([1, 2, 3, 4].map((version) => `A intake ${version}`));
  expect(await parked()).toEqual([]);
  expect(await skipped()).toEqual([]);
});
