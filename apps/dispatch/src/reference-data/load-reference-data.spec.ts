import { expect, it } from '@jest/globals';
import { inMemoryEventStore } from '@lianban/event-store';
import { loadReferenceData } from './load-reference-data.js';
import { readReferenceData } from './reference-data.js';

it('two processes that start at once bring in every entry once', async () => {
  const store = inMemoryEventStore('dispatch');
  const entries = await readReferenceData();
  const written = await Promise.all([1, 2].map(() => loadReferenceData(store, entries, new Date())));
  expect(written.reduce((sum, count) => sum + count)).toBe(entries.length);
  for (const { streamId } of entries) expect(await store.read(streamId)).toHaveLength(1);
});
