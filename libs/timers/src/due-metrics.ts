import type { Tx } from '@lianban/event-store';
import { readGauge } from '@lianban/service-kit';

/** What of a timer is told: how much is due, and how late the oldest is. */
export interface DueMetrics {
  readonly gauges: { readonly due: ReturnType<typeof readGauge>; readonly late: ReturnType<typeof readGauge> };
  read(sql: Tx): Promise<{ due: number; lateMs: number }>;
}

/**
 * @param prefix of the gauges' names
 * @param what is due, for their help
 * @param times SQL with the column `at`: the times from which on something is due
 */
export const dueMetrics = (prefix: string, what: string, times: string): DueMetrics => ({
  gauges: {
    due: readGauge(`${prefix}_due`, `${what}; counted up to 10000`),
    late: readGauge(`${prefix}_late_seconds`, 'How long the oldest of them has been waiting'),
  },
  // Counted up to 10,000, so that it stays cheap.
  async read(sql) {
    const { rows: [lag] } = await sql.query<{ due: number; late_ms: number | null }>(
      `SELECT count(*)::int AS due, (extract(epoch FROM now() - min(at)) * 1000)::float8 AS late_ms FROM (SELECT at FROM (${times}) AS t WHERE at < now() ORDER BY at LIMIT 10000) AS overdue`,
    );
    return { due: lag?.due ?? 0, lateMs: Math.max(0, Math.round(lag?.late_ms ?? 0)) };
  },
});
