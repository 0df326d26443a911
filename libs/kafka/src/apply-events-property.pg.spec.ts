import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Source } from '@lianban/contracts';
import type { OutboxEntry } from '@lianban/event-store';
import { newId } from '@lianban/event-store';
import { testInfrastructure } from '@lianban/testing';
import fc from 'fast-check';
import type pg from 'pg';
import { effectsOf, openPool, prepareDatabase, sqlOf } from '../test-support/database.js';
import type { Effect } from '../test-support/database.js';
import { noted, partitionOf, quietLog, recorder, unhandled } from '../test-support/events.js';
import { createApplier } from './apply-events.js';
import { loadOffset } from './consumer-tables.js';
import { parkedOf } from './parked-tables.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

beforeAll(async () => {
  const url = await (await infrastructure.postgres()).createDatabase('property');
  await prepareDatabase(url);
  pool = openPool(url);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const cases = ['A', 'B', 'C'];
const sources: readonly Source[] = ['intake', 'dispatch'];

interface Scenario {
  /** Whose turn it is to publish its next event; the kind of that event. */
  readonly turns: readonly { readonly stream: number; readonly kind: 'fine' | 'poison' | 'unhandled' }[];
  /** After so many messages, the relay publishes the last so many again. */
  readonly repeats: readonly { readonly after: number; readonly count: number }[];
  /** Pairs of neighbours that arrive in the wrong order. */
  readonly swaps: readonly number[];
  /** How the partition is cut into fetches. */
  readonly cuts: readonly number[];
  readonly batchSize: number;
  /** At which handled events the connection breaks once. */
  readonly breaks: readonly number[];
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  turns: fc.array(fc.record({
    stream: fc.nat(cases.length * sources.length - 1),
    kind: fc.oneof({ weight: 8, arbitrary: fc.constant('fine' as const) }, { weight: 1, arbitrary: fc.constant('poison' as const) }, { weight: 2, arbitrary: fc.constant('unhandled' as const) }),
  }), { minLength: 1, maxLength: 25 }),
  repeats: fc.array(fc.record({ after: fc.nat(25), count: fc.integer({ min: 1, max: 12 }) }), { maxLength: 3 }),
  swaps: fc.array(fc.nat(40), { maxLength: 2 }),
  cuts: fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 6 }),
  batchSize: fc.constantFrom(1, 3, 50),
  breaks: fc.array(fc.nat(30), { maxLength: 2 }),
});

/** The partition as the relays of two services leave it behind, good and bad days included. */
const publish = ({ turns, repeats, swaps }: Scenario): OutboxEntry[] => {
  const versions = new Map<number, number>();
  const messages = turns.map(({ stream, kind }) => {
    const version = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    const caseId = cases[stream % cases.length] as string;
    const source = sources[Math.floor(stream / cases.length)] as Source;
    return kind === 'unhandled' ? unhandled(caseId, version, source) : noted(caseId, version, kind, source);
  });
  for (const { after, count } of repeats) messages.splice(after, 0, ...messages.slice(Math.max(0, after - count), after));
  for (const at of swaps) {
    const [left, right] = [messages[at], messages[at + 1]];
    if (left && right) [messages[at], messages[at + 1]] = [right, left];
  }
  return messages;
};

const streamOf = ({ source, streamId }: Pick<Effect, 'source' | 'streamId'>) => `${streamId} ${source}`;

const versionsByStream = (effects: readonly Effect[]) => {
  const byStream: Record<string, number[]> = {};
  for (const effect of effects) (byStream[streamOf(effect)] ??= []).push(effect.version);
  return byStream;
};

it('has each effect once and in the order of its stream, whatever comes twice, too early, poisoned, or breaks', async () => {
  await fc.assert(fc.asyncProperty(scenario, async (given) => {
    const messages = publish(given);
    const consumer = newId();
    const breaks = new Set(given.breaks);
    let handled = 0;
    let poisonous = true;
    const applier = createApplier({
      consumer, pool, log: quietLog(), batchSize: given.batchSize, attempts: 1,
      ...recorder(consumer, (event) => {
        handled += 1;
        if (breaks.delete(handled)) throw Object.assign(new Error('connection lost'), { code: '08006' });
        if (poisonous && event.type === 'lianban.case.contacted.v1' && event.data.note === 'poison') throw new Error('poison');
      }),
    });

    const topic = partitionOf(messages);
    let fetched = 0;
    for (let n = 0; fetched < topic.length; n += 1) {
      const batch = topic.slice(fetched, fetched + (given.cuts[n % given.cuts.length] as number));
      const position = await loadOffset(sqlOf(pool), consumer, 'topic', 0);
      const rest = batch.filter(({ offset }) => BigInt(offset) >= position);
      try {
        await applier.apply('topic', 0, position, rest, () => Promise.resolve());
      } catch (error) {
        if ((error as Error).message !== 'connection lost') throw error;
        continue;
      }
      fetched += batch.length;
    }

    // While the poison is there: what was applied of each stream is a run from its start, without a repetition.
    const wanted = versionsByStream(messages.filter(({ type }) => type.includes('contacted')).map((entry) => ({ ...entry, version: entry.streamVersion, note: null })));
    for (const stream of Object.keys(wanted)) wanted[stream] = [...new Set(wanted[stream])].sort((a, b) => a - b);
    const effects = await effectsOf(pool, consumer);
    const before = versionsByStream(effects);
    for (const [stream, versions] of Object.entries(before)) expect(versions).toEqual(wanted[stream]?.slice(0, versions.length));
    expect(effects.filter(({ note }) => note === 'poison')).toEqual([]);
    // A case without poison is complete.
    const poisoned = new Set(messages.flatMap(({ streamId, data }) => ((data as { note?: string }).note === 'poison' ? [streamId] : [])));
    for (const [stream, versions] of Object.entries(wanted)) if (!poisoned.has(stream.slice(0, 1))) expect(before[stream]).toEqual(versions);

    // And once it is gone, everything is there.
    poisonous = false;
    await applier.drainEverything();
    expect(versionsByStream(await effectsOf(pool, consumer))).toEqual(wanted);
    expect(await parkedOf(sqlOf(pool), consumer)).toEqual([]);
  }), { numRuns: 60, seed: 20261122 });
}, 180_000);
