import type { Source } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { EventAddress, RawEvent } from './cloud-event.js';

/**
 * `failed`: the handler refused it after its retries. `unreadable`: an unknown version, or a payload that breaks its schema.
 * `waiting`: behind one of these two. `gap`: an earlier version of its stream has not arrived.
 */
export type ParkReason = 'failed' | 'unreadable' | 'waiting' | 'gap';

export interface ParkedEvent {
  /** UUID. */
  readonly id: string;
  readonly consumer: string;
  readonly raw: RawEvent;
  readonly address: EventAddress;
  readonly reason: ParkReason;
  readonly error: string | null;
  readonly attempts: number;
  readonly parkedAt: string;
}

/** Who asked for something to be done about a parked event. */
export interface ParkedActor {
  readonly id: string;
  readonly role: string;
}

/** For each subject with parked events: whether one of them failed, which blocks the subject, or all of them only wait for a gap to fill. */
export const loadParkedSubjects = async (tx: Tx, consumer: string, subjects: readonly string[]): Promise<Map<string, { blocked: boolean }>> => {
  const { rows } = await tx.query<{ subject: string; blocked: boolean }>(
    `SELECT subject, EXISTS (SELECT FROM parked_event b WHERE b.consumer = $1 AND b.subject = s.subject AND b.reason IN ('failed', 'unreadable')) AS blocked
       FROM (SELECT DISTINCT unnest($2::text[]) AS subject) s
      WHERE EXISTS (SELECT FROM parked_event p WHERE p.consumer = $1 AND p.subject = s.subject)`,
    [consumer, subjects],
  );
  return new Map(rows.map((row) => [row.subject, { blocked: row.blocked }]));
};

/** Whether anything is parked at all. Nearly always nothing is, so this cheap query runs every other second. */
export const anyParked = async (tx: Tx, consumer: string): Promise<boolean> => {
  const { rows } = await tx.query<{ parked: boolean }>('SELECT EXISTS (SELECT FROM parked_event WHERE consumer = $1) AS parked', [consumer]);
  return rows[0]?.parked ?? false;
};

/** Subjects blocked by an event that failed or could not be read. */
export const blockedSubjects = async (tx: Tx, consumer: string): Promise<string[]> => {
  const { rows } = await tx.query<{ subject: string }>(
    `SELECT DISTINCT subject FROM parked_event WHERE consumer = $1 AND reason <> 'waiting' AND reason <> 'gap'`, [consumer]);
  return rows.map(({ subject }) => subject);
};

/** Subjects that nothing blocks, and of which an event could be applied now. */
export const freeSubjects = async (tx: Tx, consumer: string): Promise<string[]> => {
  const { rows } = await tx.query<{ subject: string }>(
    `WITH blocked AS MATERIALIZED (
       SELECT DISTINCT subject FROM parked_event WHERE consumer = $1 AND reason <> 'waiting' AND reason <> 'gap'
     )
     SELECT DISTINCT p.subject FROM parked_event p
       LEFT JOIN consumer_stream s ON s.consumer = p.consumer AND s.source = p.source AND s.stream_id = p.stream_id
      WHERE p.consumer = $1 AND p.stream_version <= coalesce(s.version, 0) + 1 AND NOT EXISTS (SELECT FROM blocked b WHERE b.subject = p.subject)`,
    [consumer]);
  return rows.map(({ subject }) => subject);
};

/** An error message that fits into a text column. */
const asText = (message: string): string => message.slice(0, 2_000).replaceAll('\0', '\uFFFD');

export const park = async (tx: Tx, consumer: string, raw: RawEvent, address: EventAddress, reason: ParkReason, error: string | null, attempts: number): Promise<void> => {
  await tx.query(
    `INSERT INTO parked_event (consumer, source, stream_id, stream_version, subject, topic, partition, "offset", headers, value, reason, error, attempts)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (consumer, source, stream_id, stream_version) DO NOTHING`,
    [consumer, address.source, address.streamId, address.streamVersion, address.subject, raw.topic, raw.partition, raw.offset,
      JSON.stringify(raw.headers), raw.value, reason, error && asText(error), attempts],
  );
};

interface ParkedRow {
  id: string; consumer: string; source: Source; stream_id: string; stream_version: number; subject: string; topic: string; partition: number; offset: string;
  headers: Record<string, string>; value: Buffer; reason: ParkReason; error: string | null; attempts: number; parked_at: Date;
}

const parkedColumns = 'p.id, p.consumer, p.source, p.stream_id, p.stream_version, p.subject, p.topic, p.partition, p."offset", p.headers, p.value, p.reason, p.error, p.attempts, p.parked_at';

const toParked = (row: ParkedRow): ParkedEvent => ({
  id: row.id, consumer: row.consumer,
  raw: { topic: row.topic, partition: row.partition, offset: row.offset, headers: row.headers, value: row.value },
  address: { source: row.source, streamId: row.stream_id, streamVersion: row.stream_version, subject: row.subject, type: row.headers.ce_type ?? '' },
  reason: row.reason, error: row.error, attempts: row.attempts, parkedAt: row.parked_at.toISOString(),
});

/** The first parked events, of one subject or of all, in the order of the topic. */
export const parkedOf = async (tx: Tx, consumer: string, subject?: string, limit = 1000): Promise<ParkedEvent[]> => {
  const { rows } = await tx.query<ParkedRow>(
    `SELECT ${parkedColumns} FROM parked_event p
      WHERE p.consumer = $1 AND ($2::text IS NULL OR p.subject = $2) ORDER BY p.topic, p.partition, p."offset" LIMIT $3`,
    [consumer, subject ?? null, limit],
  );
  return rows.map(toParked);
};

