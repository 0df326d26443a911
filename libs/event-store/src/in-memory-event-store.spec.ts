import { describe, expect, it } from '@jest/globals';
import { eventStoreContract } from '../test-support/event-store-contract.js';
import { contacted, meta } from '../test-support/events.js';
import { inMemoryEventStore } from './in-memory-event-store.js';

describe('in-memory event store', () => {
  eventStoreContract((reader) => inMemoryEventStore('intake', reader));

  it('has no SQL and no append outside of its transaction', async () => {
    const store = inMemoryEventStore('intake');
    const tx = await store.transaction((running) => Promise.resolve(running));
    await expect(store.append(tx, 's', 0, [contacted('a')], meta)).rejects.toThrow('outside of a transaction');
    await expect(store.transaction((running) => running.query('SELECT 1'))).rejects.toThrow('no SQL');
  });
});
