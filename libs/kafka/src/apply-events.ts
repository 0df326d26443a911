import type { EventEnvelope, Source } from '@lianban/contracts';
import { familyOf, UnreadableEvent } from '@lianban/contracts';
import { ConflictError, inTransaction } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import type pg from 'pg';
import type { BackboneLog } from './client.js';
import { addressOf, familiesOf, toEnvelope } from './cloud-event.js';
import type { EventAddress, RawEvent } from './cloud-event.js';
import {
  keyOf, loadParkedSubjects, loadStreamVersions, moveOffset, noteFailedRetry, park, parkedOf, saveStreamVersions, unpark,
} from './consumer-tables.js';
import type { ParkReason, StreamKey } from './consumer-tables.js';

/** What a consumer does with events. Its effects belong into `tx` and nowhere else. */
export interface EventHandling {
  /** Newest types it handles; other families are passed over, their versions still count. */
  readonly handled: ReadonlySet<string>;
  /** How many events share a transaction: 1 for process managers, whose transactions then hold one decision. */
  readonly batchSize: number;
  /** Events in order. With a batch size of 1 exactly one. */
  handle(tx: Tx, envelopes: readonly EventEnvelope[]): Promise<void>;
  /** After the commit; for caches. Errors are logged only. */
  committed?(envelopes: readonly EventEnvelope[]): void;
}

export interface ApplyOptions extends EventHandling {
  readonly consumer: string;
  readonly pool: pg.Pool;
  readonly log: BackboneLog;
  /** Events of this source are the service's own and are passed over. */
  readonly ownSource?: Source;
  /** Attempts at an event whose handler throws before it is parked. Lost races and a database that is away don't count. */
  readonly attempts?: number;
}

/** The offset row was not where this consumer left it: it has lost the partition. Whatever it did was rolled back. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

type Verdict = 'skip' | 'pass' | 'apply' | ParkReason;

/**
 * Applies raw events of one partition in order. Effects, stream versions, parked events and the offset share a transaction, so
 * that a kill at any point leaves all of it or none.
 */
