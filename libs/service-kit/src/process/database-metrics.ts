import { relayLag } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { readGauge } from './metrics.js';
import type { Reading } from './metrics.js';

const relayLagEvents = readGauge('lianban_relay_lag_events', 'Events in the store that the relay has not published yet; counted up to 10000');
const relayLagSeconds = readGauge('lianban_relay_lag_seconds', 'How long the oldest of them has been waiting');

/** Every copy of a service tells the same. */
export const relayReading = (sql: Tx): Reading => ({
  name: 'relay',
  gauges: [relayLagEvents, relayLagSeconds],
  async read() {
    const { events, seconds } = await relayLag(sql, 'kafka');
    relayLagEvents.set(events);
    relayLagSeconds.set(seconds);
  },
});

const parkedEvents = readGauge('lianban_parked_events', 'Events that could not be applied, and those that wait behind them; reason: failed, unreadable, waiting, gap', ['consumer', 'reason']);
const parkedSubjects = readGauge('lianban_parked_subjects', 'Cases (in the directory: codes) with parked events', ['consumer']);
const skippedEvents = readGauge('lianban_skipped_events', 'Events that an operator gave up; their effect is missing', ['consumer']);

/** Every copy of a service tells the same. */
export const parkedReading = (sql: Tx): Reading => ({
  name: 'parked',
  gauges: [parkedEvents, parkedSubjects, skippedEvents],
  async read() {
    const { rows } = await sql.query<{ what: 'parked' | 'subjects' | 'skipped'; consumer: string; reason: string; count: number }>(
      `SELECT 'parked' AS what, consumer, reason, count(*)::float8 AS count FROM parked_event GROUP BY consumer, reason
       UNION ALL SELECT 'subjects', consumer, '', count(DISTINCT subject) FROM parked_event GROUP BY consumer
       UNION ALL SELECT 'skipped', consumer, '', count(*) FROM parked_trail WHERE outcome = 'skipped' GROUP BY consumer`);
    for (const gauge of [parkedEvents, parkedSubjects, skippedEvents]) gauge.reset();
    for (const { what, consumer, reason, count } of rows) {
      if (what === 'parked') parkedEvents.set({ consumer, reason }, count);
      else (what === 'subjects' ? parkedSubjects : skippedEvents).set({ consumer }, count);
    }
  },
});

const oldestTransaction = readGauge('lianban_oldest_transaction_seconds', 'How long the oldest transaction of the whole database server that has written something has been seen open; it holds back every relay');

/**
 * Seen from outside, by how long the oldest running transaction id stays the same: ages of other roles' transactions are not shown to a service,
 * and prepared ones are in no list of sessions. So it is too low by up to the time between two readings.
 */
export const transactionReading = (sql: Tx, now: () => number = Date.now): Reading => {
  let oldest: string | undefined;
  let since = 0;
  return {
    name: 'transactions',
    gauges: [oldestTransaction],
    async read() {
      const { rows: [row] } = await sql.query<{ oldest: string | null }>(
        'SELECT CASE WHEN pg_snapshot_xmin(s) < pg_snapshot_xmax(s) THEN pg_snapshot_xmin(s)::text END AS oldest FROM pg_current_snapshot() AS s');
      const seen = row?.oldest ?? undefined;
      if (seen !== oldest) since = now();
      oldest = seen;
      oldestTransaction.set(seen === undefined ? 0 : (now() - since) / 1000);
    },
  };
};
