import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConflictError, newId } from '@lianban/event-store';
import { testInfrastructure } from '@lianban/testing';
import type pg from 'pg';
import { effectsOf, openPool, prepareDatabase, shortEffects, sqlOf } from '../test-support/database.js';
import { entryOf, noted, noteOf, partitionOf, quietLog, recorder, unhandled } from '../test-support/events.js';
import { createApplier } from './apply-events.js';
import { loadOffset, moveOffset } from './consumer-tables.js';
import { parkedOf } from './parked-tables.js';
import { Fenced } from './failures.js';
import type { ApplyOptions } from './handling.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let consumer: string;

beforeAll(async () => {
  const url = await (await infrastructure.postgres()).createDatabase('applier');
  await prepareDatabase(url);
  pool = openPool(url);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const beat = () => Promise.resolve();

/** A consumer of its own for each test. Poison is whatever says so, as long as `poisonous` holds. */
const make = (options: Partial<ApplyOptions> = {}) => {
  consumer = newId();
  const state = { poisonous: true, handled: 0 };
  const log = quietLog();
  const applier = createApplier({
    consumer, pool, log, batchSize: 1,
    ...recorder(consumer, (event) => {
      state.handled += 1;
      if (state.poisonous && noteOf(event) === 'poison') throw new Error('can not digest this');
    }),
    ...options,
  });
  return { ...applier, state, log, apply: (events: ReturnType<typeof partitionOf>, offset = 0n) => applier.apply('topic', 0, offset, events, beat) };
};

const parked = async () => (await parkedOf(sqlOf(pool), consumer)).map(({ address, reason }) => `${address.streamId} ${address.source} ${address.streamVersion} ${reason}`);
const offset = () => loadOffset(sqlOf(pool), consumer, 'topic', 0);

describe.each([1, 3, 500])('applying events, %i to a transaction', (batchSize) => {
  it('applies each event once and in order, however often it comes', async () => {
    const { apply } = make({ batchSize });
    const events = [noted('A', 1, null), noted('B', 1, null), noted('A', 2, null)];
    // As the relay publishes them again after a crash, and then once more with something new.
    const topic = partitionOf([...events, ...events, ...events, noted('A', 3, null), noted('A', 3, null)]);
    expect(await apply(topic)).toBe(11n);
    expect(await shortEffects(pool, consumer)).toEqual(['A intake 1', 'B intake 1', 'A intake 2', 'A intake 3']);
    expect(await offset()).toBe(11n);
  });

  it('counts versions of each source on its own', async () => {
    const { apply } = make({ batchSize });
    await apply(partitionOf([noted('A', 1, null), noted('A', 1, null, 'dispatch'), noted('A', 2, null, 'dispatch'), noted('A', 2, null)]));
    expect(await shortEffects(pool, consumer)).toEqual(['A intake 1', 'A dispatch 1', 'A dispatch 2', 'A intake 2']);
  });

  it('passes over what it does not handle, is its own, or is nobody\'s; but counts the versions', async () => {
    const { apply } = make({ batchSize, ownSource: 'sla' });
    const unknownService = entryOf('A', 1, { type: 'lianban.deliberation.opened.v1' });
    const topic = partitionOf([unhandled('A', 1), noted('A', 1, 'own', 'sla'), noted('A', 2, 'two'), entryOf('A', 3, { type: 'lianban.case.praised.v1' }), noted('A', 4, 'four'), unknownService, noted('B', 1, 'none of ours')]);
    const [alien, foreign] = topic.slice(-2);
    if (alien) (alien.headers as Record<string, string>).ce_source = '/lianban/deliberation';
    if (foreign) (foreign.headers as Record<string, string>).ce_source = 'https://example.org';
    expect(await apply(topic)).toBe(7n);
    expect((await effectsOf(pool, consumer)).map(({ note }) => note)).toEqual(['two', 'four']);
    const { rows } = await pool.query('SELECT source, stream_id, version FROM consumer_stream WHERE consumer = $1 ORDER BY source', [consumer]);
    expect(rows).toEqual([{ source: 'deliberation', stream_id: 'A', version: 1 }, { source: 'intake', stream_id: 'A', version: 4 }]);
    expect(await parked()).toEqual([]);
  });

  it('parks a poison event with its case, whatever the source; other cases go on', async () => {
    const { apply, drain, state } = make({ batchSize, attempts: 2 });
    const topic = partitionOf([
      noted('A', 1, null), noted('B', 1, null), noted('A', 2, 'poison'), noted('A', 1, null, 'dispatch'), noted('B', 2, null),
      noted('A', 3, null), unhandled('A', 4), noted('A', 5, null), noted('C', 1, null), noted('A', 2, 'poison'),
    ]);
    expect(await apply(topic)).toBe(10n);
    expect([...await shortEffects(pool, consumer)].sort()).toEqual(['A intake 1', 'B intake 1', 'B intake 2', 'C intake 1']);
    expect(await parked()).toEqual(['A intake 2 failed', 'A dispatch 1 waiting', 'A intake 3 waiting', 'A intake 4 waiting', 'A intake 5 waiting']);
    const [first] = await parkedOf(sqlOf(pool), consumer);
    expect(first).toMatchObject({ error: 'can not digest this', attempts: 2, raw: { offset: '2', value: Buffer.from('{"note":"poison"}') } });

    // Still poisonous: a retry changes nothing but the count.
    expect(await drain('A')).toBe(0);
    expect((await parked())[0]).toBe('A intake 2 failed');
    state.poisonous = false;
    expect(await drain('A')).toBe(5);
    expect((await shortEffects(pool, consumer)).filter((line) => line.startsWith('A'))).toEqual(['A intake 1', 'A intake 2', 'A dispatch 1', 'A intake 3', 'A intake 5']);
    expect(await parked()).toEqual([]);
    await apply(partitionOf([noted('A', 6, 'goes on')], { firstOffset: 10 }), 10n);
    expect((await effectsOf(pool, consumer)).at(-1)?.note).toBe('goes on');
  });

  it('finds the culprits of a batch one by one, and leaves their neighbours whole', async () => {
    const { apply } = make({ batchSize, attempts: 1 });
    const entries = Array.from({ length: 20 }, (_, n) => noted(`case-${n}`, 1, n === 7 || n === 13 ? 'poison' : null));
    await apply(partitionOf(entries));
    expect(await shortEffects(pool, consumer)).toEqual(entries.filter((_, n) => n !== 7 && n !== 13).map(({ streamId }) => `${streamId} intake 1`));
    expect(await parked()).toEqual(['case-7 intake 1 failed', 'case-13 intake 1 failed']);
  });

  it('parks an unknown version of a family it handles and a broken payload; passes over those of other families', async () => {
    const { apply, log, state } = make({ batchSize });
    const topic = partitionOf([
      entryOf('A', 1, { type: 'lianban.case.contacted.v9', data: { secret: 'x' } }), noted('A', 2, null),
      entryOf('B', 1, { type: 'lianban.case.withdrawn.v9' }), noted('B', 2, null),
      noted('C', 1, null), noted('D', 1, null), noted('E', 1, null),
    ]);
    const [, , , , broken, timeless, odd] = topic;
    if (!broken || !timeless || !odd) throw new Error('missing');
    topic[4] = { ...broken, value: Buffer.from('{"note": Zhang San') };
    topic[5] = { ...timeless, headers: { ...timeless.headers, ce_time: 'soon' } };
    topic[6] = { ...odd, value: Buffer.from('{"note": 3}') };
    expect(await apply(topic)).toBe(7n);
    expect(await shortEffects(pool, consumer)).toEqual(['B intake 2']);
    expect(await parked()).toEqual(['A intake 1 unreadable', 'A intake 2 waiting', 'C intake 1 unreadable', 'D intake 1 unreadable', 'E intake 1 unreadable']);
    // Trying again would not help, so nobody was asked to; and no payload got into the log.
    expect(state.handled).toBe(1);
    expect(log.lines.join('\n')).not.toMatch(/Zhang|secret/);
  });

  it('lets an event beyond a gap wait until the gap is filled, then goes on in order', async () => {
    const { apply } = make({ batchSize });
    await apply(partitionOf([noted('A', 1, null), noted('A', 3, null), noted('A', 4, null), noted('A', 1, 'free', 'dispatch'), noted('B', 2, null)]));
    expect(await shortEffects(pool, consumer)).toEqual(['A intake 1', 'A dispatch 1']);
    expect(await parked()).toEqual(['A intake 3 gap', 'A intake 4 gap', 'B intake 2 gap']);
    await apply(partitionOf([noted('A', 2, null), noted('A', 5, null)], { firstOffset: 5 }), 5n);
    expect(await shortEffects(pool, consumer)).toEqual(['A intake 1', 'A dispatch 1', 'A intake 2', 'A intake 3', 'A intake 4', 'A intake 5']);
    expect(await parked()).toEqual(['B intake 2 gap']);
  });

  it('fills a gap that opens and closes within one batch', async () => {
    const { apply } = make({ batchSize });
    await apply(partitionOf([noted('A', 2, null), noted('B', 1, null), noted('A', 3, null), noted('A', 1, null), noted('A', 4, null), noted('A', 2, null)]));
    expect((await shortEffects(pool, consumer)).filter((line) => line.startsWith('A'))).toEqual(['A intake 1', 'A intake 2', 'A intake 3', 'A intake 4']);
    expect(await parked()).toEqual([]);
  });
});

describe('what goes wrong on the way', () => {
  it('does it again after a connection was cut between handling and commit, and then once only', async () => {
    let cuts = 0;
    const { apply } = make({
      batchSize: 5,
      ...recorder('', () => undefined),
      handle: async (tx, envelopes) => {
        for (const { metadata } of envelopes) await tx.query('INSERT INTO effect (consumer, source, stream_id, version) VALUES ($1, $2, $3, $4)', [consumer, metadata.source, metadata.streamId, metadata.streamVersion]);
        if ((cuts += 1) > 2) return;
        const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      },
    });
    const topic = partitionOf([noted('A', 1, null), noted('A', 2, null), noted('B', 1, null)]);
    // The runner puts the batch off and comes again with the position it finds.
    await expect(apply(topic)).rejects.toThrow();
    await expect(apply(topic, await offset())).rejects.toThrow();
    expect(await effectsOf(pool, consumer)).toEqual([]);
    expect(await offset()).toBe(0n);
    await apply(topic, await offset());
    expect(await shortEffects(pool, consumer)).toEqual(['A intake 1', 'A intake 2', 'B intake 1']);
    expect(await parked()).toEqual([]);
  });

  it('rolls back what a consumer does that lost its partition', async () => {
    const { apply } = make();
    const topic = partitionOf([noted('A', 1, null), noted('A', 2, null), noted('A', 3, null)]);
    await apply(topic.slice(0, 1));
    // Another member of the group goes on from here.
    await moveOffset(sqlOf(pool), consumer, 'topic', 0, 1n, 2n);
    await expect(apply(topic.slice(1), 1n)).rejects.toThrow(Fenced);
    expect(await shortEffects(pool, consumer)).toEqual(['A intake 1']);
  });

  it('does not bring back a position that was removed to begin anew', async () => {
    const { apply } = make();
    const topic = partitionOf([noted('A', 1, null), noted('A', 2, null)]);
    await apply(topic.slice(0, 1));
    await pool.query('DELETE FROM consumer_offset WHERE consumer = $1', [consumer]);
    await expect(apply(topic.slice(1), 1n)).rejects.toThrow(Fenced);
  });

  it('lets two that work on one partition take turns: one applies, the other finds it done', async () => {
    const { apply } = make({ batchSize: 3 });
    const topic = partitionOf(Array.from({ length: 30 }, (_, n) => noted(`case-${n % 4}`, Math.floor(n / 4) + 1, null)));
    const outcomes = await Promise.allSettled([apply(topic), apply(topic), apply(topic)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(Fenced);
    expect(await effectsOf(pool, consumer)).toHaveLength(30);
    expect(await parked()).toEqual([]);
  });

  it('tries a lost race again without counting it as a failure', async () => {
    let races = 0;
    const { apply } = make({ attempts: 1, ...recorder('x'), handle: async (tx) => {
      await tx.query(`INSERT INTO effect (consumer) VALUES ($1)`, [consumer]);
      if ((races += 1) <= 8) throw new ConflictError('A', 1);
    } });
    await apply(partitionOf([noted('A', 1, null)]));
    expect(await effectsOf(pool, consumer)).toHaveLength(1);
    expect(await parked()).toEqual([]);
  });

  it('parks what loses every race in the end, so that the partition goes on', async () => {
    const { apply } = make({ attempts: 1, handle: async (_tx, [event]) => {
      if (event?.metadata.streamId === 'A') throw new ConflictError('A', 1);
      await pool.query('INSERT INTO effect (consumer, stream_id) VALUES ($1, $2)', [consumer, event?.metadata.streamId]);
    } });
    await apply(partitionOf([noted('A', 1, null), noted('B', 1, null)]));
    expect(await parked()).toEqual(['A intake 1 failed']);
    expect(await effectsOf(pool, consumer)).toHaveLength(1);
  }, 60_000);

  it('parks nothing while the database can not do its work', async () => {
    let away = true;
    const { apply } = make({ attempts: 1, handle: async (tx) => {
      // 53100: the disk is full.
      if (away) await tx.query(`DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$`);
      await tx.query('INSERT INTO effect (consumer) VALUES ($1)', [consumer]);
    } });
    await expect(apply(partitionOf([noted('A', 1, null)]))).rejects.toThrow('no space');
    expect(await parked()).toEqual([]);
    away = false;
    await apply(partitionOf([noted('A', 1, null)]));
    expect(await effectsOf(pool, consumer)).toHaveLength(1);
  });

  it('writes what a handler leaves for the end together with the position or not at all, also when it was parked', async () => {
    let poisonous = true;
    const ends: string[] = [];
    const { apply, drainEverything } = make({
      batchSize: 5, attempts: 1,
      handle: (_tx, envelopes) => Promise.resolve({
        statements: envelopes.map((event) => (poisonous && noteOf(event) === 'poison'
          ? { text: 'SELECT 1 / $1::int', values: [0] }
          : { text: 'INSERT INTO effect (consumer, source, stream_id, version) VALUES ($1, $2, $3, $4)', values: [consumer, event.metadata.source, event.metadata.streamId, event.metadata.streamVersion] })),
        ended: (error) => ends.push(error === undefined ? 'committed' : (error as Error).message),
      }),
    });
    expect(await apply(partitionOf([noted('A', 1, null), noted('B', 1, 'poison'), noted('B', 2, null), noted('A', 2, null)]))).toBe(4n);
    expect(await shortEffects(pool, consumer)).toEqual(['A intake 1', 'A intake 2']);
    expect(await offset()).toBe(4n);
    expect(await parked()).toEqual(['B intake 1 failed', 'B intake 2 waiting']);
    expect(ends).toEqual(['division by zero', 'committed', 'division by zero', 'committed']);
    poisonous = false;
    await drainEverything();
    expect(await shortEffects(pool, consumer)).toEqual(['A intake 1', 'A intake 2', 'B intake 1', 'B intake 2']);
    expect(ends.slice(4).every((end) => end === 'committed')).toBe(true);
  });

  it('parks nothing when Postgres ended its session, since that stood still for too long', async () => {
    let stands = true;
    const { apply } = make({ attempts: 1, handle: async (tx) => {
      if (stands) {
        await tx.query(`SET LOCAL idle_in_transaction_session_timeout = 20`);
        await new Promise((resolve) => { setTimeout(resolve, 300); });
      }
      await tx.query('INSERT INTO effect (consumer) VALUES ($1)', [consumer]);
    } });
    await expect(apply(partitionOf([noted('A', 1, null)]))).rejects.toThrow();
    expect(await parked()).toEqual([]);
    stands = false;
    await apply(partitionOf([noted('A', 1, null)]));
    expect(await effectsOf(pool, consumer)).toHaveLength(1);
  });

  it('stops between transactions when told to, with all before that done', async () => {
    consumer = newId();
    let beats = 0;
    const applier = createApplier({ consumer, pool, log: quietLog(), batchSize: 1, ...recorder(consumer) });
    const stop = () => ((beats += 1) === 2 ? Promise.reject(new Error('stop')) : Promise.resolve());
    await expect(applier.apply('topic', 0, 0n, partitionOf([noted('A', 1, null), noted('A', 2, null), noted('A', 3, null)]), stop)).rejects.toThrow('stop');
    expect(await offset()).toBe(2n);
    expect(await effectsOf(pool, consumer)).toHaveLength(2);
  });

  it('logs what fails after the commit, and goes on', async () => {
    const { apply, log } = make({ committed: () => { throw new Error('cache broken'); } });
    await apply(partitionOf([noted('A', 1, null), noted('A', 2, null)]));
    expect(await effectsOf(pool, consumer)).toHaveLength(2);
    expect(log.lines.filter((line) => line.includes('cache broken'))).toHaveLength(2);
  });

  it('keeps a partition going behind messages that Postgres could not even store', async () => {
    const { apply } = make({ attempts: 1 });
    const topic = partitionOf([noted('A', 1, 'poison'), noted('B', 1, null), noted('C', 1, null), noted('D', 1, null)]);
    const [a, b, c] = topic;
    if (!a || !b || !c) throw new Error('missing');
    topic[0] = { ...a, value: Buffer.from([0xff, 0, 0xfe]) };
    topic[1] = { ...b, headers: { ...b.headers, ce_streamversion: '1.5' } };
    topic[2] = { ...c, headers: { ...c.headers, ce_streamversion: '99999999999' } };
    expect(await apply(topic)).toBe(4n);
    expect(await shortEffects(pool, consumer)).toEqual(['D intake 1']);
    expect(await parked()).toEqual(['A intake 1 unreadable']);
  });
});

describe('parked events', () => {
  it('go on by themselves once a new build can read them, with all that waits', async () => {
    const { apply, drainEverything, drainFree, state } = make({ attempts: 1 });
    await apply(partitionOf([noted('A', 1, 'poison'), noted('A', 2, null), noted('B', 1, 'poison'), noted('C', 2, null)]));
    state.poisonous = false;
    expect(await drainFree()).toBe(0);
    expect(await drainEverything()).toBe(3);
    expect(await parked()).toEqual(['C intake 2 gap']);
  });

  it('are applied once by many who try at the same time, beside new events of the case', async () => {
    const { apply, drain, drainEverything, state } = make({ attempts: 1 });
    const entries = [noted('A', 1, 'poison'), ...Array.from({ length: 30 }, (_, n) => noted('A', n + 2, null))];
    await apply(partitionOf(entries.slice(0, 15)));
    state.poisonous = false;
    await Promise.all([drain('A'), drain('A'), drainEverything(), apply(partitionOf(entries.slice(15), { firstOffset: 15 }), 15n), drain('A')]);
    await drainEverything();
    expect(await shortEffects(pool, consumer)).toEqual(entries.map(({ streamVersion }) => `A intake ${streamVersion}`));
    expect(await parked()).toEqual([]);
  });

  it('are retried a few times when they follow a filled gap, before they count as failed', async () => {
    let failures = 0;
    const { apply } = make({ attempts: 3, handle: async (tx, [event]) => {
      if (event?.metadata.streamVersion === 2 && (failures += 1) < 3) throw new Error('not yet');
      await tx.query('INSERT INTO effect (consumer, version) VALUES ($1, $2)', [consumer, event?.metadata.streamVersion]);
    } });
    await apply(partitionOf([noted('A', 2, null), noted('A', 1, null)]));
    expect((await effectsOf(pool, consumer)).map(({ version }) => version)).toEqual([1, 2]);
  });
});
