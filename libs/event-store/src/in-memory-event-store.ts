import { readEvent } from '@lianban/contracts';
import type { EventEnvelope, Source } from '@lianban/contracts';
import { ConflictError } from './event-store.js';
import type { EventStore, Tx } from './event-store.js';
import { toRecord } from './postgres-event-store.js';

/** The store's twin for pure tests: same contract, no disk. Its transactions have no SQL. */
export const inMemoryEventStore = (source: Source): EventStore => {
  const streams = new Map<string, EventEnvelope[]>();
  const pending = new WeakMap<Tx, Map<string, EventEnvelope[]>>();
  return {
    async transaction(work) {
      const writes = new Map<string, EventEnvelope[]>();
      const base = new Map<string, number>();
      const tx: Tx = { query: () => Promise.reject(new Error('the in-memory store has no SQL')) };
      pending.set(tx, writes);
      const result = await work(tx);
      for (const [streamId, events] of writes) {
        base.set(streamId, (events[0]?.metadata.streamVersion ?? 1) - 1);
        // Another transaction committed in between: the real store would have made this append wait, then fail.
        if ((streams.get(streamId)?.length ?? 0) !== base.get(streamId)) throw new ConflictError(streamId, base.get(streamId) ?? 0);
      }
      for (const [streamId, events] of writes) streams.set(streamId, [...(streams.get(streamId) ?? []), ...events]);
      return result;
    },

    async read(streamId, tx) {
      const events = [...(streams.get(streamId) ?? []), ...((tx && pending.get(tx)?.get(streamId)) ?? [])];
      return events.map((event) => ({ ...readEvent(event.type, event.data), metadata: event.metadata }) as EventEnvelope);
    },

    async append(tx, streamId, expectedVersion, events, meta) {
      if (events.length === 0) return [];
      const writes = pending.get(tx);
      if (!writes) throw new Error('append outside of a transaction of this store');
      const own = writes.get(streamId) ?? [];
      if ((streams.get(streamId)?.length ?? 0) + own.length !== expectedVersion) throw new ConflictError(streamId, expectedVersion);
      const envelopes = events.map((event, index) => {
        const { type, data, ...metadata } = toRecord(event, meta);
        return { type, data: structuredClone(data), metadata: { ...metadata, source, streamId, streamVersion: expectedVersion + index + 1 } } as EventEnvelope;
      });
      writes.set(streamId, [...own, ...envelopes]);
      return envelopes;
    },
  };
};
