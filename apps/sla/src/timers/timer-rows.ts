import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { toMillis } from '@lianban/working-time';
import type { NextInstant } from '../domain/react.js';

/** What happened to the clocks of a case at `now`. */
export interface ClockChange {
  readonly caseId: string;
  readonly events: readonly EventEnvelope[];
  /** What time alone can still bring about, by clock. */
  readonly next: readonly NextInstant[];
  readonly now: Date;
  /** How long a case must have been quiet before what was recorded late fires. */
  readonly quietMs: number;
}

/**
 * Brings the timers of cases in line with their clocks after events were appended, and pushes ahead those that wait for a case to be
 * quiet. Every writer of timers holds the case's row of `case_fact`, so sweeps and reactions never wait for each other crosswise.
 */
export const setTimers = async (tx: Tx, changes: readonly ClockChange[]): Promise<void> => {
  const touched = new Set(changes.flatMap(({ events }) => events.map(({ data }) => ('clockId' in data ? data.clockId : ''))));
  // Of several changes of one case the last knows how its clocks are now.
  const cases = [...new Map(changes.map((change) => [change.caseId, change])).values()].map(({ caseId, next, now, quietMs }) => ({
    caseId, quietUntil: new Date(now.getTime() + quietMs), timers: next.map((instant) => ({ ...instant, late: toMillis(instant.at) <= now.getTime() })),
  }));
  const set = cases.flatMap(({ timers, ...one }) => timers.filter(({ clock }) => touched.delete(clock.clockId)).map((timer) => ({ ...timer, ...one })));
  const waiting = cases.filter(({ timers }) => timers.some(({ late }) => late));

  touched.delete('');
  if (touched.size > 0) await dropTimers(tx, [...touched]);
  if (set.length > 0) {
    await tx.query(
      `INSERT INTO timer (clock_id, case_id, purpose, due_at, fire_at, recorded_late)
       SELECT clock_id, case_id, purpose, due_at, CASE WHEN late THEN quiet_until ELSE fire_at END, late
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::boolean[])
              AS started(clock_id, case_id, purpose, due_at, fire_at, quiet_until, late)
       ON CONFLICT (clock_id) DO UPDATE
         SET purpose = excluded.purpose, due_at = excluded.due_at, fire_at = excluded.fire_at, recorded_late = excluded.recorded_late`,
      [set.map(({ clock }) => clock.clockId), set.map(({ caseId }) => caseId), set.map(({ purpose }) => purpose), set.map(({ clock }) => clock.dueAt),
        set.map(({ at }) => at), set.map(({ quietUntil }) => quietUntil), set.map(({ late }) => late)],
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

/** After a sweep has fired what was due of these clocks: the timer of each goes on to what comes next, or goes. */
export const advanceTimers = async (tx: Tx, clockIds: readonly string[], next: readonly NextInstant[]): Promise<void> => {
  const going = new Map(next.map((instant) => [instant.clock.clockId, instant]));
  const done = clockIds.filter((clockId) => !going.has(clockId));
  const on = clockIds.flatMap((clockId) => going.get(clockId) ?? []);
  if (done.length > 0) await dropTimers(tx, done);
  if (on.length > 0) {
    await tx.query(
      `UPDATE timer t SET purpose = n.purpose, fire_at = n.fire_at, recorded_late = false
         FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS n(clock_id, purpose, fire_at) WHERE t.clock_id = n.clock_id`,
      [on.map(({ clock }) => clock.clockId), on.map(({ purpose }) => purpose), on.map(({ at }) => at)],
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

/** A clock whose timer may fire. */
export interface DueClock {
  readonly clockId: string;
  /** What fires was over when it became known; its timer has waited until the case was quiet. */
  readonly recordedLate: boolean;
}

/** The clocks of cases whose timers may fire at `now`, by case. Read under the cases' locks: an event taken in until then may have put them off. */
export const dueClocksOf = async (tx: Tx, caseIds: readonly string[], now: Date): Promise<ReadonlyMap<string, readonly DueClock[]>> => {
  if (caseIds.length === 0) return new Map();
  const { rows } = await tx.query<{ case_id: string; clocks: DueClock[] }>(
    `SELECT case_id, json_agg(json_build_object('clockId', clock_id, 'recordedLate', recorded_late)) AS clocks
       FROM timer WHERE case_id = ANY($1) AND fire_at < $2 GROUP BY case_id`, [caseIds, now]);
  return new Map(rows.map(({ case_id, clocks }) => [case_id, clocks]));
};

/** Timers that may fire and have not (counted up to 10,000, so that it stays cheap), and since when the oldest waits. */
export const timerLag = async (sql: Tx): Promise<{ due: number; lateMs: number }> => {
  const { rows } = await sql.query<{ due: number; late_ms: number | null }>(
    `SELECT count(*)::int AS due, (extract(epoch FROM now() - min(fire_at)) * 1000)::float8 AS late_ms
       FROM (SELECT fire_at FROM timer WHERE fire_at < now() ORDER BY fire_at LIMIT 10000) late`,
  );
  return { due: rows[0]?.due ?? 0, lateMs: Math.max(0, Math.round(rows[0]?.late_ms ?? 0)) };
};
