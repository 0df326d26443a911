import type pg from 'pg';
import type { Tx } from './event-store.js';

const appending = new WeakSet<Tx>();

/** Says that `tx` appends, so that the relay is woken once it has committed. */
export const markAppending = (tx: Tx): void => { appending.add(tx); };

/** A transaction that looked committed was rolled back, because a failed statement in it was ignored. */
export class NotCommitted extends Error {
  override readonly name = 'NotCommitted';
}

/** There was no connection to be had; whatever was to be done has not begun. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
  constructor(override readonly cause: Error) {
    super(`no database connection: ${cause.message}`);
  }
}

/**
 * Runs `work` in a READ COMMITTED transaction of its own connection. Resolves only when it is committed; rejects with what `work`
 * threw. The connection is dropped when even the rollback fails. @throws NotConnected, NotCommitted
 */
export const inTransaction = async <T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> => {
  const client = await pool.connect().catch((error: Error) => { throw new NotConnected(error); });
  const tx = client as Tx;
  let broken: Error | undefined;
  // A connection cut while a statement is on its way also emits 'error'; unheard, that would end the process.
  const onError = (error: Error) => { broken = error; };
  client.on('error', onError);
  let appended = false;
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const result = await work(tx);
    const { command } = await client.query('COMMIT');
    // Postgres answers the COMMIT of a failed transaction with ROLLBACK and no error: nothing must look acknowledged then.
    if (command !== 'COMMIT') throw new NotCommitted('a statement of the transaction had failed and was ignored; everything was rolled back');
    appended = appending.has(tx);
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => { broken = rollbackError; });
    throw error;
  } finally {
    appending.delete(tx);
    client.off('error', onError);
    client.release(broken);
    if (appended) wakeRelay(pool);
  }
};

interface Waking { again: boolean }
const waking = new WeakMap<pg.Pool, Waking>();

/**
 * Notifies after the commit and not within: NOTIFY takes a lock of the whole server until its transaction is on disk, so that
 * commits queue up one by one (measured: 1,400 appends a second instead of 6,500). One at a time per pool; those that come
 * meanwhile share the next. Lost when the process dies here: the relay looks by itself every other second.
 */
const wakeRelay = (pool: pg.Pool): void => {
  const running = waking.get(pool);
  if (running) {
    running.again = true;
    return;
  }
  const mine: Waking = { again: false };
  waking.set(pool, mine);
  void (async () => {
    do {
      mine.again = false;
      await pool.query(`SELECT pg_notify('event_appended_' || current_schema(), '')`).catch(() => undefined);
    } while (mine.again);
    waking.delete(pool);
  })();
};
