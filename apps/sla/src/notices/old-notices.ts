import type { Tx } from '@lianban/event-store';
import { LOG, SQL } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';

/** The second condition is worded like the index `notice_read`, so that Postgres uses it. */
const old = [
  `created_at < now() - interval '400 days'`,
  `greatest(read_at, supervisor_read_at) < now() - interval '90 days'
     AND (department IS NULL OR read_at IS NOT NULL) AND (supervisor_read_at IS NOT NULL OR (department IS NOT NULL AND kind NOT IN ('breach', 'reminder', 'criticism', 'escalation')))`,
];

/**
 * Deletes notices 90 days after all their readers ticked them off, and all others 400 days after they came. Works in portions, so that no transaction stays open
 * long.
 */
export const forgetOldNotices = async (sql: Tx, portion = 5_000): Promise<void> => {
  for (const condition of old) {
    for (let removed: number | null = portion; removed === portion;) {
      ({ rowCount: removed } = await sql.query(`DELETE FROM notice WHERE ctid = ANY (ARRAY(SELECT ctid FROM notice WHERE ${condition} LIMIT $1))`, [portion]));
    }
  }
};

/** Runs every hour. Any number of processes may do so at once. */
@Injectable()
export class OldNotices implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private cleaning: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.cleaning = setInterval(() => void forgetOldNotices(this.sql).catch((error: Error) => this.log.warn({ error: error.message }, 'old notices not removed')), 3_600_000);
    this.cleaning.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.cleaning);
  }
}
