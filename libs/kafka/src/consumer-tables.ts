import type { Source } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { EventAddress, RawEvent } from './cloud-event.js';

export type ParkReason = 'failed' | 'unreadable' | 'waiting' | 'gap';

/** A parked event as an operator sees it. */
export interface ParkedEvent {
  readonly consumer: string;
  readonly raw: RawEvent;
  readonly address: EventAddress;
  readonly reason: ParkReason;
  readonly error: string | null;
  readonly attempts: number;
  readonly parkedAt: string;
}

export interface StreamKey {
  readonly source: Source;
  readonly streamId: string;
}

export const keyOf = ({ source, streamId }: StreamKey): string => `${source} ${streamId}`;

export const loadOffset = async (tx: Tx, consumer: string, topic: string, partition: number): Promise<bigint> => {
  const { rows } = await tx.query<{ next_offset: string }>(
    'SELECT next_offset FROM consumer_offset WHERE consumer = $1 AND topic = $2 AND partition = $3', [consumer, topic, partition]);
  return BigInt(rows[0]?.next_offset ?? 0);
};

/**
 * Makes the transactions of one partition take turns: those of a consumer that lost it and does not know, and those that apply
 * parked events. An advisory lock and no row lock, which would give the transaction an early id.
 */
export const lockPartition = async (tx: Tx, consumer: string, topic: string, partition: number): Promise<void> => {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${consumer} ${topic}/${partition}`]);
};

/** Compare-and-set: false fences a consumer that lost the partition and does not know. Do it last in the transaction. Many at once: `settle`. */
export const moveOffset = async (tx: Tx, consumer: string, topic: string, partition: number, from: bigint, to: bigint): Promise<boolean> => {
  const { rowCount } = await tx.query(
    // Only the very start may make the row: one that was removed to begin anew must not come back.
    `INSERT INTO consumer_offset AS o (consumer, topic, partition, next_offset) SELECT $1, $2, $3::int, $5::bigint
      WHERE $4::bigint = 0 OR EXISTS (SELECT FROM consumer_offset WHERE consumer = $1 AND topic = $2 AND partition = $3::int)
     ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset WHERE o.next_offset = $4::bigint`,
    [consumer, topic, partition, from.toString(), to.toString()],
  );
  return rowCount === 1;
};

/** The positions of all partitions of a consumer, by `topic/partition`. */
export const loadOffsets = async (tx: Tx, consumer: string): Promise<Map<string, bigint>> => {
  const { rows } = await tx.query<{ topic: string; partition: number; next_offset: string }>(
    'SELECT topic, partition, next_offset FROM consumer_offset WHERE consumer = $1', [consumer]);
  return new Map(rows.map((row) => [`${row.topic}/${row.partition}`, BigInt(row.next_offset)]));
};

/**
 * Notes which topic the offsets are of. When they were of another one, deleted and made anew since, they mean nothing any more:
 * all of them go back to 0 in the same statement, which fences whoever still reads by them. Versions recognise the copies.
 * @returns whether they were of another one
 */
export const adoptTopic = async (tx: Tx, consumer: string, topic: string, topicId: string): Promise<boolean> => {
  const { rows } = await tx.query(
    `WITH noted AS (
       INSERT INTO consumer_topic AS t (consumer, topic, topic_id) VALUES ($1, $2, $3)
       ON CONFLICT (consumer, topic) DO UPDATE SET topic_id = excluded.topic_id WHERE t.topic_id <> excluded.topic_id
       RETURNING xmax <> 0 AS anew
     ), begun_anew AS (
       UPDATE consumer_offset SET next_offset = 0 WHERE consumer = $1 AND topic = $2 AND (SELECT anew FROM noted)
     )
     SELECT FROM noted WHERE anew`,
    [consumer, topic, topicId]);
  return rows.length > 0;
};

/** The last version applied of each of these streams; absent means none yet. */
export const loadStreamVersions = async (tx: Tx, consumer: string, streams: readonly StreamKey[]): Promise<Map<string, number>> => {
  if (streams.length === 0) return new Map();
  const distinct = [...new Map(streams.map((stream) => [keyOf(stream), stream])).values()];
  const { rows } = await tx.query<{ source: Source; stream_id: string; version: number }>(
    `SELECT source, stream_id, version FROM consumer_stream
      WHERE consumer = $1 AND (source, stream_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [consumer, distinct.map((s) => s.source), distinct.map((s) => s.streamId)],
  );
  return new Map(rows.map((row) => [keyOf({ source: row.source, streamId: row.stream_id }), row.version]));
};

