import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { ConflictError } from './event-store.js';
import type { Tx } from './event-store.js';
import { appendedEvents, appendSeconds } from './metrics.js';

interface Written { readonly type: string }

const appending = new WeakMap<Tx, Written[]>();

/** Says that `tx` appends, and what it has written, so that the relay is woken once it has committed. */
export const markAppending = (tx: Tx, events: readonly Written[] = []): void => {
  const marked = appending.get(tx);
  if (marked) marked.push(...events);
  else appending.set(tx, [...events]);
};

/** After a commit: counts what was written and wakes the relay. */
export const committed = (pool: pg.Pool, events: readonly Written[]): void => {
  for (const { type } of events) appendedEvents.inc({ type });
  if (events.length > 0) wakeRelay(pool);
};

/** Takes the time of a transaction that appends. */
export const measured = async <T>(work: () => Promise<T>): Promise<T> => {
  const startedAt = performance.now();
  let outcome = 'failed';
  try {
    const result = await work();
    outcome = 'committed';
    return result;
  } catch (error) {
    if (error instanceof ConflictError) outcome = 'conflict';
    throw error;
  } finally {
    appendSeconds.observe({ outcome }, (performance.now() - startedAt) / 1000);
  }
};

/** A transaction that looked committed was rolled back, because a failed statement in it was ignored. */
export class NotCommitted extends Error {
  override readonly name = 'NotCommitted';
}

/** No connection was free in time; the work has not begun. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
  constructor(override readonly cause: Error) {
    super(`no database connection: ${cause.message}`);
  }
}

/** SQL with values that need no conversion: text, numbers, booleans, buffers, and arrays of these. */
export interface BoundStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** For `together`. */
export const queriesOf = (tx: Tx, statements: readonly BoundStatement[]): (() => Promise<unknown>)[] => statements.map(({ text, values }) => () => tx.query(text, [...values]));

/** A transaction whose first and last statements take no round trips of their own where the connection is pipelined. */
export interface FramedWork<Opened, T> {
  /** Sent together with BEGIN: reads, and locks of the transaction. Nothing that would do harm outside a transaction. */
  opening(tx: Tx): Promise<Opened>;
  work(tx: Tx, opened: Opened): Promise<T>;
  /** Sent together with COMMIT, in this order. They fail in the database when everything must be rolled back. */
  closing(done: T): readonly BoundStatement[];
}

/**
 * Runs `work` in a READ COMMITTED transaction of its own connection. Resolves only when it is committed; rejects with what `work`
 * threw. The connection is dropped when even the rollback fails. @throws NotConnected, NotCommitted
 */
export const inTransaction = <T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> => inFramedTransaction(pool, { opening: () => Promise.resolve(), work, closing: () => [] });

/** As `inTransaction`. Rejects with what any of the three threw. */
export const inFramedTransaction = async <Opened, T>(pool: pg.Pool, { opening, work, closing }: FramedWork<Opened, T>): Promise<T> => {
  const startedAt = performance.now();
  const client = await pool.connect().catch((error: Error) => { throw new NotConnected(error); });
  const tx = client as Tx;
  let broken: Error | undefined;
  // A connection cut during a statement also emits 'error'. Without a listener that would end the process.
  const onError = (error: Error) => { broken = error; };
  client.on('error', onError);
  let outcome = 'failed';
  try {
    const [, opened] = await together(tx, [() => client.query('BEGIN ISOLATION LEVEL READ COMMITTED'), () => opening(tx)]);
    const result = await work(tx, opened);
    const answers = await together<readonly unknown[]>(tx, [...queriesOf(tx, closing(result)), () => client.query('COMMIT')]);
    const { command } = answers.at(-1) as pg.QueryResult;
    // Postgres answers the COMMIT of a failed transaction with ROLLBACK and no error: nothing must look acknowledged then.
    if (command !== 'COMMIT') throw new NotCommitted('a statement of the transaction had failed and was ignored; everything was rolled back');
    outcome = 'committed';
    return result;
  } catch (error) {
    if (error instanceof ConflictError) outcome = 'conflict';
    await client.query('ROLLBACK').catch((rollbackError: Error) => { broken = rollbackError; });
    throw error;
  } finally {
    const events = appending.get(tx);
    appending.delete(tx);
    client.off('error', onError);
    client.release(broken);
    if (events) appendSeconds.observe({ outcome }, (performance.now() - startedAt) / 1000);
    if (events && outcome === 'committed') committed(pool, events);
  }
};

/**
 * Statements of one transaction that don't need each other's answers: sent together where the connection is pipelined, else one after the other.
 * All go to their end before anything is thrown, since none may write after the rollback. @throws what the first to fail threw
 */
export const together = async <const T extends readonly unknown[]>(tx: Tx, statements: { readonly [N in keyof T]: () => Promise<T[N]> }): Promise<T> => {
  const results: unknown[] = [];
  if (!(tx as { pipeline?: boolean }).pipeline) {
    for (const statement of statements) results.push(await statement());
    return results as unknown as T;
  }
  const ends = await Promise.allSettled(statements.map((statement) => statement()));
  for (const end of ends) {
    if (end.status === 'rejected') throw end.reason;
    results.push(end.value);
  }
  return results as unknown as T;
};

/** Relays that lead in this very process, by the pool through which it appends. */
const leadingHere = new WeakMap<pg.Pool, () => void>();

/** Calls `wake` for each commit of this process through `pool`, without a detour through the database. @returns how to end that */
export const wakeDirectly = (pool: pg.Pool, wake: () => void): (() => void) => {
  leadingHere.set(pool, wake);
  return () => { if (leadingHere.get(pool) === wake) leadingHere.delete(pool); };
};

const notifyEveryMs = 5;

interface Waking { again: boolean }
const waking = new WeakMap<pg.Pool, Waking>();

/**
 * Notifies after the commit and not within: NOTIFY takes a lock of the whole server until its transaction is on disk, so that
 * commits queue up one by one (measured: 1,400 appends a second instead of 6,500). One at a time per pool and not more often than every
 * few milliseconds, since each costs as much as a small append; those that come meanwhile share the next. Lost when the process dies here:
 * the relay looks by itself every other second.
 */
const wakeRelay = (pool: pg.Pool): void => {
  const here = leadingHere.get(pool);
  if (here) return here();
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
      await Promise.all([pool.query(`SELECT pg_notify('event_appended_' || current_schema(), '')`).catch(() => undefined), sleep(notifyEveryMs)]);
    } while (mine.again);
    waking.delete(pool);
  })();
};
