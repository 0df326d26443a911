import { familyOf, released, UnreadableEvent } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { inFramedTransaction, inTransaction, together } from '@lianban/event-store';
import pLimit from 'p-limit';
import { familiesOf } from './cloud-event.js';
import type { RawEvent } from './cloud-event.js';
import { createActing } from './act-on-parked.js';
import { lockPartition, moveOffset } from './consumer-tables.js';
import { noteCommit, type SeenEvent } from './consistency.js';
import { createDrain } from './drain-parked.js';
import { Fenced, isDatabaseAway, isLostRace } from './failures.js';
import type { ApplyOptions, LastWrites } from './handling.js';
import { consumerMeter } from './metrics.js';
import { park } from './parked-tables.js';
import { asFenced, judge, passOver, placesOf, settling } from './partitions-together.js';
import type { Move } from './partitions-together.js';
import { addressed, planBatch, runsOf, stretchOf } from './plan-batch.js';
import type { AddressedEvent, BatchPlan } from './plan-batch.js';
import { abortableSleep } from './sleep.js';

/** Called between transactions; may throw to stop. */
export type Beat = () => Promise<void>;

/** Events of one partition that follow each other from `offset` on. */
export interface Part {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly events: readonly RawEvent[];
}

export interface PartWithBeat extends Part {
  readonly beat: Beat;
  /** A subject whose parked events must be applied first. */
  readonly drain?: string;
}

const mostLostRaces = 20;
/** A shared transaction does not wait for a locked case. It is split by partition, and only that case's partition waits. */
const sharedLockTimeoutMs = 250;
/** How many partitions work apart at the same time; each takes a connection. */
const apartAtOnce = 4;

/**
 * Applies raw events of one partition in order. Effects, stream versions, parked events and the offset share a transaction, so
 * that a kill at any point leaves all of it or none.
 */
