import { expect, it } from '@jest/globals';
import { defineEvent, eventReader, maskText, released, topics, UnreadableEvent } from '@lianban/contracts';
import type { EventReader } from '@lianban/contracts';
import { ConflictError, foldEvents, newId } from '@lianban/event-store';
import type { EventStore, NewEvent, Tx } from '@lianban/event-store';
import { z } from 'zod';
import { contacted, meta } from './events.js';

const notedV1 = defineEvent({
  type: 'lianban.test.noted.v1', source: 'intake', topic: topics.case, summary: { en: 'Made up for this test.', zh: '仅用于测试。' },
  data: z.strictObject({ text: z.string() }), example: { text: 'a' },
  upcast: { to: 'lianban.test.noted.v2', convert: ({ text }: { text: string }) => ({ lines: text.split('\n') }) },
});
const notedV2 = defineEvent({
  type: 'lianban.test.noted.v2', source: 'intake', topic: topics.case, summary: { en: 'Made up for this test.', zh: '仅用于测试。' },
  data: z.strictObject({ lines: z.array(z.string()) }), example: { lines: ['a'] },
});

/** A promise to be resolved from outside, to hold one transaction at a point while another goes on. */
const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { open, opened };
};

/** What every event store must do; run over each of them. */
export const eventStoreContract = (makeStore: (reader: EventReader) => EventStore): void => {
  const store = (): EventStore => makeStore(released);
  const appendTo = (target: EventStore, streamId: string, expectedVersion: number, ...notes: string[]) =>
    target.transaction((tx) => target.append(tx, streamId, expectedVersion, notes.map((note) => contacted(note)), meta));
  const notesOf = async (target: EventStore, streamId: string, tx?: Tx) =>
    (await target.read(streamId, tx)).map((event) => (event.type === 'lianban.case.contacted.v1' ? event.data.note : event.type));

  it('reads back what was appended, in order, as the append returned it', async () => {
    const s = store();
    const id = newId();
    const first = await appendTo(s, id, 0, 'a', 'b');
    const second = await appendTo(s, id, 2, 'c');
    const read = await s.read(id);
    expect(read).toEqual([...first, ...second]);
    expect(read.map(({ metadata }) => metadata.streamVersion)).toEqual([1, 2, 3]);
    expect(read[0]?.metadata).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/), source: 'intake', streamId: id, streamVersion: 1,
      occurredAt: '2026-02-09T01:00:00.000Z', recordedAt: '2026-02-09T01:00:01.500Z',
      correlationId: 'correlation', causationId: 'cause', actor: meta.actor,
    });
  });

  it('knows nothing of a stream nobody wrote', async () => {
    expect(await store().read(newId())).toEqual([]);
  });

  it('reads and appends to many streams at once, several times to one, and each as if alone', async () => {
    const s = store();
    const [a, b, none] = [newId(), newId(), newId()];
    await appendTo(s, a, 0, 'a1');
    const prepared = [
      s.prepare({ streamId: b, expectedVersion: 0, events: [contacted('b1'), contacted('b2')], meta }),
      s.prepare({ streamId: a, expectedVersion: 1, events: [contacted('a2')], meta }),
      s.prepare({ streamId: b, expectedVersion: 2, events: [contacted('b3')], meta }),
    ];
    expect(await s.read(b)).toEqual([]);
    await s.transaction((tx) => s.appendMany(tx, prepared));
    expect(await notesOf(s, a)).toEqual(['a1', 'a2']);
    expect(await s.read(b)).toEqual([...(prepared[0]?.envelopes ?? []), ...(prepared[2]?.envelopes ?? [])]);
    expect(await s.readMany([b, none, a])).toEqual(new Map([[a, await s.read(a)], [b, await s.read(b)]]));
    expect(await s.readMany([])).toEqual(new Map());
  });

  it('writes none of many appends when one stream has moved on', async () => {
    const s = store();
    const [a, b] = [newId(), newId()].sort() as [string, string];
    await appendTo(s, b, 0, 'b1');
    const prepared = [a, b].map((streamId) => s.prepare({ streamId, expectedVersion: 0, events: [contacted('late')], meta }));
    await expect(s.transaction((tx) => s.appendMany(tx, prepared))).rejects.toMatchObject({ name: 'ConflictError', streamId: b });
    expect(await s.readMany([a, b])).toEqual(new Map([[b, await s.read(b)]]));
    expect(() => s.prepare({ streamId: a, expectedVersion: 0, events: [{ type: 'lianban.case.contacted.v1', data: { note: 7 } } as unknown as NewEvent], meta })).toThrow(UnreadableEvent);
  });

  it('takes occurredAt and id from an event that brings its own', async () => {
    const s = store();
    const id = newId();
    const eventId = newId();
    const events = [contacted('a', { occurredAt: '2026-01-31T23:59:59.999-01:00', id: eventId }), contacted('b')];
    await s.transaction((tx) => s.append(tx, id, 0, events, meta));
    const [a, b] = await s.read(id);
    expect(a?.metadata).toMatchObject({ id: eventId, occurredAt: '2026-02-01T00:59:59.999Z', recordedAt: '2026-02-09T01:00:01.500Z' });
    expect(b?.metadata).toMatchObject({ occurredAt: '2026-02-09T01:00:00.000Z' });
    expect(b?.metadata.id).not.toBe(eventId);
  });

  it.each([[0, 1], [1, 0], [1, 2], [2, 1]])('refuses an append to a stream of %i events that expects %i', async (length, expected) => {
    const s = store();
    const id = newId();
    if (length > 0) await appendTo(s, id, 0, ...Array.from({ length }, (_, n) => String(n)));
    await expect(appendTo(s, id, expected, 'late')).rejects.toThrow(ConflictError);
    expect(await s.read(id)).toHaveLength(length);
  });

  it('lets one of two win who race for the same version; the other may try again in a new transaction', async () => {
    const s = store();
    const id = newId();
    await appendTo(s, id, 0, 'start');
    const bothHaveRead = gate();
    let readers = 0;
    const write = (note: string) => s.transaction(async (tx) => {
      const version = (await s.read(id, tx)).length;
      if ((readers += 1) === 2) bothHaveRead.open();
      await bothHaveRead.opened;
      await s.append(tx, id, version, [contacted(note)], meta);
      return note;
    });
    const outcomes = await Promise.allSettled([write('left'), write('right')]);
    const [won] = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    const [lost] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost?.reason).toBeInstanceOf(ConflictError);
    expect(await notesOf(s, id)).toEqual(['start', won?.value]);
    await appendTo(s, id, 2, 'again');
    expect(await s.read(id)).toHaveLength(3);
  });

  it('lets one of two win who both make the stream', async () => {
    const s = store();
    const id = newId();
    const outcomes = await Promise.allSettled([appendTo(s, id, 0, 'left'), appendTo(s, id, 0, 'right'), appendTo(s, id, 0, 'middle')]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ConflictError);
    expect(await s.read(id)).toHaveLength(1);
  });

  it('shows a transaction its own appends, and nobody else before the commit', async () => {
    const s = store();
    const id = newId();
    await s.transaction(async (tx) => {
      await s.append(tx, id, 0, [contacted('a')], meta);
      await s.append(tx, id, 1, [contacted('b')], meta);
      expect(await notesOf(s, id, tx)).toEqual(['a', 'b']);
      expect(await s.read(id)).toEqual([]);
    });
    expect(await notesOf(s, id)).toEqual(['a', 'b']);
  });

  it('leaves nothing of a transaction that failed, in any of its streams', async () => {
    const s = store();
    const [one, two] = [newId(), newId()];
    await appendTo(s, one, 0, 'kept');
    await expect(s.transaction(async (tx) => {
      await s.append(tx, one, 1, [contacted('gone')], meta);
      await s.append(tx, two, 0, [contacted('gone')], meta);
      throw new Error('changed my mind');
    })).rejects.toThrow('changed my mind');
    expect(await notesOf(s, one)).toEqual(['kept']);
    expect(await s.read(two)).toEqual([]);
    // And the stream is not left locked or counted on.
    await appendTo(s, one, 1, 'next');
    await appendTo(s, two, 0, 'first');
  });

  it('goes on with a transaction in which one command lost its race', async () => {
    const s = store();
    const [lost, neighbour] = [newId(), newId()];
    await appendTo(s, lost, 0, 'someone was faster');
    await s.transaction(async (tx) => {
      await expect(s.append(tx, lost, 0, [contacted('a')], meta)).rejects.toThrow(ConflictError);
      await s.append(tx, neighbour, 0, [contacted('b')], meta);
    });
    expect(await notesOf(s, lost)).toEqual(['someone was faster']);
    expect(await notesOf(s, neighbour)).toEqual(['b']);
  });

  it('does nothing for no events, whatever version is expected', async () => {
    const s = store();
    const id = newId();
    expect(await s.transaction((tx) => s.append(tx, id, 7, [], meta))).toEqual([]);
    expect(await s.read(id)).toEqual([]);
  });

  it('returns what the work returned', async () => {
    expect(await store().transaction(() => Promise.resolve(42))).toBe(42);
  });

  it('refuses what breaks its own schema or is of no known type, and writes nothing', async () => {
    const s = store();
    const id = newId();
    const wrong = { type: 'lianban.case.contacted.v1', data: { note: 7 } } as unknown as NewEvent;
    const unknown = { type: 'lianban.case.contacted.v99', data: {} } as unknown as NewEvent;
    await s.transaction(async (tx) => {
      for (const event of [wrong, unknown]) {
        await expect(s.append(tx, id, 0, [contacted('fine'), event], meta)).rejects.toThrow(UnreadableEvent);
      }
      await expect(s.append(tx, id, 0, [contacted('a', { occurredAt: 'yesterday' })], meta)).rejects.toThrow(RangeError);
    });
    expect(await s.read(id)).toEqual([]);
  });

  it('keeps text as it was, and is not changed by what the caller does to its objects later', async () => {
    const s = store();
    const id = newId();
    const note = maskText('路灯不亮 🏮 "\\u0041" \u2028 %_\'; DROP TABLE event; --');
    const event = { type: 'lianban.case.contacted.v1' as const, data: { note } };
    await s.transaction(async (tx) => {
      await s.append(tx, id, 0, [event], meta);
      event.data.note = maskText('changed');
    });
    expect(await notesOf(s, id)).toEqual([note]);
  });

  it('lifts an older version to the newest when it is read', async () => {
    const old = makeStore(eventReader([{ ...notedV1, upcast: undefined }]));
    const id = newId();
    const event = { type: 'lianban.test.noted.v1', data: { text: 'one\ntwo' } } as unknown as NewEvent;
    await old.transaction((tx) => old.append(tx, id, 0, [event], meta));
    const [before] = await old.read(id);
    const today = makeStore(eventReader([notedV1, notedV2]));
    // A store of another build over the same data; the in-memory twin keeps its data to itself, so there it is written anew.
    if ((await today.read(id)).length === 0) await today.transaction((tx) => today.append(tx, id, 0, [{ ...event, id: before?.metadata.id }], meta));
    const [lifted] = await today.read(id);
    expect(before).toMatchObject({ type: 'lianban.test.noted.v1', data: { text: 'one\ntwo' } });
    expect(lifted).toEqual({ ...before, type: 'lianban.test.noted.v2', data: { lines: ['one', 'two'] } });
  });

  it('folds to a state', async () => {
    const s = store();
    const id = newId();
    await appendTo(s, id, 0, 'a', 'b', 'c');
    const fold = { initialState: 0, evolve: (sum: number) => sum + 1 };
    const events = await s.read(id);
    expect(foldEvents(fold, events)).toBe(3);
    expect(foldEvents(fold, events.slice(1), 10)).toBe(12);
  });

  const commit = (target: EventStore, streamId: string, expectedVersion: number, ...notes: string[]) =>
    target.commit({ streamId, expectedVersion, events: notes.map((note) => contacted(note)), meta });

  it('commits an append of its own as a transaction would', async () => {
    const s = store();
    const id = newId();
    const first = await commit(s, id, 0, 'a', 'b');
    const second = await commit(s, id, 2, 'c');
    expect(await s.read(id)).toEqual([...first, ...second]);
    expect(await commit(s, id, 7)).toEqual([]);
  });

  it('commits what many ask for at once, each with its own outcome', async () => {
    const s = store();
    const ids = Array.from({ length: 40 }, () => newId());
    for (const id of ids.slice(0, 10)) await appendTo(s, id, 0, 'before');
    // The first ten streams have moved on, the next ten are at the expected version only after the neighbour; the rest is new.
    const outcomes = await Promise.allSettled([
      ...ids.map((id, n) => commit(s, id, 0, `new ${n}`, 'and more')),
      ...ids.slice(0, 10).map((id) => commit(s, id, 1, 'after')),
      s.commit({ streamId: newId(), expectedVersion: 0, events: [{ type: 'lianban.case.contacted.v1', data: { note: 7 } } as unknown as NewEvent], meta }),
    ]);
    const failed = outcomes.flatMap((outcome, at) => (outcome.status === 'rejected' ? [[at, (outcome.reason as Error).name]] : []));
    expect(failed).toEqual([...Array.from({ length: 10 }, (_, at) => [at, 'ConflictError']), [50, 'UnreadableEvent']]);
    for (const [n, id] of ids.entries()) expect(await notesOf(s, id)).toEqual(n < 10 ? ['before', 'after'] : [`new ${n}`, 'and more']);
  });

  it('lets one of many win who commit to the same stream at once', async () => {
    const s = store();
    const id = newId();
    const race = async (expected: number) => {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => commit(s, id, expected, String(n))));
      expect(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as Error).name] : ['won'])).sort()).toEqual([...Array.from({ length: 7 }, () => 'ConflictError'), 'won']);
    };
    await race(0);
    await race(1);
    expect(await s.read(id)).toHaveLength(2);
  });
};
