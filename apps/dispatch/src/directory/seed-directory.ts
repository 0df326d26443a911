import { isDeepStrictEqual } from 'node:util';
import type { EventEnvelope } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { EventStore, NewEvent } from '@lianban/event-store';
import { bySystem, decideOn, EVENT_STORE, LOG, POOL, standingOf, untilWon, writeDecisions } from '@lianban/service-kit';
import type { Aggregate } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { readReferenceData } from './directory-files.js';
import type { ReferenceEntry } from './directory-files.js';

const batch = 100;

/** The state of an entry is what was last said of it. */
const entryStream: Aggregate<unknown> = { initialState: undefined, evolve: (_, { data }) => data };

export interface Loaded {
  /** How many were new or changed. */
  readonly changed: number;
  /** Streams of entries that were published once and are in the files no more. */
  readonly retired: readonly string[];
  /** Streams of entries that a person has made differ from the files. They stay as they are. */
  readonly leftAlone: readonly string[];
}

/** The files are a seed: what somebody has changed since stays as it is. */
const changedByHand = (last: EventEnvelope | undefined): boolean => last !== undefined && last.metadata.actor.role !== 'system';

const differs = ([first]: readonly EventEnvelope[], last: EventEnvelope | undefined, event: ReferenceEntry['event'] | undefined): boolean =>
  (event ? !isDeepStrictEqual(last?.data, event.data) : first?.metadata.actor.role === 'system' && retirement(last).length > 0);

const retirement = (last: EventEnvelope | undefined): NewEvent[] =>
  (last && 'active' in last.data && last.data.active ? [{ type: last.type, data: { ...last.data, active: false } } as ReferenceEntry['event']] : []);

/**
 * Brings the entries into their streams, in the order they are given, which is the order in which they are published. What is there already in the
 * same words is left alone, so that a restart publishes nothing. Of the streams `published`, those that no entry names are retired. Several processes may start at once.
 */
export const seedDirectory = async (store: EventStore, entries: readonly ReferenceEntry[], now: Date, published: readonly string[] = []): Promise<Loaded> => {
  const cause = newId();
  const meta = bySystem('dispatch', { id: cause, correlationId: cause }, now.toISOString());
  const named = new Set(entries.map(({ streamId }) => streamId));
  const wanted: readonly { streamId: string; event?: ReferenceEntry['event'] }[] = [...published.filter((streamId) => !named.has(streamId)).map((streamId) => ({ streamId })), ...entries];
  const written: string[] = [];
  const leftAlone = new Set<string>();
  for (let from = 0; from < wanted.length; from += batch) {
    const part = wanted.slice(from, from + batch);
    written.push(...await untilWon(() => store.transaction(async (tx) => {
      const histories = await store.readMany(part.map(({ streamId }) => streamId), tx);
      const changes = part.map(({ streamId, event }) => {
        const history = histories.get(streamId) ?? [];
        const last = history.at(-1);
        return decideOn(store, entryStream, standingOf(entryStream, streamId, history, undefined), ({ state }) => {
          if (changedByHand(last)) {
            if (differs(history, last, event)) leftAlone.add(streamId);
            return [];
          }
          if (!event) return retirement(last);
          return isDeepStrictEqual(state, event.data) ? [] : [event];
        }, meta);
      });
      await writeDecisions(store, tx, changes);
      return changes.filter(({ events }) => events.length > 0).map(({ streamId }) => streamId);
    })));
  }
  const retired = written.filter((streamId) => !named.has(streamId));
  return { changed: written.length - retired.length, retired, leftAlone: [...leftAlone] };
};

/** Loads the reference data when dispatch starts; from there it travels to every service by the directory topic. */
@Injectable()
export class DirectorySeeder implements OnApplicationBootstrap {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const entries = await readReferenceData();
    // From the service's own copy of the directory: there are few entries, and many streams.
    const { rows } = await this.pool.query<{ streamId: string }>(`SELECT kind || '/' || code AS "streamId" FROM directory_entry WHERE kind IN ('department', 'territory', 'category') ORDER BY 1`);
    const { changed, retired, leftAlone } = await seedDirectory(this.store, entries, new Date(), rows.map(({ streamId }) => streamId));
    this.log.info({ entries: entries.length, changed }, 'reference data loaded');
    if (leftAlone.length > 0) this.log.info({ leftAlone }, 'reference data: left alone what a person has changed and the files say otherwise');
    if (retired.length > 0) this.log.warn({ retired }, 'reference data: retired what is in the files no more');
  }
}
