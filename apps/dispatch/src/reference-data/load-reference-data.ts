import { isDeepStrictEqual } from 'node:util';
import { newId } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { bySystem, decideOn, EVENT_STORE, LOG, standingOf, untilWon, writeDecisions } from '@lianban/service-kit';
import type { Aggregate } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { readReferenceData } from './reference-data.js';
import type { ReferenceEntry } from './reference-data.js';

const batch = 100;

/** The state of an entry is what was last said of it. */
const entryStream: Aggregate<unknown> = { initialState: undefined, evolve: (_, { data }) => data };

/**
 * Brings the entries into their streams, in the order they are given, which is the order in which they are published. What is there already in the
 * same words is left alone, so that a restart publishes nothing. Several processes may start at once. @returns how many were new or changed
 */
export const loadReferenceData = async (store: EventStore, entries: readonly ReferenceEntry[], now: Date): Promise<number> => {
  const cause = newId();
  const meta = bySystem('dispatch', { id: cause, correlationId: cause }, now.toISOString());
  let written = 0;
  for (let from = 0; from < entries.length; from += batch) {
    const part = entries.slice(from, from + batch);
    written += await untilWon(() => store.transaction(async (tx) => {
      const histories = await store.readMany(part.map(({ streamId }) => streamId), tx);
      const changes = part.map(({ streamId, event }) =>
        decideOn(store, entryStream, standingOf(entryStream, streamId, histories.get(streamId) ?? [], undefined), ({ state }) => (isDeepStrictEqual(state, event.data) ? [] : [event]), meta));
      await writeDecisions(store, tx, changes);
      return changes.filter(({ events }) => events.length > 0).length;
    }));
  }
  return written;
};

/** Loads the reference data when dispatch starts; from there it travels to every service by the directory topic. */
@Injectable()
export class ReferenceDataLoader implements OnApplicationBootstrap {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const entries = await readReferenceData();
    const changed = await loadReferenceData(this.store, entries, new Date());
    this.log.info({ entries: entries.length, changed }, 'reference data loaded');
  }
}
