import { UnreadableEvent } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { inTransaction } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { familiesOf } from './cloud-event.js';
import type { RawEvent } from './cloud-event.js';
import { judgeEvents, lockPartition, moveOffset, park, passOverEvents, saveStreamVersions } from './consumer-tables.js';
import { createDrain } from './drain-parked.js';
import { Fenced, isDatabaseAway, isLostRace } from './failures.js';
import type { ApplyOptions } from './handling.js';
import { consumerMeter } from './metrics.js';
import { addressed, planBatch, runsOf, stretchOf } from './plan-batch.js';
import type { AddressedEvent } from './plan-batch.js';
import { abortableSleep } from './sleep.js';

/** Between transactions; may throw to stop. */
export type Beat = () => Promise<void>;

const mostLostRaces = 20;

/**
 * Applies raw events of one partition in order. Effects, stream versions, parked events and the offset share a transaction, so
 * that a kill at any point leaves all of it or none.
 */
export const createApplier = (options: ApplyOptions) => {
  const { consumer, pool, log, ownSource, attempts = 3, handled, batchSize, handle } = options;
  const interest = { families: familiesOf(handled), ownSource };
  const meter = consumerMeter(consumer);

  const committed = (envelopes: readonly EventEnvelope[]) => {
    if (envelopes.length === 0) return;
    try {
      options.committed?.(envelopes);
    } catch (error) {
      log.error({ consumer, error: (error as Error).message }, 'work after the commit failed');
    }
  };

  const { drain, drainAll, skip, honourWishes } = createDrain({ consumer, pool, log, interest, attempts, handle, committed });

  const moveOn = async (tx: Tx, topic: string, partition: number, from: bigint, past: RawEvent) => {
    const moved = await moveOffset(tx, consumer, topic, partition, from, BigInt(past.offset) + 1n);
    if (!moved) throw new Fenced(`${consumer} ${topic}/${partition} is not at ${from}`);
  };

  /** The short way past a stretch of which nothing is to be applied. */
  const passedOver = async (topic: string, partition: number, offset: bigint, stretch: readonly AddressedEvent[]): Promise<boolean> => {
    const runs = runsOf(stretch, interest);
    const last = stretch.at(-1);
    return runs !== undefined && last !== undefined
      && passOverEvents(pool, consumer, topic, partition, offset, BigInt(last.raw.offset) + 1n, runs);
  };

  /** Deals with as many of `events` as belong into one transaction. Returns how many, and what to drain then. */
  const applySome = async (topic: string, partition: number, offset: bigint, events: readonly RawEvent[], limit: number) => {
    const startedAt = performance.now();
    const stretch = stretchOf(events, limit, interest);
    const addresses = stretch.flatMap(({ address }) => (address ? [address] : []));
    if (await passedOver(topic, partition, offset, stretch)) {
      meter.passed(stretch.length);
      return { covered: stretch.length, drain: undefined };
    }
    const plan = await inTransaction(pool, async (tx) => {
      const { versions, parked } = await judgeEvents(tx, consumer, topic, partition, addresses);
      const planned = planBatch(stretch, interest, versions, parked);
      if (planned.apply.length > 0) await handle(tx, planned.apply);
      for (const { raw, address, reason, error } of planned.park) await park(tx, consumer, raw, address, reason, error, 0);
      await saveStreamVersions(tx, consumer, planned.advanced);
      const last = stretch[planned.covered - 1];
      if (last) await moveOn(tx, topic, partition, offset, last.raw);
      return planned;
    });
    for (const { raw, address, reason, error } of plan.park) {
      if (reason !== 'waiting') log.error({ consumer, topic, partition, offset: raw.offset, type: address.type, subject: address.subject, reason, error }, 'event parked');
    }
    meter.done(startedAt, plan);
    committed(plan.apply);
    return plan;
  };

  /** Parks the first event, which can't be applied, and moves past it. */
  const parkFirst = async (topic: string, partition: number, offset: bigint, raw: RawEvent, error: Error, tries: number) => {
    const { address } = addressed(raw, interest);
    if (!address) throw error;
    await inTransaction(pool, async (tx) => {
      await lockPartition(tx, consumer, topic, partition);
      await park(tx, consumer, raw, address, error instanceof UnreadableEvent ? 'unreadable' : 'failed', error.message, tries);
      await moveOn(tx, topic, partition, offset, raw);
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
    // How many of the next events are done one by one: a failing batch, until the culprit is found and parked.
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
        const plan = await applySome(topic, partition, at, next, oneByOne > 0 ? 1 : batchSize);
        dealtWith(plan.covered);
        goesOn = plan.drain;
      } catch (error) {
        if (error instanceof Fenced || isDatabaseAway(error)) throw error;
        if (isLostRace(error) && lostRaces < mostLostRaces) {
          lostRaces += 1;
          meter.lostRace();
          // A few at once, then with pauses of uneven length, so that two who disturb each other get apart.
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

  return { apply, drain, drainAll, skip, honourWishes };
};
