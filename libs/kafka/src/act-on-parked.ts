import { maskText, UnreadableEvent } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { inTransaction } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { keyOf, lockPartition, saveStreamVersions } from './consumer-tables.js';
import { applyParked, mostLostRaces } from './drain-parked.js';
import type { DrainOptions } from './drain-parked.js';
import { Fenced, isDatabaseAway, isLostRace } from './failures.js';
import { clearWish, nextParked, noteAct, noteFailedRetry, parkedById, unpark, wishedOf } from './parked-tables.js';
import type { Act, ParkedEvent } from './parked-tables.js';
import { abortableSleep } from './sleep.js';

/**
 * What came of it. `gone`: it is not parked any more, or never was. `not-in-front`: others of its case come first. `not-blocking`:
 * nothing is wrong with it, so it can't be given up.
 */
export type ActResult =
  | { readonly outcome: 'applied' | 'skipped' }
  | { readonly outcome: 'still-failing'; readonly error: string }
  | { readonly outcome: 'gone' | 'not-in-front' | 'not-blocking' };

/** Other writes in the same transaction, such as the answer to the operator. */
export type Alongside = (tx: Tx, result: ActResult, event: ParkedEvent) => Promise<void>;

const refusal = (event: ParkedEvent | undefined, next: ParkedEvent | undefined, act: Act['act']): Extract<ActResult['outcome'], `${'not' | 'gone'}${string}`> | undefined => {
  if (!event) return 'gone';
  if (next?.id !== event.id) return 'not-in-front';
  return act === 'skip' && !['failed', 'unreadable'].includes(event.reason) ? 'not-blocking' : undefined;
};

/** Retries or skips one parked event for an operator. The same transaction writes the trail. */
export const createActing = (options: DrainOptions) => {
  const { consumer, pool, log, committed } = options;
  const reader: Tx = pool;

  const once = async (id: string, act: Act, alongside: Alongside): Promise<ActResult> => {
    const known = await parkedById(reader, id);
    if (known?.consumer !== consumer) return { outcome: 'gone' };
    let envelopes: readonly EventEnvelope[] = [];
    const result = await inTransaction(pool, async (tx): Promise<ActResult> => {
      await lockPartition(tx, consumer, known.raw.topic, known.raw.partition);
      const event = await parkedById(tx, id);
      const [next] = await nextParked(tx, consumer, known.address.subject, 1);
      const refused = refusal(event, next, act.act);
      if (refused || !next) return { outcome: refused ?? 'gone' };
      const outcome = act.act === 'skip' ? 'skipped' : 'applied';
      await noteAct(tx, next, act, outcome, null);
      if (act.act === 'retry') {
        envelopes = await applyParked(tx, options, [next]);
      } else {
        const { source, streamId, streamVersion } = next.address;
        await unpark(tx, [next]);
        if (!next.applied) await saveStreamVersions(tx, consumer, new Map([[keyOf(next.address), { source, streamId, version: streamVersion }]]));
      }
      await alongside(tx, { outcome }, next);
      return { outcome };
    });
    committed(envelopes);
    return result;
  };

  const failedAgain = async (id: string, act: Act, error: Error, alongside: Alongside): Promise<ActResult> => {
    const result: ActResult = { outcome: 'still-failing', error: error.message };
    return inTransaction(pool, async (tx) => {
      const event = await parkedById(tx, id);
      if (!event) return { outcome: 'gone' };
      await noteAct(tx, event, act, 'still-failing', error.message);
      await noteFailedRetry(tx, event, error instanceof UnreadableEvent ? 'unreadable' : 'failed', error.message);
      await alongside(tx, result, event);
      return result;
    });
  };

  /**
   * For this very event, whatever blocks its case by then: of two who ask for the same, the later finds it gone. What waits behind
   * it is left to the drain. Numbers of people in the reason are masked. @throws what the database threw when it is away, and what `alongside` threw
   */
  const act = async (id: string, asked: Act, alongside: Alongside = () => Promise.resolve()): Promise<ActResult> => {
    const wanted = { ...asked, why: asked.why && maskText(asked.why) };
    for (let lostRaces = 0; ; ) {
      let inAlongside = false;
      const result = await once(id, wanted, async (...given) => { inAlongside = true; await alongside(...given); }).catch((error: Error) => {
        if (inAlongside || error instanceof Fenced || isDatabaseAway(error)) throw error;
        return error;
      });
      if (result instanceof Error) {
        if (isLostRace(result) && (lostRaces += 1) <= mostLostRaces) await abortableSleep(Math.random() * 10 * lostRaces);
        else return failedAgain(id, wanted, result, alongside);
        continue;
      }
      log.warn({ consumer, parkedEvent: id, act: wanted.act, actor: wanted.actor, outcome: result.outcome }, 'an operator acted on a parked event');
      return result;
    }
  };

  /** Does what operators asked for in the table. @returns how many requests there were */
  const honourWishes = async (): Promise<number> => {
    const wishes = await wishedOf(reader, consumer);
    for (const { id, ...wished } of wishes) {
      await act(id, wished);
      await clearWish(reader, id);
    }
    return wishes.length;
  };

  return { act, honourWishes };
};
