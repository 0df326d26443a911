import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@lianban/event-store';
import { testInfrastructure } from '@lianban/testing';
import type pg from 'pg';
import { openPool, prepareDatabase, shortEffects, sqlOf } from '../test-support/database.js';
import { noted, noteOf, partitionOf, quietLog, recorder } from '../test-support/events.js';
import type { Alongside } from './act-on-parked.js';
import { createApplier } from './apply-events.js';
import type { ApplyOptions } from './handling.js';
import { parkedOf, wishedOf } from './parked-tables.js';

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

const someone = { id: 'admin-1', role: 'admin' };

/** A consumer with a case whose first and third events are poison, as long as `poisonous` holds. */
const withPoison = async (options: Partial<ApplyOptions> = {}) => {
  const consumer = newId();
  const state = { poisonous: true };
  const applier = createApplier({
    consumer, pool, log: quietLog(), batchSize: 1, attempts: 1,
    ...recorder(consumer, (event) => {
      if (state.poisonous && noteOf(event) === 'poison') throw new Error('can not digest this');
    }),
    ...options,
  });
  const events = [noted('A', 1, 'poison'), noted('A', 2, null), noted('A', 3, 'poison'), noted('A', 4, null)];
  await applier.apply('topic', 0, 0n, partitionOf(events), () => Promise.resolve());
  const wish = (what: 'retry' | 'skip', why: string | null) => pool.query(
    `UPDATE parked_event SET wish = $2, wish_reason = $3, wish_actor = $4 WHERE consumer = $1 AND reason = 'failed'`, [consumer, what, why, JSON.stringify(someone)]);
  const rows = () => parkedOf(sqlOf(pool), consumer);
  const parked = async () => (await rows()).map(({ address, reason }) => `${address.streamVersion} ${reason}`);
  const idOf = async (version: number) => (await rows()).find(({ address }) => address.streamVersion === version)?.id ?? '';
  const trail = async () => (await pool.query<Record<string, unknown>>(
    `SELECT stream_version AS version, reason, error, outcome, new_error, why, actor->>'id' AS who, attempts, headers->>'ce_type' IS NOT NULL AS typed, length(value) > 0 AS kept
       FROM parked_trail WHERE consumer = $1 ORDER BY at, stream_version`, [consumer])).rows;
  return { ...applier, state, wish, parked, idOf, trail, effects: () => shortEffects(pool, consumer), wishes: () => wishedOf(sqlOf(pool), consumer) };
};

const skip = { act: 'skip', actor: someone, why: 'entered twice' } as const;
const retry = { act: 'retry', actor: someone, why: null } as const;
const skippedFirst = {
  version: 1, reason: 'failed', error: 'can not digest this', outcome: 'skipped', new_error: null, why: 'entered twice', who: 'admin-1', attempts: 1, typed: true, kept: true,
};

it('gives up the very event that was named, once, whoever else asks for it; and keeps a trail', async () => {
  const { act, drainFree, parked, idOf, trail, effects } = await withPoison();
  const id = await idOf(1);
  const results = await Promise.all([act(id, skip), act(id, skip), act(id, skip)]);
  expect(results.map(({ outcome }) => outcome).sort()).toEqual(['gone', 'gone', 'skipped']);
  expect(await drainFree()).toBe(1);
  // The third fails by now as well, and nobody asked to give it up.
  expect(await parked()).toEqual(['3 failed', '4 waiting']);
  expect(await effects()).toEqual(['A intake 2']);
  expect(await trail()).toEqual([skippedFirst]);
});

it('gives what waited behind it as many attempts as any event', async () => {
  const hiccups = ['once'];
  const consumer = newId();
  const { act, apply, drainFree } = createApplier({
    consumer, pool, log: quietLog(), batchSize: 1, attempts: 2,
    ...recorder(consumer, (event) => {
      if (noteOf(event) === 'poison') throw new Error('can not digest this');
      if (noteOf(event) === 'hiccup' && hiccups.pop()) throw new Error('not at the first attempt');
    }),
  });
  await apply('topic', 0, 0n, partitionOf([noted('A', 1, 'poison'), noted('A', 2, 'hiccup'), noted('A', 3, null)]), () => Promise.resolve());
  await act((await parkedOf(sqlOf(pool), consumer))[0]?.id ?? '', skip);
  expect(await drainFree()).toBe(2);
  expect(hiccups).toEqual([]);
  expect(await parkedOf(sqlOf(pool), consumer)).toEqual([]);
});

