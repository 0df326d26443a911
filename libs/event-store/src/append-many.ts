import pg from 'pg';
import type { PreparedAppend } from './event-store.js';
import type { GroupOptions } from './group.js';

/** Arguments of the SQL function `append_many`: streams, expected versions, numbers of events, and all events as one JSON text. */
export const appendArguments = (appends: readonly PreparedAppend[]): [string[], number[], number[], string] => [
  appends.map(({ streamId }) => streamId),
  appends.map(({ expectedVersion }) => expectedVersion),
  appends.map(({ records }) => records.length),
  JSON.stringify(appends.flatMap(({ expectedVersion, records }, append) =>
    records.map((record, index) => ({ append: append + 1, version: expectedVersion + index + 1, ...record })))),
];

/** With these Postgres ends a connection, or may: connecting, authorisation, too many, shutdown, time-outs of the session, errors of its own. The severity would tell, but in the server's language. */
const endsConnection = /^(08|28|53300|57P0|25P0[34]|XX)/;

/**
 * An error that Postgres answered with and stayed connected: it has rolled everything back. When the connection is lost instead, what was
 * on its way may or may not be on disk.
 */
export const isRolledBack = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code !== undefined && !endsConnection.test(error.code);

/** A lock was not free in time; everything was rolled back. */
export const isBusy = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '55P03';

/** How long a commit may wait for a lock. In a group it must not delay the others behind one busy case; alone it may wait. For `set_config`. */
export const lockTimeout = (alone: boolean): string => (alone ? '2s' : '100ms');

/**
 * Two groups at a time: one is being put together while the other waits for the disk. Measured in docs/adr/0012. With three alone they
 * leave some of a pool of 8 to the readers.
 */
export const groupOptions: GroupOptions = { maxWaiting: 1_000, maxWaitMs: 5_000, maxGroup: 64, cutFrom: 4, atOnce: 2, isUndone: isRolledBack, isBusy, aloneAtOnce: 3 };