export const createApplier = ({ consumer, pool, log, ownSource, attempts = 3, handled, batchSize, handle, committed }: ApplyOptions) => {
  const families = familiesOf(handled);

  const verdictOf = (address: EventAddress, last: number, parked: { blocked: boolean } | undefined): Verdict => {
    if (address.streamVersion <= last) return 'skip';
    if (parked?.blocked) return 'waiting';
    if (address.streamVersion > last + 1) return 'gap';
    return families.has(familyOf(address.type)) ? 'apply' : 'pass';
  };

  /** Takes events from `from` on and applies as many as fit into one transaction. Returns how many it dealt with. */
  const applySome = async (topic: string, partition: number, offset: bigint, events: readonly RawEvent[], limit: number): Promise<number> => {
    const addressed = events.map((raw) => ({ raw, address: addressOf(raw) }));
    const foreign = addressed.flatMap(({ address }) => (address && address.source !== ownSource ? [address] : []));
    const { dealtWith, envelopes, filledGap } = await inTransaction(pool, async (tx) => {
      const versions = await loadStreamVersions(tx, consumer, foreign);
      const parkedSubjects = await loadParkedSubjects(tx, consumer, [...new Set(foreign.map((a) => a.subject))]);
      const advanced = new Map<string, StreamKey & { version: number }>();
      const toApply: EventEnvelope[] = [];
      const toPark: (() => Promise<void>)[] = [];
      let next = offset;
      let dealtWith = 0;
      let filledGap: string | undefined;
      for (const { raw, address } of addressed) {
        if (address && address.source !== ownSource) {
          const parked = parkedSubjects.get(address.subject);
          const verdict = verdictOf(address, versions.get(keyOf(address)) ?? 0, parked);
          if (verdict === 'apply' && toApply.length === limit) break;
          if (verdict === 'apply') toApply.push(toEnvelope(raw, address));
          if (verdict === 'apply' || verdict === 'pass') {
            versions.set(keyOf(address), address.streamVersion);
            advanced.set(keyOf(address), { source: address.source, streamId: address.streamId, version: address.streamVersion });
            if (parked) filledGap = address.subject;
          } else if (verdict !== 'skip') {
            toPark.push(() => park(tx, consumer, raw, address, verdict, null, 0));
            if (!parked) parkedSubjects.set(address.subject, { blocked: false });
          }
        }
        next = BigInt(raw.offset) + 1n;
        dealtWith += 1;
        if (filledGap) break;
      }
      if (toApply.length > 0) await handle(tx, toApply);
      for (const parkOne of toPark) await parkOne();
      await saveStreamVersions(tx, consumer, advanced);
      if (!(await moveOffset(tx, consumer, topic, partition, offset, next))) throw new Fenced(`${consumer} ${topic}/${partition} is not at ${offset}`);
      return { dealtWith, envelopes: toApply, filledGap };
    });
    if (envelopes.length > 0) committed?.(envelopes);
    if (filledGap) await drain(filledGap);
    return dealtWith;
  };

  /** Parks the first event, which can't be applied, and moves past it. */
  const parkFirst = async (topic: string, partition: number, offset: bigint, raw: RawEvent, error: Error, tries: number) => {
    const address = addressOf(raw);
    if (!address) throw error;
    const reason = error instanceof UnreadableEvent ? 'unreadable' : 'failed';
    log.error({ consumer, topic, partition, offset: raw.offset, type: address.type, subject: address.subject, error: error.message }, 'event parked');
    await inTransaction(pool, async (tx) => {
      await park(tx, consumer, raw, address, reason, error.message, tries);
      if (!(await moveOffset(tx, consumer, topic, partition, offset, BigInt(raw.offset) + 1n))) throw new Fenced(`${consumer} ${topic}/${partition} is not at ${offset}`);
    });
  };

  /**
   * Applies all of `events`, which follow each other in one partition from `offset` on. `beat` is called between transactions
   * and may throw to stop. @returns the next offset. @throws Fenced, or what the database threw when it is away.
   */
  const apply = async (topic: string, partition: number, offset: bigint, events: readonly RawEvent[], beat: () => Promise<void>): Promise<bigint> => {
    let rest = events;
    let at = offset;
    let tries = 0;
    let lostRaces = 0;
    // A failing batch is redone one by one until the culprit is found and parked.
    let oneByOne = 0;
    while (rest.length > 0) {
      const limit = oneByOne > 0 ? 1 : batchSize;
      try {
        // One transaction looks at a bounded stretch, so that passing over many events stays short too.
        const dealtWith = await applySome(topic, partition, at, rest.slice(0, oneByOne > 0 ? 1 : Math.max(batchSize, 200)), limit);
        at = BigInt(rest[dealtWith - 1]?.offset ?? at - 1n) + 1n;
        rest = rest.slice(dealtWith);
        tries = 0;
        lostRaces = 0;
        oneByOne = Math.max(0, oneByOne - dealtWith);
      } catch (error) {
        if (error instanceof Fenced || isDatabaseAway(error)) throw error;
        if (isLostRace(error) && (lostRaces += 1) <= 50) {
          await beat();
          continue;
        }
        if (oneByOne === 0 && !(limit === 1 && rest.length === 1)) {
          oneByOne = Math.min(rest.length, Math.max(batchSize, 200));
          continue;
        }
        tries += 1;
        if (tries < attempts && !(error instanceof UnreadableEvent)) continue;
        const [first] = rest;
        if (!first) throw error;
        await parkFirst(topic, partition, at, first, error as Error, tries);
        at = BigInt(first.offset) + 1n;
        rest = rest.slice(1);
        tries = 0;
        oneByOne = Math.max(0, oneByOne - 1);
      }
      await beat();
    }
    return at;
  };

  /**
   * Applies what is parked of one subject, in the order of the topic, each event in its own transaction; stops at the first
   * that still fails. @returns how many were applied.
   */
  const drain = async (subject: string): Promise<number> => {
    let drained = 0;
    for (;;) {
      const parked = await parkedOf(pool as unknown as Tx, consumer, subject);
      const versions = await loadStreamVersions(pool as unknown as Tx, consumer, parked.map(({ address }) => address));
      // The first of each stream that is next in its stream; those beyond a gap go on waiting.
      const next = parked.find(({ address }) => address.streamVersion <= (versions.get(keyOf(address)) ?? 0) + 1);
      if (!next) return drained;
      try {
        await inTransaction(pool, async (tx) => {
          if (!(await unpark(tx, consumer, next.address))) return;
          if (next.address.streamVersion <= (versions.get(keyOf(next.address)) ?? 0)) return;
          if (families.has(familyOf(next.address.type))) await handle(tx, [toEnvelope(next.raw, next.address)]);
          await saveStreamVersions(tx, consumer, new Map([[subject, { source: next.address.source, streamId: next.address.streamId, version: next.address.streamVersion }]]));
        });
        drained += 1;
      } catch (error) {
        if (isDatabaseAway(error)) throw error;
        if (isLostRace(error)) continue;
        const reason = error instanceof UnreadableEvent ? 'unreadable' : 'failed';
        await noteFailedRetry(pool as unknown as Tx, consumer, next.address, reason, (error as Error).message);
        return drained;
      }
    }
  };

  /** Drains every subject, or only those in which nothing failed: what waits behind an event that has since been applied. */
  const drainAll = async (which: 'everything' | 'only-waiting'): Promise<number> => {
    let drained = 0;
    for (const [subject, { blocked }] of await loadParkedSubjects(pool as unknown as Tx, consumer)) {
      if (which === 'everything' || !blocked) drained += await drain(subject);
    }
    return drained;
  };

  return { apply, drain, drainAll };
};

/** A race that a new transaction may win: a lost append, a serialization failure, a deadlock, or two inserts of one key. */
export const isLostRace = (error: unknown): boolean =>
  error instanceof ConflictError || ['40001', '40P01'].includes((error as { code?: string }).code ?? '');

/** The database can't be reached or is going down; nobody's event is to blame, so it is tried again and never parked. */
export const isDatabaseAway = (error: unknown): boolean => {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return /^(08|57P0|53)/.test(code) || /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/.test(code)
    || /Connection terminated|timeout exceeded when trying to connect|not queryable|Client has encountered a connection error/.test(message);
};