export const saveStreamVersions = async (tx: Tx, consumer: string, versions: ReadonlyMap<string, StreamKey & { version: number }>): Promise<void> => {
  if (versions.size === 0) return;
  // Sorted, so that two writers can't wait for each other.
  const rows = [...versions.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await tx.query(
    `INSERT INTO consumer_stream (consumer, source, stream_id, version)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[])
     ON CONFLICT (consumer, source, stream_id) DO UPDATE SET version = excluded.version`,
    [consumer, rows.map((r) => r.source), rows.map((r) => r.streamId), rows.map((r) => r.version)],
  );
};

/** For each subject with parked events: whether one of them failed, which blocks the subject, or all of them only wait for a gap to fill. */
export const loadParkedSubjects = async (tx: Tx, consumer: string, subjects?: readonly string[]): Promise<Map<string, { blocked: boolean }>> => {
  const { rows } = await tx.query<{ subject: string; blocked: boolean }>(
    `SELECT subject, bool_or(reason IN ('failed', 'unreadable')) AS blocked FROM parked_event
      WHERE consumer = $1 AND ($2::text[] IS NULL OR subject = ANY($2)) GROUP BY subject`,
    [consumer, subjects ?? null],
  );
  return new Map(rows.map((row) => [row.subject, { blocked: row.blocked }]));
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
  source: Source; stream_id: string; stream_version: number; subject: string; topic: string; partition: number; offset: string;
  headers: Record<string, string>; value: Buffer; reason: ParkReason; error: string | null; attempts: number; parked_at: Date;
}

const parkedColumns = 'p.source, p.stream_id, p.stream_version, p.subject, p.topic, p.partition, p."offset", p.headers, p.value, p.reason, p.error, p.attempts, p.parked_at';

const toParked = (consumer: string, row: ParkedRow): ParkedEvent => ({
  consumer,
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
  return rows.map((row) => toParked(consumer, row));
};

/** The parked event of a subject that is next to be applied: the first in the topic with no gap before it in its stream. */
export const nextParked = async (tx: Tx, consumer: string, subject: string): Promise<(ParkedEvent & { applied: boolean }) | undefined> => {
  const { rows } = await tx.query<ParkedRow & { applied: boolean }>(
    `SELECT ${parkedColumns}, p.stream_version <= coalesce(s.version, 0) AS applied
       FROM parked_event p LEFT JOIN consumer_stream s ON s.consumer = p.consumer AND s.source = p.source AND s.stream_id = p.stream_id
      WHERE p.consumer = $1 AND p.subject = $2 AND p.stream_version <= coalesce(s.version, 0) + 1
      ORDER BY p.topic, p.partition, p."offset" LIMIT 1`,
    [consumer, subject],
  );
  return rows[0] && { ...toParked(consumer, rows[0]), applied: rows[0].applied };
};

/** True when this transaction removed it; false when another consumer was faster. */
export const unpark = async (tx: Tx, consumer: string, { source, streamId, streamVersion }: EventAddress): Promise<boolean> => {
  const { rowCount } = await tx.query(
    'DELETE FROM parked_event WHERE consumer = $1 AND source = $2 AND stream_id = $3 AND stream_version = $4',
    [consumer, source, streamId, streamVersion],
  );
  return rowCount === 1;
};

/** Keeps the trail of an event that is given up; in the transaction that unparks it. */
export const noteSkipped = async (tx: Tx, consumer: string, { source, streamId, streamVersion }: EventAddress, why: string | null): Promise<void> => {
  await tx.query(
    `INSERT INTO skipped_event (consumer, source, stream_id, stream_version, subject, headers, value, reason, error, wish_reason)
     SELECT consumer, source, stream_id, stream_version, subject, headers, value, reason, error, $5 FROM parked_event
      WHERE consumer = $1 AND source = $2 AND stream_id = $3 AND stream_version = $4`,
    [consumer, source, streamId, streamVersion, why],
  );
};

export interface WishedEvent extends ParkedEvent {
  readonly wish: 'retry' | 'skip';
  readonly why: string | null;
}

/** The parked events an operator wants something done about. */
export const wishedOf = async (tx: Tx, consumer: string): Promise<WishedEvent[]> => {
  const { rows } = await tx.query<ParkedRow & { wish: WishedEvent['wish']; wish_reason: string | null }>(
    `SELECT ${parkedColumns}, p.wish, p.wish_reason FROM parked_event p
      WHERE p.consumer = $1 AND p.wish IS NOT NULL ORDER BY p.topic, p.partition, p."offset"`,
    [consumer],
  );
  return rows.map((row) => ({ ...toParked(consumer, row), wish: row.wish, why: row.wish_reason }));
};

export const clearWish = async (tx: Tx, consumer: string, { source, streamId, streamVersion }: EventAddress): Promise<void> => {
  await tx.query(
    `UPDATE parked_event SET wish = NULL, wish_reason = NULL
      WHERE consumer = $1 AND source = $2 AND stream_id = $3 AND stream_version = $4 AND wish IS NOT NULL`,
    [consumer, source, streamId, streamVersion],
  );
};

export const noteFailedRetry = async (tx: Tx, consumer: string, { source, streamId, streamVersion }: EventAddress, reason: ParkReason, error: string): Promise<void> => {
  await tx.query(
    `UPDATE parked_event SET reason = $5, error = $6, attempts = attempts + 1
      WHERE consumer = $1 AND source = $2 AND stream_id = $3 AND stream_version = $4`,
    [consumer, source, streamId, streamVersion, reason, asText(error)],
  );
};