export const parkedById = async (tx: Tx, id: string): Promise<ParkedEvent | undefined> => {
  const { rows } = await tx.query<ParkedRow>(`SELECT ${parkedColumns} FROM parked_event p WHERE p.id = $1`, [id]);
  return rows[0] && toParked(rows[0]);
};

/**
 * Parked events of a subject that are next to be applied, up to `limit`: from the first in the topic with no gap before it in its
 * stream, in the order of the topic, as long as each stream goes on without one. `applied`: a copy of what has been applied.
 */
export const nextParked = async (tx: Tx, consumer: string, subject: string, limit: number): Promise<(ParkedEvent & { applied: boolean })[]> => {
  const { rows } = await tx.query<ParkedRow & { last: number }>(
    `WITH first AS (
       SELECT p.topic, p.partition, p."offset"
         FROM parked_event p LEFT JOIN consumer_stream s ON s.consumer = p.consumer AND s.source = p.source AND s.stream_id = p.stream_id
        WHERE p.consumer = $1 AND p.subject = $2 AND p.stream_version <= coalesce(s.version, 0) + 1
        ORDER BY p.topic, p.partition, p."offset" LIMIT 1
     )
     SELECT ${parkedColumns}, coalesce(s.version, 0) AS last
       FROM parked_event p LEFT JOIN consumer_stream s ON s.consumer = p.consumer AND s.source = p.source AND s.stream_id = p.stream_id
      WHERE p.consumer = $1 AND p.subject = $2
        AND (p.topic, p.partition, p."offset") >= ((SELECT topic FROM first), (SELECT partition FROM first), (SELECT "offset" FROM first))
      ORDER BY p.topic, p.partition, p."offset" LIMIT $3`,
    [consumer, subject, limit],
  );
  const lasts = new Map<string, number>();
  return rows.flatMap((row) => {
    const stream = `${row.source} ${row.stream_id}`;
    const last = lasts.get(stream) ?? row.last;
    if (row.stream_version > last + 1) return [];
    lasts.set(stream, Math.max(last, row.stream_version));
    return [{ ...toParked(row), applied: row.stream_version <= last }];
  });
};

/** Events that were parked because they could not be read, but for those of `without`. */
export const unreadableOf = async (tx: Tx, consumer: string, without: readonly string[], limit = 1000): Promise<ParkedEvent[]> => {
  const { rows } = await tx.query<ParkedRow>(
    `SELECT ${parkedColumns} FROM parked_event p
      WHERE p.consumer = $1 AND p.reason <> 'waiting' AND p.reason = 'unreadable' AND p.id <> ALL ($2::uuid[]) LIMIT $3`,
    [consumer, without, limit]);
  return rows.map(toParked);
};

export const unpark = async (tx: Tx, events: readonly ParkedEvent[]): Promise<void> => {
  await tx.query('DELETE FROM parked_event WHERE id = ANY ($1::uuid[])', [events.map(({ id }) => id)]);
};

export const noteFailedRetry = async (tx: Tx, { id }: ParkedEvent, reason: ParkReason, error: string): Promise<void> => {
  await tx.query('UPDATE parked_event SET reason = $2, error = $3, attempts = attempts + 1 WHERE id = $1', [id, reason, asText(error)]);
};

/** What an operator wants done about a parked event. */
export interface Act {
  readonly act: 'retry' | 'skip';
  readonly actor: ParkedActor | null;
  readonly why: string | null;
}

/** Keeps what was done; of an event that is given up also its bytes, since nothing else of it is left. Before it is unparked. */
export const noteAct = async (tx: Tx, { id }: ParkedEvent, { act, actor, why }: Act, outcome: 'skipped' | 'applied' | 'still-failing', newError: string | null): Promise<void> => {
  await tx.query(
    `INSERT INTO parked_trail (parked_event_id, consumer, source, stream_id, stream_version, subject, headers, value, reason, error, attempts, parked_at, why, actor, outcome, new_error)
     SELECT id, consumer, source, stream_id, stream_version, subject, headers, CASE WHEN $2 = 'skip' THEN value END, reason, error, attempts, parked_at, $3, $4, $5, $6
       FROM parked_event WHERE id = $1`,
    [id, act, why, actor && JSON.stringify(actor), outcome, newError && asText(newError)],
  );
};

export interface WishedEvent extends Act {
  readonly id: string;
}

/** Requests from a process that can't apply events itself. */
export const wishedOf = async (tx: Tx, consumer: string): Promise<WishedEvent[]> => {
  const { rows } = await tx.query<{ id: string; wish: Act['act']; wish_reason: string | null; wish_actor: ParkedActor | null }>(
    'SELECT id, wish, wish_reason, wish_actor FROM parked_event WHERE consumer = $1 AND wish IS NOT NULL ORDER BY topic, partition, "offset"', [consumer]);
  return rows.map((row) => ({ id: row.id, act: row.wish, why: row.wish_reason, actor: row.wish_actor }));
};

export const clearWish = async (tx: Tx, id: string): Promise<void> => {
  await tx.query('UPDATE parked_event SET wish = NULL, wish_reason = NULL, wish_actor = NULL WHERE id = $1 AND wish IS NOT NULL', [id]);
};
