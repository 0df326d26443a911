import type { Tx } from '@lianban/event-store';
import { readGauge } from '@lianban/service-kit';
import type { Reading } from '@lianban/service-kit';

const due = readGauge('lianban_hold_reviews_due', 'Holds whose review has come and whose case has not been woken yet; counted up to 10000');
const late = readGauge('lianban_hold_reviews_late_seconds', 'How long the oldest of them has been waiting');

/** Holds whose review has come (counted up to 10,000, so that it stays cheap), and since when the oldest waits. */
export const reviewLag = async (sql: Tx): Promise<{ due: number; lateMs: number }> => {
  const { rows } = await sql.query<{ due: number; late_ms: number | null }>(
    `SELECT count(*)::int AS due, (extract(epoch FROM now() - min(look_at)) * 1000)::float8 AS late_ms
       FROM (SELECT COALESCE(look_at, review_at) AS look_at FROM hold_review WHERE COALESCE(look_at, review_at) < now() ORDER BY 1 LIMIT 10000) late`,
  );
  return { due: rows[0]?.due ?? 0, lateMs: Math.max(0, Math.round(rows[0]?.late_ms ?? 0)) };
};

/** Every copy of dispatch tells the same. */
export const reviewReading = (sql: Tx): Reading => ({
  name: 'holds',
  gauges: [due, late],
  async read() {
    const lag = await reviewLag(sql);
    due.set(lag.due);
    late.set(lag.lateMs / 1000);
  },
});
