import { familyOf, UnreadableEvent } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { inTransaction } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { toEnvelope } from './cloud-event.js';
import type { EventAddress } from './cloud-event.js';
import {
  clearWish, keyOf, loadParkedSubjects, lockPartition, nextParked, noteFailedRetry, noteSkipped, parkedOf, saveStreamVersions, unpark, wishedOf,
} from './consumer-tables.js';
import type { ParkedEvent } from './consumer-tables.js';
import { Fenced, isDatabaseAway, isLostRace } from './failures.js';
import type { ApplyOptions } from './handling.js';
import type { Interest } from './plan-batch.js';
import { abortableSleep } from './sleep.js';

type DrainOptions = Required<Pick<ApplyOptions, 'consumer' | 'pool' | 'log' | 'attempts' | 'handle' | 'committed'>> & { readonly interest: Interest };

/** Applies parked events, each in its own transaction, in turn with the partition they came from. */
export const createDrain = ({ consumer, pool, log, interest, attempts, handle, committed }: DrainOptions) => {
  const reader: Tx = pool;

  const advance = (tx: Tx, { source, streamId, streamVersion }: EventAddress) =>
    saveStreamVersions(tx, consumer, new Map([[keyOf({ source, streamId }), { source, streamId, version: streamVersion }]]));

  /** Applies the next parked event of a subject. `tried` is told which one before anything can fail. */
  const drainOne = async (place: ParkedEvent['raw'], subject: string, tried: (event: ParkedEvent) => void): Promise<boolean> => {
    const applied: EventEnvelope[] = [];
    const found = await inTransaction(pool, async (tx) => {
      await lockPartition(tx, consumer, place.topic, place.partition);
      const next = await nextParked(tx, consumer, subject);
      if (!next) return false;
      tried(next);
      await unpark(tx, consumer, next.address);
      if (next.applied) return true;
      if (interest.families.has(familyOf(next.address.type))) {
        const envelope = toEnvelope(next.raw, next.address);
        await handle(tx, [envelope]);
        applied.push(envelope);
      }
      await advance(tx, next.address);
      return true;
    });
    committed(applied);
    return found;
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
    for (;;) {
      let current: ParkedEvent | undefined;
      try {
        if (!(await drainOne(first.raw, subject, (event) => { current = event; }))) return drained;
        drained += 1;
        failures = 0;
        lostRaces = 0;
      } catch (error) {
        if (error instanceof Fenced || isDatabaseAway(error) || !current) throw error;
        if (isLostRace(error) && (lostRaces += 1) <= 20) {
          await abortableSleep(Math.random() * 10 * lostRaces);
          continue;
        }
        const unreadable = error instanceof UnreadableEvent;
        if ((failures += 1) < tries && !unreadable) {
          await abortableSleep(25 * 4 ** failures);
          continue;
        }
        const { message } = error as Error;
        await noteFailedRetry(reader, consumer, current.address, unreadable ? 'unreadable' : 'failed', message);
        log.warn({ consumer, subject, type: current.address.type, error: message }, 'parked event still fails');
        return drained;
      }
    }
  };

  /** Drains every subject, or only those in which nothing failed: what waits behind an event that has since been applied. */
  const drainAll = async (which: 'everything' | 'only-waiting'): Promise<number> => {
    let drained = 0;
    for (const [subject, { blocked }] of await loadParkedSubjects(reader, consumer)) {
      if (which === 'everything' || !blocked) drained += await drain(subject, 1);
    }
    return drained;
  };

  /** Gives up this very event, if it is the next of its subject, and applies what waits behind it. Undefined when it is not. */
  const giveUp = async ({ raw, address, reason, error }: ParkedEvent, why: string | null): Promise<number | undefined> => {
    const { subject } = address;
    const skipped = await inTransaction(pool, async (tx) => {
      await lockPartition(tx, consumer, raw.topic, raw.partition);
      const next = await nextParked(tx, consumer, subject);
      if (!next || keyOf(next.address) !== keyOf(address) || next.address.streamVersion !== address.streamVersion) return false;
      await noteSkipped(tx, consumer, address, why);
      await unpark(tx, consumer, address);
      if (!next.applied) await advance(tx, address);
      return true;
    });
    if (!skipped) return undefined;
    log.warn({ consumer, subject, type: address.type, source: address.source, streamVersion: address.streamVersion, reason, error, why }, 'parked event skipped');
    return drain(subject);
  };

  /**
   * Gives up the event that blocks a subject: its effect will never be there. What waits behind it is applied.
   * @returns how many were applied
   */
  const skip = async (subject: string, why: string | null = null): Promise<number> => {
    const parked = await parkedOf(reader, consumer, subject);
    const blocking = parked.find(({ reason }) => reason === 'failed' || reason === 'unreadable');
    return (blocking && await giveUp(blocking, why)) ?? 0;
  };

  /**
   * Does what operators asked for. A wish to skip is one for that event alone: of two processes that read it, the later must not
   * give up what blocks the subject by then. @returns how many events were applied
   */
  const honourWishes = async (): Promise<number> => {
    let drained = 0;
    for (const wished of await wishedOf(reader, consumer)) {
      const { address, wish, why } = wished;
      log.info({ consumer, subject: address.subject, type: address.type, source: address.source, streamVersion: address.streamVersion, wish, why }, 'an operator asked for this');
      drained += (wish === 'skip' ? await giveUp(wished, why) : await drain(address.subject)) ?? 0;
      await clearWish(reader, consumer, address);
    }
    return drained;
  };

  return { drain, drainAll, skip, honourWishes };
};