export const createApplier = (options: ApplyOptions) => {
  const { consumer, pool, log, ownSource, attempts = 3, handled, batchSize, handle, opening = () => Promise.resolve(), reader = released } = options;
  const interest = { families: familiesOf(handled, reader), ownSource, reader };
  const meter = consumerMeter(consumer);

  const committed = (envelopes: readonly EventEnvelope[], advanced: readonly SeenEvent[] = envelopes.map(({ metadata }) => ({ ...metadata, version: metadata.streamVersion }))) => {
    noteCommit(consumer, advanced);
    if (envelopes.length === 0) return;
    try {
      options.committed?.(envelopes);
    } catch (error) {
      log.error({ consumer, error: (error as Error).message }, 'work after the commit failed');
    }
  };

  const parked = { consumer, pool, log, interest, attempts, batchSize, handle, committed, stopping: options.stopping };
  const { drain, drainEverything, drainFree, drainReadable } = createDrain(parked);
  const { act, honourWishes } = createActing(parked);

  /** Picks the events for one transaction: a stretch of each partition, together up to `limit` events that may have to be applied. */
  const stretchesOf = (parts: readonly Part[], limit: number): { part: Part; stretch: AddressedEvent[] }[] => {
    let room = limit;
    return parts.map((part) => {
      const stretch = room > 0 ? stretchOf(part.events, room, interest) : [];
      room -= stretch.filter(({ address }) => address && interest.families.has(familyOf(address.type))).length;
      return { part, stretch };
    });
  };

  const moveOf = ({ topic, partition, offset }: Part, past: RawEvent): Move => ({ topic, partition, from: offset, to: BigInt(past.offset) + 1n });

  /** The short way past stretches in which nothing is to be applied. */
  const passedOver = async (stretches: readonly { part: Part; stretch: readonly AddressedEvent[] }[]): Promise<boolean> => {
    const each = stretches.map(({ stretch }) => runsOf(stretch, interest));
    if (each.includes(undefined)) return false;
    const runs = each.flatMap((run) => run ?? []);
    if (!(await passOver(pool, consumer, stretches.flatMap(({ part, stretch }) => stretch.slice(-1).map(({ raw }) => moveOf(part, raw))), runs))) return false;
    noteCommit(consumer, runs.map(({ source, streamId, last }) => ({ source, streamId, version: last })));
    return true;
  };

  /**
   * Deals with as many events of the partitions as belong into one transaction; `lockTimeoutMs` as in `judge`.
   * @returns for each partition how many, and what to drain then
   */
  const applySome = async (parts: readonly Part[], limit: number, lockTimeoutMs = 0): Promise<Pick<BatchPlan, 'covered' | 'drain'>[]> => {
    const startedAt = performance.now();
    const stretches = stretchesOf(parts, limit);
    const busy = stretches.filter(({ stretch }) => stretch.length > 0);
    if (await passedOver(busy)) {
      meter.passed(busy.reduce((sum, { stretch }) => sum + stretch.length, 0));
      return stretches.map(({ stretch }) => ({ covered: stretch.length, drain: undefined }));
    }
    const addresses = busy.flatMap(({ stretch }) => stretch.flatMap(({ address }) => (address ? [address] : [])));
    const wanted = [...new Set(addresses.filter(({ type }) => interest.families.has(familyOf(type))).map(({ streamId }) => streamId))];
    const left: { writes?: LastWrites | void } = {};
    const { plans, advanced } = await inFramedTransaction(pool, {
      opening: (tx) => together(tx, [() => judge(tx, consumer, busy.map(({ part }) => part), addresses, lockTimeoutMs), () => opening(tx, wanted)]),
      work: async (tx, [{ versions, parked }, opened]) => {
        const planned = new Map(busy.map(({ part, stretch }) => [part, planBatch(stretch, interest, versions, parked)]));
        const apply = [...planned.values()].flatMap((plan) => plan.apply);
        if (apply.length > 0) left.writes = await handle(tx, apply, opened);
        for (const { park: toPark } of planned.values()) for (const { raw, address, reason, error } of toPark) await park(tx, consumer, raw, address, reason, error, 0);
        const moves = busy.flatMap(({ part, stretch }) => {
          const last = stretch[(planned.get(part)?.covered ?? 0) - 1];
          return last ? [moveOf(part, last.raw)] : [];
        });
        return { plans: planned, moves, advanced: [...planned.values()].flatMap((plan) => [...plan.advanced.values()]) };
      },
      closing: ({ moves, advanced: versions }) => [...left.writes?.statements ?? [], settling(consumer, moves, versions)],
    }).catch((error: unknown) => {
      left.writes?.ended(error);
      throw asFenced(error, consumer, busy.map(({ part: { topic, partition, offset } }) => ({ topic, partition, from: offset })));
    });
    left.writes?.ended();
    for (const plan of plans.values()) {
      for (const { raw, address, reason, error } of plan.park) {
        if (reason !== 'waiting') log.error({ consumer, topic: raw.topic, partition: raw.partition, offset: raw.offset, type: address.type, subject: address.subject, reason, error }, 'event parked');
      }
    }
    const all = [...plans.values()];
    const apply = all.flatMap((plan) => plan.apply);
    meter.done(startedAt, { covered: all.reduce((sum, { covered }) => sum + covered, 0), apply, park: all.flatMap((plan) => plan.park) });
    committed(apply, advanced);
    return parts.map((part) => plans.get(part) ?? { covered: 0, drain: undefined });
  };

  /** Parks the first event, which can't be applied, and moves past it. */
  const parkFirst = async (topic: string, partition: number, offset: bigint, raw: RawEvent, error: Error, tries: number) => {
    const { address } = addressed(raw, interest);
    if (!address) throw error;
    await inTransaction(pool, async (tx) => {
      await lockPartition(tx, consumer, topic, partition);
      await park(tx, consumer, raw, address, error instanceof UnreadableEvent ? 'unreadable' : 'failed', error.message, tries);
      const move = moveOf({ topic, partition, offset, events: [raw] }, raw);
      if (!(await moveOffset(tx, consumer, topic, partition, move.from, move.to))) throw new Fenced(`${consumer} is not at ${placesOf([move])}`);
    });
    meter.parked(1);
    log.error({ consumer, topic, partition, offset: raw.offset, type: address.type, subject: address.subject, reason: 'failed', error: error.message }, 'event parked');
  };

  /**
   * Applies all of `events`, which follow each other in one partition from `offset` on.
   * @returns the next offset. @throws Fenced, or what the database threw when it is away, or what `beat` threw.
   */
  const apply = async (topic: string, partition: number, offset: bigint, events: readonly RawEvent[], beat: Beat): Promise<bigint> => {
    let rest = events;
    let at = offset;
    let tries = 0;
    let lostRaces = 0;
    // How many of the next events are applied one by one: those of a failing batch, until the bad event is found and parked.
    let oneByOne = 0;
    const dealtWith = (count: number) => {
      at = BigInt(rest[count - 1]?.offset ?? at - 1n) + 1n;
      rest = rest.slice(count);
      oneByOne = Math.max(0, oneByOne - count);
      tries = 0;
      lostRaces = 0;
    };
    while (rest.length > 0) {
      const next = oneByOne > 0 ? rest.slice(0, 1) : rest;
      let goesOn: string | undefined;
      try {
        const [plan] = await applySome([{ topic, partition, offset: at, events: next }], oneByOne > 0 ? 1 : batchSize);
        dealtWith(plan?.covered ?? 0);
        goesOn = plan?.drain;
      } catch (error) {
        if (error instanceof Fenced || isDatabaseAway(error)) throw error;
        if (isLostRace(error) && lostRaces < mostLostRaces) {
          lostRaces += 1;
          meter.lostRace();
          // A few at once, then after random pauses, so that two that collide don't collide again.
          if (lostRaces > 3) await abortableSleep(Math.random() * 10 * lostRaces);
        } else if (next.length > 1) {
          oneByOne = stretchOf(rest, batchSize, interest).length;
        } else if ((tries += 1) < attempts && !(error instanceof UnreadableEvent)) {
          await abortableSleep(25 * 4 ** tries);
        } else {
          await parkFirst(topic, partition, at, next[0] as RawEvent, error as Error, tries);
          dealtWith(1);
        }
      }
      if (goesOn !== undefined) await drain(goesOn);
      await beat();
    }
    return at;
  };

  /**
   * Applies what it can of several partitions in transactions that they share.
   * @returns what is left of each: nothing, or what has to be done apart: since one of them may be to blame for an error, or since
   * parked events come first, of which there can be very many
   */
  const applyShared = async (parts: readonly PartWithBeat[]): Promise<readonly PartWithBeat[]> => {
    let left = parts;
    let lostRaces = 0;
    for (;;) {
      // The short ones first, so that a partition far behind does not delay new events of others.
      const open = left.filter(({ events, drain: first }) => events.length > 0 && first === undefined).sort((a, b) => a.events.length - b.events.length);
      if (open.length < 2) return left;
      let plans: Awaited<ReturnType<typeof applySome>>;
      try {
        plans = await applySome(open, batchSize, sharedLockTimeoutMs);
        lostRaces = 0;
      } catch (error) {
        if (isDatabaseAway(error)) throw error;
        if (!isLostRace(error) || lostRaces === 3) return left;
        lostRaces += 1;
        meter.lostRace();
        continue;
      }
      const moved = new Map(open.map((part, index) => [part, { ...afterFirst(part, plans[index]?.covered ?? 0), drain: plans[index]?.drain }]));
      left = left.map((part) => moved.get(part) ?? part);
      if ((await Promise.allSettled(open.map(({ beat }) => beat()))).some(({ status }) => status === 'rejected')) return left;
    }
  };

  const slots = pLimit(apartAtOnce);

  /** Applies the events of several partitions, with a promise for each, so that a slow or failing one does not delay the others; see `apply`. */
  const applyTogether = (parts: readonly PartWithBeat[]): Promise<bigint>[] => {
    const shared = parts.length > 1 ? applyShared(parts) : Promise.resolve(parts);
    return parts.map(async (_, index) => {
      const { topic, partition, offset, events, beat, drain: first } = (await shared)[index] as PartWithBeat;
      if (events.length === 0 && first === undefined) return offset;
      if (parts.length > 1) await beat();
      return slots(async () => {
        if (first !== undefined) await drain(first);
        return apply(topic, partition, offset, events, beat);
      });
    });
  };

  return { apply, applyTogether, drain, drainEverything, drainFree, drainReadable, act, honourWishes };
};

const afterFirst = (part: PartWithBeat, count: number): PartWithBeat => ({
  ...part,
  offset: BigInt(part.events[count - 1]?.offset ?? part.offset - 1n) + 1n,
  events: part.events.slice(count),
});
