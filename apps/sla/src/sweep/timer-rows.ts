import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { toMillis } from '@lianban/working-time';
import type { NextInstant } from '../domain/next-instants.js';

/** New events of a case's clocks at `now`. */
export interface ClockChange {
  readonly caseId: string;
  readonly events: readonly EventEnvelope[];
  /** The next instant of each clock to which time alone can still do something. */
  readonly next: readonly NextInstant[];
  readonly now: Date;
  /** How long a case must be quiet before timers that were recorded late fire, in milliseconds. */
  readonly quietMs: number;
}

/**
 * Sets the timers of cases after events were appended. Timers that wait for a quiet case are put off again. Every writer of timers holds the case's row in
 * `case_fact`, so sweeps and reactions can't deadlock.
 */
export const setTimers = async (tx: Tx, changes: readonly ClockChange[]): Promise<void> => {
  const touched = new Set(changes.flatMap(({ events }) => events.map(({ data }) => ('clockId' in data ? data.clockId : ''))));
  // If a case has several changes, the last one has the state of its clocks.
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

/** The clocks of a case whose timers have fired, and the next instants of the case. */
export interface FiredClocks {
  readonly clockIds: readonly string[];
  readonly next: readonly NextInstant[];
}

/** After a sweep: sets the timer of each fired clock to the clock's next instant, or removes it. */
export const advanceTimers = async (tx: Tx, fired: readonly FiredClocks[]): Promise<void> => {
  const going = new Map(fired.flatMap(({ next }) => next).map((instant) => [instant.clock.clockId, instant]));
  const clockIds = fired.flatMap((one) => one.clockIds);
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

const dropTimers = async (tx: Tx, clockIds: readonly string[]): Promise<void> => {
  await tx.query('DELETE FROM timer WHERE clock_id = ANY($1::uuid[])', [clockIds]);
};

/** The timers of these cases fire no earlier than `until`. Their due times stay. */
export const putOffTimers = async (tx: Tx, later: readonly { readonly due: DueClocks; readonly until: Date }[]): Promise<void> => {
  await tx.query(
    'UPDATE timer t SET fire_at = l.until FROM unnest($1::text[], $2::timestamptz[]) AS l(case_id, until) WHERE t.case_id = l.case_id AND t.fire_at < l.until',
    [later.map(({ due }) => due.caseId), later.map(({ until }) => until)]);
};

/** A clock whose timer may fire. */
export interface DueClock {
  readonly clockId: string;
  /** The instant had passed before sla heard of it, so the timer waited until the case was quiet. */
  readonly recordedLate: boolean;
}

/** The clocks of a case whose timers may fire. */
export interface DueClocks {
  readonly caseId: string;
  readonly clocks: readonly DueClock[];
}

/**
 * Locks cases that have a timer due at `now` by their rows in `case_fact`, soonest first. Skips cases that another process holds: it is either sweeping them or
 * hearing an event that may stop the clock.
 */
export const lockDueCases = async (tx: Tx, now: Date, limit: number): Promise<string[]> => {
  const { rows } = await tx.query<{ case_id: string }>(
    `SELECT t.case_id FROM timer t JOIN case_fact f ON f.case_id = t.case_id
      WHERE t.fire_at < $1 ORDER BY t.fire_at LIMIT $2 FOR UPDATE OF f SKIP LOCKED`,
    [now, limit],
  );
  return [...new Set(rows.map(({ case_id }) => case_id))];
};

/** Like `lockDueCases`, with the clocks. They are read under the lock, since an event heard before it may have put them off. */
export const lockDueClocks = async (tx: Tx, now: Date, limit: number): Promise<DueClocks[]> => {
  const caseIds = await lockDueCases(tx, now, limit);
  if (caseIds.length === 0) return [];
  const { rows } = await tx.query<{ case_id: string; clocks: DueClock[] }>(
    `SELECT case_id, json_agg(json_build_object('clockId', clock_id, 'recordedLate', recorded_late)) AS clocks
       FROM timer WHERE case_id = ANY($1) AND fire_at < $2 GROUP BY case_id`, [caseIds, now]);
  const clocks = new Map(rows.map((row) => [row.case_id, row.clocks]));
  return caseIds.map((caseId) => ({ caseId, clocks: clocks.get(caseId) ?? [] }));
};
