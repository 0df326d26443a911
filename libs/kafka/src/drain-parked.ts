import { familyOf, UnreadableEvent } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { inTransaction } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { toEnvelope } from './cloud-event.js';
import { keyOf, lockPartition, saveStreamVersions } from './consumer-tables.js';
import type { StreamKey } from './consumer-tables.js';
import { Fenced, isDatabaseAway, isLostRace } from './failures.js';
import { writeNow } from './handling.js';
import type { ApplyOptions } from './handling.js';
import { blockedSubjects, freeSubjects, nextParked, noteFailedRetry, parkedOf, unpark, unreadableOf } from './parked-tables.js';
import type { ParkedEvent } from './parked-tables.js';
import type { Interest } from './plan-batch.js';
import { abortableSleep } from './sleep.js';

export type DrainOptions = Required<Pick<ApplyOptions, 'consumer' | 'pool' | 'log' | 'attempts' | 'batchSize' | 'handle' | 'committed'>> & Pick<ApplyOptions, 'stopping'> & { readonly interest: Interest };

export const mostLostRaces = 20;
const rememberedUnreadable = 10_000;

/** Applies parked events as the consumer would have: handles them and lets their streams go on. In a transaction that has their partition's turn. */
export const applyParked = async (tx: Tx, { consumer, interest, handle }: DrainOptions, events: readonly (ParkedEvent & { applied: boolean })[]): Promise<EventEnvelope[]> => {
  await unpark(tx, events);
  const due = events.filter(({ applied }) => !applied);
  const envelopes = due.filter(({ address }) => interest.families.has(familyOf(address.type))).map(({ raw, address }) => toEnvelope(raw, address, interest.reader));
  const writes = envelopes.length > 0 ? await handle(tx, envelopes) : undefined;
  if (writes) await writeNow(tx, writes);
  const versions = new Map<string, StreamKey & { version: number }>();
  for (const { address: { source, streamId, streamVersion } } of due) versions.set(keyOf({ source, streamId }), { source, streamId, version: streamVersion });
  await saveStreamVersions(tx, consumer, versions);
  return envelopes;
};

/** Applies parked events in turn with the partition they came from: as many in a transaction as the consumer takes, one by one where they fail. */
export const createDrain = (options: DrainOptions) => {
  const { consumer, pool, log, interest, attempts, batchSize, committed, stopping } = options;
  const reader: Tx = pool;

  /** Applies the next parked events of a subject. Calls `tried` with them before anything can fail. Returns how many. */
  const drainSome = async (place: ParkedEvent['raw'], subject: string, limit: number, tried: (events: readonly ParkedEvent[]) => void): Promise<number> => {
    let envelopes: readonly EventEnvelope[] = [];
    const count = await inTransaction(pool, async (tx) => {
      await lockPartition(tx, consumer, place.topic, place.partition);
      const next = await nextParked(tx, consumer, subject, limit);
      tried(next);
      if (next.length > 0) envelopes = await applyParked(tx, options, next);
      return next.length;
    });
    committed(envelopes);
    return count;
  };

  /**
   * Applies what is parked of one subject, in the order of the topic; stops at the first that still fails after `tries`, and
   * at a gap. @returns how many were applied. @throws what the database threw when it is away
   */
  const drain = async (subject: string, tries = attempts): Promise<number> => {
    const [first] = await parkedOf(reader, consumer, subject, 1);
    if (!first) return 0;
    let drained = 0;
    let failures = 0;
    let lostRaces = 0;
    let oneByOne = 0;
    while (!stopping?.aborted) {
      let current: readonly ParkedEvent[] = [];
      try {
        const count = await drainSome(first.raw, subject, oneByOne > 0 ? 1 : batchSize, (events) => { current = events; });
        if (count === 0) return drained;
        drained += count;
        oneByOne = Math.max(0, oneByOne - count);
        failures = 0;
        lostRaces = 0;
      } catch (error) {
        const [event] = current;
        if (error instanceof Fenced || isDatabaseAway(error) || !event) throw error;
        if (isLostRace(error) && (lostRaces += 1) <= mostLostRaces) {
          await abortableSleep(Math.random() * 10 * lostRaces);
          continue;
        }
        if (current.length > 1) {
          oneByOne = current.length;
          continue;
        }
        const unreadable = error instanceof UnreadableEvent;
        if ((failures += 1) < tries && !unreadable) {
          await abortableSleep(25 * 4 ** failures);
          continue;
        }
        const { message } = error as Error;
        await noteFailedRetry(reader, event, unreadable ? 'unreadable' : 'failed', message);
        log.warn({ consumer, subject, type: event.address.type, error: message }, 'parked event still fails');
        return drained;
      }
    }
    return drained;
  };

  const drainEach = async (subjects: readonly string[], tries = attempts): Promise<number> => {
    let drained = 0;
    for (const subject of subjects) drained += await drain(subject, tries);
    return drained;
  };

  // An event that this build can't read stays unreadable to it, so each is tried once.
  const unreadable = new Set<string>();
  /** Subjects blocked by an event that another build parked and this one can read. */
  const readableNow = async (): Promise<string[]> => {
    if (unreadable.size > rememberedUnreadable) unreadable.clear();
    const subjects: string[] = [];
    for (const { id, raw, address } of await unreadableOf(reader, consumer, [...unreadable])) {
      try {
        toEnvelope(raw, address, interest.reader);
        subjects.push(address.subject);
      } catch {
        unreadable.add(id);
      }
    }
    return subjects;
  };

  return {
    drain,
    /** Every subject, also failed ones: after a start, since this build may handle what another could not. */
    drainEverything: async (): Promise<number> => await drainEach(await blockedSubjects(reader, consumer), 1) + await drainEach(await freeSubjects(reader, consumer)),
    /** Subjects that can go on by themselves, because the event they waited for has been applied. */
    drainFree: async (): Promise<number> => drainEach(await freeSubjects(reader, consumer)),
    /** Events that another build could not read and this one can, with those that wait behind them. */
    drainReadable: async (): Promise<number> => drainEach(await readableNow()),
  };
};