it('a drain ends between two transactions when the consumer is told to stop', async () => {
  const stopping = new AbortController();
  const state = { poisonous: true };
  const consumer = newId();
  const { apply, drainEverything } = createApplier({
    consumer, pool, log: quietLog(), batchSize: 1, attempts: 1, stopping: stopping.signal,
    ...recorder(consumer, (event) => {
      if (state.poisonous && noteOf(event) === 'poison') throw new Error('can not digest this');
      if (event.metadata.streamVersion === 2) stopping.abort();
    }),
  });
  await apply('topic', 0, 0n, partitionOf([noted('A', 1, 'poison'), noted('A', 2, null), noted('A', 3, null)]), () => Promise.resolve());
  state.poisonous = false;
  expect(await drainEverything()).toBe(2);
  expect(await shortEffects(pool, consumer)).toEqual(['A intake 1', 'A intake 2']);
});

it('tries again, leaves a trail of it also in vain, and answers in the transaction that does it', async () => {
  const { act, drainFree, parked, idOf, trail, effects, state } = await withPoison();
  const id = await idOf(1);
  const answers: string[] = [];
  const alongside: Alongside = async (tx, { outcome }, { address }) => {
    answers.push(`${outcome} ${address.streamVersion}`);
    await tx.query('SELECT 1');
  };
  expect(await act(id, retry, alongside)).toEqual({ outcome: 'still-failing', error: 'can not digest this' });
  state.poisonous = false;
  await expect(act(id, retry, () => { throw new Error('no answer could be kept'); })).rejects.toThrow('no answer could be kept');
  expect(await parked()).toEqual(['1 failed', '2 waiting', '3 waiting', '4 waiting']);
  expect(await effects()).toEqual([]);
  expect(await act(id, retry, alongside)).toEqual({ outcome: 'applied' });
  expect(answers).toEqual(['still-failing 1', 'applied 1']);
  expect(await drainFree()).toBe(3);
  expect(await effects()).toEqual([1, 2, 3, 4].map((version) => `A intake ${version}`));
  const tried = { ...skippedFirst, why: null, kept: null };
  expect(await trail()).toEqual([
    { ...tried, outcome: 'still-failing', new_error: 'can not digest this' },
    { ...tried, outcome: 'applied', attempts: 2 },
  ]);
});

it('refuses what is not there, not in front, or not broken', async () => {
  const { act, drainFree, parked, idOf, trail } = await withPoison();
  const [first, second] = [await idOf(1), await idOf(2)];
  expect(await act(newId(), skip)).toEqual({ outcome: 'gone' });
  expect(await (await withPoison()).act(first, skip)).toEqual({ outcome: 'gone' });
  expect(await act(second, retry)).toEqual({ outcome: 'not-in-front' });
  await act(first, skip);
  expect(await act(first, retry)).toEqual({ outcome: 'gone' });
  expect(await act(second, skip)).toEqual({ outcome: 'not-blocking' });
  await drainFree();
  expect(await parked()).toEqual(['3 failed', '4 waiting']);
  expect(await trail()).toEqual([skippedFirst]);
});

it('does what a tool wrote into the table, once, and forgets the wish whatever comes of it', async () => {
  const { honourWishes, drainFree, wish, wishes, parked, trail, effects, state } = await withPoison();
  expect(await honourWishes()).toBe(0);
  await wish('retry', null);
  await honourWishes();
  expect(await wishes()).toEqual([]);
  expect(await parked()).toEqual(['1 failed', '2 waiting', '3 waiting', '4 waiting']);
  await wish('skip', 'entered twice');
  await Promise.all([honourWishes(), honourWishes(), honourWishes()]);
  state.poisonous = false;
  await drainFree();
  expect(await effects()).toEqual([2, 3, 4].map((version) => `A intake ${version}`));
  expect((await trail()).map(({ outcome, who }) => `${String(outcome)} ${String(who)}`)).toEqual(['still-failing admin-1', 'skipped admin-1']);
  expect(await parked()).toEqual([]);
});

it('masks the numbers of people in a reason, and logs no reason', async () => {
  const log = quietLog();
  const { act, idOf, trail } = await withPoison({ log });
  await act(await idOf(1), { ...skip, why: 'entered twice, says 13812345678' });
  expect((await trail()).map(({ why }) => why)).toEqual(['entered twice, says ***********']);
  expect(log.lines.filter((line) => line.includes('operator acted'))).toHaveLength(1);
  expect(log.lines.join()).not.toContain('entered twice');
});

it.each([1, 4])('drains %i to a transaction, and stops at the one that fails', async (batchSize) => {
  const { act, drainFree, parked, idOf, effects, state } = await withPoison({ batchSize });
  await act(await idOf(1), skip);
  expect(await drainFree()).toBe(1);
  expect(await parked()).toEqual(['3 failed', '4 waiting']);
  state.poisonous = false;
  await act(await idOf(3), retry);
  expect(await drainFree()).toBe(1);
  expect(await effects()).toEqual(['A intake 2', 'A intake 3', 'A intake 4']);
});
