import type { Tx } from '@lianban/event-store';
import type { Logger } from 'pino';

/** Ends what the analyst's role may do to others and can't be kept from (see the SQL function). Every service looks, so that it is done whichever of them run. */
export const endObstructingSessions = async (sql: Tx, log: Pick<Logger, 'warn'>): Promise<void> => {
  try {
    const { rows } = await sql.query<{ pid: number; reason: string }>('SELECT pid, reason FROM end_obstructing_sessions()');
    for (const ended of rows) log.warn(ended, "ended an analyst's database session that held up others");
  } catch (error) {
    log.warn({ error: (error as Error).message }, "could not look at the analysts' database sessions");
  }
};
