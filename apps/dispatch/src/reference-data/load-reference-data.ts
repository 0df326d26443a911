import { isDeepStrictEqual } from 'node:util';
import { newId } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { EVENT_STORE, LOG } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { readReferenceData } from './reference-data.js';
import type { ReferenceEntry } from './reference-data.js';

const batch = 100;

/**
 * Brings the entries into their streams, in the order they are given, which must be the same in every process: two that start at once would lock each other
 * otherwise. What is there already in the same words is left alone, so that a restart publishes nothing. @returns how many were new or changed
 */
export const loadReferenceData = async (store: EventStore, entries: readonly ReferenceEntry[], now: Date): Promise<number> => {
  const correlationId = newId();
  const at = now.toISOString();
  let written = 0;
  for (let from = 0; from < entries.length; from += batch) {
    const part = await Promise.all(entries.slice(from, from + batch).map(async (entry) => ({ ...entry, history: await store.read(entry.streamId) })));
    const changed = part.filter(({ event, history }) => !isDeepStrictEqual(history.at(-1)?.data, event.data));
    if (changed.length === 0) continue;
    await store.transaction(async (tx) => {
      for (const { streamId, event, history } of changed) {
        await store.append(tx, streamId, history.length, [event], {
          occurredAt: at, recordedAt: at, correlationId, causationId: correlationId,
          actor: { id: 'dispatch', role: 'system', department: null, territory: null },
        });
      }
    });
    written += changed.length;
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
