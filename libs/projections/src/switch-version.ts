import { isLostRace, type EventConsumer } from '@lianban/kafka';
import type pg from 'pg';
import { distance, holdStill, skipAgain, takeOver } from './positions.js';
import { consumerOf, copyName, type Tx } from './read-model.js';
import type { ReadModelSql } from './sql-files.js';

/** So near that the live one may be held up for the rest: well under a second of reading. */
const near = 1_000;
/** How long the live projector may be held up in one try. */
const switchWithinMs = 3_000;
/** New readers queue behind the switch while it waits for a reader that is long at it; so it gives up soon and comes again. */
const lockWithinMs = 1_000;

export const sleep = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });

interface Surroundings {
  readonly model: { readonly name: string };
  readonly pool: pg.Pool;
  readonly say: (line: string) => void;
}

export interface Copy { readonly eventConsumer: EventConsumer }

/** Waits until the copy is nearly where the live one is; says so every two seconds. */
export const comeNear = async ({ model, pool, say }: Surroundings, version: number, copy: Copy): Promise<void> => {
  const started = Date.now();
  let from: number | undefined;
  let saidAt = started;
  for (;;) {
    const [trouble] = copy.eventConsumer.troubles;
    if (trouble) throw new Error(trouble);
    const { total, missing } = await distance(pool, consumerOf(model.name), consumerOf(copyName(model, version)));
    from ??= total - missing;
    if (Date.now() - saidAt >= 2_000) {
      saidAt = Date.now();
      const perSecond = Math.round(((total - missing - from) * 1000) / (saidAt - started));
      say(`${model.name}: ${total - missing} of ${total} messages, ${perSecond}/s`);
    }
    if (missing <= near) return;
    await sleep(100);
  }
};

/**
 * Holds the live projector, waits until the copy is level with it, holds the copy too, and moves positions, views and the
 * registry at once. Nothing is written, and so no relay held back, before both stand still. False: somebody was in the way
 * for too long (a long query on the views, for instance); nothing has changed.
 */
export const trySwitch = async ({ model, pool }: Surroundings, version: number, { views, shape }: Pick<ReadModelSql, 'views' | 'shape'>): Promise<boolean> => {
  const live = consumerOf(model.name);
  const copy = consumerOf(copyName(model, version));
  const client = await pool.connect();
  const tx = client as unknown as Tx;
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL lock_timeout = '${lockWithinMs}ms'`);
    await holdStill(tx, live, [live, copy]);
    const deadline = Date.now() + switchWithinMs;
    while ((await distance(tx, live, copy)).missing > 0) {
      if (Date.now() > deadline) {
        await client.query('ROLLBACK');
        return false;
      }
      await sleep(20);
    }
    await holdStill(tx, copy, [live, copy]);
    // For a partition in which the live one has not begun: its first transaction waits for this row, then writes to the new version.
    await client.query('UPDATE read_model SET version = $2, shape = $3, built_at = now() WHERE name = $1', [model.name, version, shape]);
    await takeOver(tx, live, copy);
    await skipAgain(tx, live, live);
    await client.query(views);
    // The copy's next transaction finds neither its row nor its positions, and is fenced.
    await client.query('DELETE FROM read_model WHERE name = $1', [copyName(model, version)]);
    await client.query('DELETE FROM consumer_offset WHERE consumer = $1', [copy]);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (isLostRace(error) || (error as { code?: string }).code === lockNotAvailable) return false;
    throw error;
  } finally {
    client.release();
  }
};

const lockNotAvailable = '55P03';
