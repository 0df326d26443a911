import type { Tx } from '@lianban/event-store';
import type { CommandContext } from '../decisions/command-context.js';
import { isId, type Sorting } from '../http/paging.js';
import type { ParkedEventDetails, ParkedEventsQuery, ParkedEventView, ParkedTrailQuery, TrailEntry } from './parked-event.views.js';

/** Counting stops here, so that a case with 100,000 waiting events does not make the list slow. */
const mostCounted = 1000;

/** The database's own clock ticks in microseconds, so a page ends at such a one. */
const micros = (column: string) => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;
const instant = (parameter: string) => `timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond'`;

type PlaceKey = readonly [micros: string, id: string];
interface Page { readonly after?: PlaceKey | undefined; readonly limit: number }

type Row<View> = { readonly micros: string; readonly id: string; readonly view: View };
export const byPlace: Sorting<Row<object>, PlaceKey> = { key: ({ micros: at, id }) => [at, id], checks: [(part): part is string => /^\d{1,16}$/.test(String(part)), isId] };

interface EventColumns {
  id: string; micros: string; consumer: string; subject: string; type: string | null; source: string; stream_version: number; reason: string; error: string | null; attempts: number;
}
const eventColumns = `p.id, p.consumer, p.subject, p.headers->>'ce_type' AS type, p.source, p.stream_version, p.reason, p.error, p.attempts`;

const eventOf = (row: EventColumns) => ({
  consumer: row.consumer, caseId: row.subject, type: row.type ?? '', source: row.source, version: row.stream_version, reason: row.reason, error: row.error, attempts: row.attempts,
});

const othersOf = `(SELECT count(*)::int FROM (SELECT FROM parked_event w WHERE w.consumer = p.consumer AND w.subject = p.subject AND w.id <> p.id LIMIT ${mostCounted}) others)`;

interface ParkedColumns extends EventColumns { parked_at: Date; waiting: number }
const parkedView = (row: ParkedColumns): ParkedEventView => ({ parkedEventId: row.id, ...eventOf(row), parkedAt: row.parked_at.toISOString(), waiting: row.waiting });

/** Oldest first. */
export const readParked = async (sql: Tx, { reason, caseId }: Pick<ParkedEventsQuery, 'reason' | 'caseId'>, { after, limit }: Page): Promise<Row<ParkedEventView>[]> => {
  // Written out for the planner: the index of this list has no waiting ones, of which there can be very many.
  const front = reason === 'waiting' || (caseId !== undefined && reason === undefined) ? '' : `AND p.reason <> 'waiting'`;
  const { rows } = await sql.query<ParkedColumns>(
    `SELECT ${eventColumns}, p.parked_at, ${micros('p.parked_at')} AS micros, ${othersOf} AS waiting
       FROM parked_event p
      WHERE ($1::text IS NULL OR p.reason = $1) ${front} AND ($2::text IS NULL OR p.subject = $2)
        AND ($3::text IS NULL OR (p.parked_at, p.id) > (${instant('$3')}, $4::uuid))
      ORDER BY p.parked_at, p.id LIMIT $5`,
    [reason ?? null, caseId ?? null, ...(after ?? [null, null]), limit]);
  return rows.map((row) => ({ micros: row.micros, id: row.id, view: parkedView(row) }));
};

export const readParkedDetails = async (sql: Tx, id: string): Promise<ParkedEventDetails | undefined> => {
  const { rows: [row] } = await sql.query<ParkedColumns & { topic: string; partition: number; offset: string; headers: Record<string, string>; value: Buffer }>(
    `SELECT ${eventColumns}, p.parked_at, '' AS micros, ${othersOf} AS waiting, p.topic, p.partition, p."offset"::text AS "offset", p.headers, p.value FROM parked_event p WHERE p.id = $1`, [id]);
  return row && { ...parkedView(row), topic: row.topic, partition: row.partition, offset: row.offset, headers: row.headers, payload: row.value.toString('utf8') };
};

/** The reader that parked it and, should it be gone, whether something was done about it. */
export const whoseIsIt = async (sql: Tx, id: string): Promise<{ consumer: string | null; done: boolean }> => {
  const { rows: [row] } = await sql.query<{ consumer: string | null; done: boolean }>(
    `SELECT (SELECT consumer FROM parked_event WHERE id = $1) AS consumer, EXISTS (SELECT FROM parked_trail WHERE parked_event_id = $1 AND outcome <> 'still-failing') AS done`, [id]);
  return row ?? { consumer: null, done: false };
};

/** Parked events of a case, but for one. */
export const countOthers = async (sql: Tx, consumer: string, subject: string, id: string): Promise<number> => {
  const { rows: [row] } = await sql.query<{ others: number }>(
    `SELECT count(*)::int AS others FROM (SELECT FROM parked_event WHERE consumer = $1 AND subject = $2 AND id <> $3 LIMIT ${mostCounted}) others`, [consumer, subject, id]);
  return row?.others ?? 0;
};

/** Keeps the answer in the transaction that does what was asked for. False: the same Idempotency-Key was faster. */
export const keepAnswer = async (tx: Tx, { actor, route, idempotencyKey, requestHash }: CommandContext, body: object): Promise<boolean> => {
  if (!idempotencyKey) return true;
  const { rowCount } = await tx.query(
    'INSERT INTO idempotency (caller, route, key, request_hash, answer) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    [actor.id, route, idempotencyKey, requestHash, JSON.stringify({ status: 200, body, etag: '', token: '' })]);
  return rowCount === 1;
};

/** Newest first. */
export const readTrail = async (sql: Tx, { outcome, caseId }: Pick<ParkedTrailQuery, 'outcome' | 'caseId'>, { after, limit }: Page): Promise<Row<TrailEntry>[]> => {
  const { rows } = await sql.query<EventColumns & { at: Date; actor: { id: string; role: string } | null; why: string | null; outcome: string; new_error: string | null }>(
    `SELECT ${eventColumns}, p.at, ${micros('p.at')} AS micros, p.actor, p.why, p.outcome, p.new_error FROM parked_trail p
      WHERE ($1::text IS NULL OR p.outcome = $1) AND ($2::text IS NULL OR p.subject = $2)
        AND ($3::text IS NULL OR (p.at, p.id) < (${instant('$3')}, $4::uuid))
      ORDER BY p.at DESC, p.id DESC LIMIT $5`,
    [outcome ?? null, caseId ?? null, ...(after ?? [null, null]), limit]);
  return rows.map((row) => ({
    micros: row.micros, id: row.id,
    view: {
      trailId: row.id, at: row.at.toISOString(), ...eventOf(row), actor: row.actor?.id ?? null, role: row.actor?.role ?? null, why: row.why, outcome: row.outcome, newError: row.new_error,
    },
  }));
};
