import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { toMillis } from '@lianban/working-time';
import type { SlaState } from '../domain/case-clocks.js';

/** What happened to the clocks of a case at `now`. */
export interface ClockChange {
  readonly caseId: string;
  readonly state: SlaState;
  readonly events: readonly EventEnvelope[];
  readonly now: Date;
  /** How long a case must have been quiet before a clock that was recorded past its due time fires. */
  readonly quietMs: number;
}

/**
 * Brings the timers of cases in line with their clocks after events were appended, and pushes ahead those that wait for a case to be
 * quiet. Every writer of timers holds the case's row of `case_fact`, so sweeps and reactions never wait for each other crosswise.
 */
export const setTimers = async (tx: Tx, changes: readonly ClockChange[]): Promise<void> => {
  const touched = new Set(changes.flatMap(({ events }) => events.map(({ data }) => ('clockId' in data ? data.clockId : null))));
  // Of several changes of one case the last knows how its clocks are now.
  const cases = [...new Map(changes.map((change) => [change.caseId, change])).values()].map(({ caseId, state, now, quietMs }) => {
    const quietUntil = new Date(now.getTime() + quietMs);
    return { caseId, clocks: state.clocks, quietUntil, isLate: (dueAt: string) => toMillis(dueAt) <= now.getTime() };
  });
  const changed = cases.flatMap(({ clocks, ...one }) => clocks.filter(({ clockId }) => touched.has(clockId)).map((clock) => ({ ...clock, ...one })));
  const running = changed.filter(({ status }) => status === 'running');
  const settled = changed.filter(({ status }) => status !== 'running');
  const waiting = cases.filter(({ clocks, isLate }) => clocks.some(({ status, dueAt }) => status === 'running' && isLate(dueAt)));

  if (settled.length > 0) await dropTimers(tx, settled.map(({ clockId }) => clockId));
  if (running.length > 0) {
    await tx.query(
      `INSERT INTO timer (clock_id, case_id, due_at, fire_at, recorded_late)
       SELECT clock_id, case_id, due_at, CASE WHEN late THEN quiet_until ELSE due_at END, late
         FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::boolean[]) AS started(clock_id, case_id, due_at, quiet_until, late)
       ON CONFLICT (clock_id) DO UPDATE SET due_at = excluded.due_at, fire_at = excluded.fire_at, recorded_late = excluded.recorded_late`,
      [running.map(({ clockId }) => clockId), running.map(({ caseId }) => caseId), running.map(({ dueAt }) => dueAt),
        running.map(({ quietUntil }) => quietUntil), running.map(({ dueAt, isLate }) => isLate(dueAt))],
    );
  }
  if (waiting.length > 0) {
    await tx.query(
      `UPDATE timer t SET fire_at = w.quiet_until FROM unnest($1::text[], $2::timestamptz[]) AS w(case_id, quiet_until)
        WHERE t.case_id = w.case_id AND t.recorded_late`,
      [waiting.map(({ caseId }) => caseId), waiting.map(({ quietUntil }) => quietUntil)],
    );
  }
};

export const dropTimers = async (tx: Tx, clockIds: readonly string[]): Promise<void> => {
  await tx.query('DELETE FROM timer WHERE clock_id = ANY($1::uuid[])', [clockIds]);
};

/** Lets a case's timers fire no earlier than `until`; their due times stay. */
export const putOff = async (tx: Tx, caseId: string, until: Date): Promise<void> => {
  await tx.query('UPDATE timer SET fire_at = $2 WHERE case_id = $1 AND fire_at < $2', [caseId, until]);
};

/**
 * Cases with a timer that may fire at `now`, soonest first, each locked by its row of `case_fact`. Cases another process has in hand are
 * passed over: either it is sweeping them, or it is taking in an event that may stop the clock.
 */
export const lockDueCases = async (tx: Tx, now: Date, limit: number): Promise<string[]> => {
  const { rows } = await tx.query<{ case_id: string }>(
    `SELECT t.case_id FROM timer t JOIN case_fact f ON f.case_id = t.case_id
      WHERE t.fire_at < $1 ORDER BY t.fire_at LIMIT $2 FOR UPDATE OF f SKIP LOCKED`,
    [now, limit],
  );
  return [...new Set(rows.map(({ case_id }) => case_id))];
};

/** The clocks of a case whose timers may fire at `now`. Read under the case's lock: an event taken in until then may have put them off. */
export const dueClocks = async (tx: Tx, caseId: string, now: Date): Promise<string[]> => {
  const { rows } = await tx.query<{ clock_id: string }>('SELECT clock_id FROM timer WHERE case_id = $1 AND fire_at < $2', [caseId, now]);
  return rows.map(({ clock_id }) => clock_id);
};

/** Timers that may fire and have not (counted up to 10,000, so that it stays cheap), and since when the oldest waits. */
export const timerLag = async (sql: Tx): Promise<{ due: number; lateMs: number }> => {
  const { rows } = await sql.query<{ due: number; late_ms: number | null }>(
    `SELECT count(*)::int AS due, (extract(epoch FROM now() - min(fire_at)) * 1000)::float8 AS late_ms
       FROM (SELECT fire_at FROM timer WHERE fire_at < now() ORDER BY fire_at LIMIT 10000) late`,
  );
  return { due: rows[0]?.due ?? 0, lateMs: Math.max(0, Math.round(rows[0]?.late_ms ?? 0)) };
};
