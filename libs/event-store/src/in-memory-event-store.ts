import { released } from '@lianban/contracts';
import type { EventReader, Source } from '@lianban/contracts';
import { prepareAppend, toEnvelope } from './event-record.js';
import { ConflictError } from './event-store.js';
import type { EventRecord, EventStore, Tx } from './event-store.js';

/** What one transaction has appended to a stream, and the version it started from. */
interface Write {
  readonly from: number;
  readonly records: readonly EventRecord[];
}

/**
 * The store's twin for pure tests: same contract, no disk. Its transactions have no SQL, and where Postgres makes the second
 * writer of a stream wait and fail at its append, here it fails when it commits.
 */
export const inMemoryEventStore = (source: Source, reader: EventReader = released): EventStore => {
  const streams = new Map<string, readonly EventRecord[]>();
  const pending = new WeakMap<Tx, Map<string, Write>>();
  const versionOf = (streamId: string): number => streams.get(streamId)?.length ?? 0;
  const write = (tx: Tx, streamId: string, expectedVersion: number, records: readonly EventRecord[]): void => {
    const writes = pending.get(tx);
    if (!writes) throw new Error('append outside of a transaction of this store');
    const own = writes.get(streamId) ?? { from: versionOf(streamId), records: [] };
    if (versionOf(streamId) !== own.from || own.from + own.records.length !== expectedVersion) throw new ConflictError(streamId, expectedVersion);
    writes.set(streamId, { from: own.from, records: [...own.records, ...records] });
  };
  const store: EventStore = {
    async transaction(work) {
      const writes = new Map<string, Write>();
      const tx: Tx = { query: () => Promise.reject(new Error('the in-memory store has no SQL')) };
      pending.set(tx, writes);
      try {
        const result = await work(tx);
        for (const [streamId, { from }] of writes) {
          if (versionOf(streamId) !== from) throw new ConflictError(streamId, from);
        }
        for (const [streamId, { records }] of writes) streams.set(streamId, [...(streams.get(streamId) ?? []), ...records]);
        return result;
      } finally {
        pending.delete(tx);
      }
    },

    async read(streamId, tx) {
      const records = [...(streams.get(streamId) ?? []), ...((tx && pending.get(tx)?.get(streamId)?.records) ?? [])];
      return records.map((record, index) => toEnvelope(record, { source, streamId, streamVersion: index + 1 }, reader));
    },

    async append(tx, streamId, expectedVersion, events, meta) {
      if (events.length === 0) return [];
      const { records, envelopes } = prepareAppend({ streamId, expectedVersion, events, meta }, source, reader);
      write(tx, streamId, expectedVersion, records);
      return [...envelopes];
    },

    async readMany(streamIds, tx) {
      const read = await Promise.all(streamIds.map(async (streamId) => [streamId, await store.read(streamId, tx)] as const));
      return new Map(read.filter(([, events]) => events.length > 0));
    },

    prepare: (append) => prepareAppend(append, source, reader),

    async appendMany(tx, appends) {
      for (const { streamId, expectedVersion, records } of appends) write(tx, streamId, expectedVersion, records);
    },

    commit({ streamId, expectedVersion, events, meta }) {
      return store.transaction((tx) => store.append(tx, streamId, expectedVersion, events, meta));
    },
  };
  return store;
};
