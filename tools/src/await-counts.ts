/** An update's first rebuild: satisfaction tells by events what cases counted before there were such events. What is read before it has, lacks those figures. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const untold = async (pool: pg.Pool): Promise<number> =>
  (await pool.query<{ cases: number }>('SELECT count(*)::int AS cases FROM satisfaction.case_rate WHERE tell_at <= now()')).rows[0]?.cases ?? 0;

/** Waits until all is told, as long as that goes on. Without satisfaction it does not: then the figures come with the events, whenever that is. */
export const awaitCounts = async (pool: pg.Pool, say: (line: string) => void, patienceMs = 30_000): Promise<void> => {
  let left = await untold(pool);
  if (left > 0) say(`${left} cases whose figures satisfaction has yet to tell; waiting`);
  for (let since = Date.now(); left > 0; await sleep(250)) {
    const now = await untold(pool);
    if (now < left) since = Date.now();
    left = now;
    if (Date.now() - since > patienceMs) return say(`Nothing is told any more: does satisfaction run? The rates of ${left} cases come when it does.`);
  }
};
