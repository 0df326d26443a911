import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { CopyChunk } from './binary-rows.js';

/** COPY statements at a time. More must wait, so that memory stays bounded when the database is slow. */
const atOnce = 3;

/**
 * Writes chunks with COPY, each in a transaction of its own (some tens of milliseconds: a longer one would hold back the relays) and without waiting for
 * the disk: what a crash loses belongs to a copy that nobody reads yet, and the commit that makes it live writes all before it.
 */
export const copyIn = (pool: pg.Pool) => {
  const running = new Set<Promise<void>>();
  let failure: Error | undefined;

  const copy = async (table: string, { columns, bytes }: CopyChunk): Promise<void> => {
    const client = await pool.connect();
    try {
      await client.query('SET synchronous_commit = off');
      const stream = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`));
      stream.end(bytes);
      await finished(stream);
      await client.query('RESET synchronous_commit');
      client.release();
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  };

  return {
    /** Resolves when there is room for more. @throws what an earlier chunk met with */
    async put(table: string, chunk: CopyChunk | undefined): Promise<void> {
      if (failure) throw failure;
      if (!chunk) return;
      while (running.size >= atOnce) await Promise.race(running);
      const mine: Promise<void> = copy(table, chunk).catch((error: unknown) => { failure ??= error as Error; }).finally(() => { running.delete(mine); });
      running.add(mine);
    },
    /** All rows are written. */
    async finish(): Promise<void> {
      await Promise.all(running);
      if (failure) throw failure;
    },
  };
};

export type CopyIn = ReturnType<typeof copyIn>;
