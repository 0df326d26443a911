import { describe, expect, it } from '@jest/globals';
import { inMemoryEventStore } from '@lianban/event-store';
import { someone } from '@lianban/testing';
import { seedDirectory } from './seed-directory.js';
import { readReferenceData } from './directory-files.js';
import type { ReferenceEntry } from './directory-files.js';

const now = new Date('2026-02-09T01:00:00Z');
const streams = (entries: readonly ReferenceEntry[]) => entries.map(({ streamId }) => streamId);

it('two processes that start at once bring in every entry once', async () => {
  const store = inMemoryEventStore('dispatch');
  const entries = await readReferenceData();
  const written = await Promise.all([1, 2].map(() => seedDirectory(store, entries, now)));
  expect(written.reduce((sum, { changed }) => sum + changed, 0)).toBe(entries.length);
  for (const { streamId } of entries) expect(await store.read(streamId)).toHaveLength(1);
});

describe('a line that is gone from the files', () => {
  const loadedWithout = async (kind: string) => {
    const store = inMemoryEventStore('dispatch');
    const entries = await readReferenceData();
    await seedDirectory(store, entries, now);
    const gone = entries.find(({ streamId }) => streamId.startsWith(`${kind}/`))?.streamId ?? '';
    const rest = entries.filter(({ streamId }) => streamId !== gone);
    return { store, entries, rest, gone };
  };

  it.each(['department', 'territory', 'category'])('retires its %s, once, and brings it back with the line', async (kind) => {
    const { store, entries, rest, gone } = await loadedWithout(kind);
    const before = (await store.read(gone)).at(-1);
    expect(await seedDirectory(store, rest, now, streams(entries))).toEqual({ changed: 0, retired: [gone], leftAlone: [] });
    expect((await store.read(gone)).at(-1)).toMatchObject({ type: before?.type, data: { ...before?.data, active: false } });
    expect(await seedDirectory(store, rest, now, streams(entries))).toEqual({ changed: 0, retired: [], leftAlone: [] });
    expect(await seedDirectory(store, entries, now, streams(entries))).toEqual({ changed: 1, retired: [], leftAlone: [] });
    expect((await store.read(gone)).at(-1)?.data).toEqual(before?.data);
  });

  it('leaves alone what somebody has changed since, as a line that is there does, and says so', async () => {
    const { store, entries, rest, gone } = await loadedWithout('department');
    const [first] = await store.read(gone);
    if (first?.type !== 'lianban.directory.department-changed.v1') throw new Error('no department');
    const at = now.toISOString();
    const edited = { type: first.type, data: { ...first.data, name: { zh: '新名', en: 'New name' } } };
    await store.transaction((tx) => store.append(tx, gone, 1, [edited], { occurredAt: at, recordedAt: at, correlationId: 'c', causationId: 'c', actor: someone }));
    for (const files of [rest, entries]) expect(await seedDirectory(store, files, now, streams(entries))).toEqual({ changed: 0, retired: [], leftAlone: [gone] });
    expect((await store.read(gone)).at(-1)?.data).toEqual(edited.data);
  });
});
