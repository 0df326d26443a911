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

/** Compare-and-set: false fences a consumer that lost the partition and does not know. Do it last in the transaction. */
export const moveOffset = async (tx: Tx, consumer: string, topic: string, partition: number, from: bigint, to: bigint): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `INSERT INTO consumer_offset AS o (consumer, topic, partition, next_offset) SELECT $1, $2, $3, $5::bigint
     ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset WHERE o.next_offset = $4::bigint`,
    [consumer, topic, partition, from.toString(), to.toString()],
  );
  return rowCount === 1;
};

/** The last version applied of each of these streams; absent means none yet. */
export const loadStreamVersions = async (tx: Tx, consumer: string, streams: readonly StreamKey[]): Promise<Map<string, number>> => {
  if (streams.length === 0) return new Map();
  const { rows } = await tx.query<{ source: Source; stream_id: string; version: number }>(
    `SELECT source, stream_id, version FROM consumer_stream
      WHERE consumer = $1 AND (source, stream_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [consumer, streams.map((s) => s.source), streams.map((s) => s.streamId)],
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

export const park = async (tx: Tx, consumer: string, raw: RawEvent, address: EventAddress, reason: ParkReason, error: string | null, attempts: number): Promise<void> => {
  await tx.query(
    `INSERT INTO parked_event (consumer, source, stream_id, stream_version, subject, topic, partition, "offset", headers, value, reason, error, attempts)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (consumer, source, stream_id, stream_version) DO NOTHING`,
    [consumer, address.source, address.streamId, address.streamVersion, address.subject, raw.topic, raw.partition, raw.offset,
      JSON.stringify(raw.headers), raw.value, reason, error, attempts],
  );
};

export const parkedOf = async (tx: Tx, consumer: string, subject?: string): Promise<ParkedEvent[]> => {
  const { rows } = await tx.query<{
    source: Source; stream_id: string; stream_version: number; subject: string; topic: string; partition: number; offset: string;
    headers: Record<string, string>; value: Buffer; reason: ParkReason; error: string | null; attempts: number; parked_at: Date;
  }>(
    `SELECT source, stream_id, stream_version, subject, topic, partition, "offset", headers, value, reason, error, attempts, parked_at
       FROM parked_event WHERE consumer = $1 AND ($2::text IS NULL OR subject = $2) ORDER BY topic, partition, "offset" LIMIT 1000`,
    [consumer, subject ?? null],
  );
  return rows.map((row) => ({
    consumer,
    raw: { topic: row.topic, partition: row.partition, offset: row.offset, headers: row.headers, value: row.value },
    address: { source: row.source, streamId: row.stream_id, streamVersion: row.stream_version, subject: row.subject, type: row.headers.ce_type ?? '' },
    reason: row.reason, error: row.error, attempts: row.attempts, parkedAt: row.parked_at.toISOString(),
  }));
};

/** True when this transaction removed it; false when another consumer was faster. */
export const unpark = async (tx: Tx, consumer: string, { source, streamId, streamVersion }: EventAddress): Promise<boolean> => {
  const { rowCount } = await tx.query(
    'DELETE FROM parked_event WHERE consumer = $1 AND source = $2 AND stream_id = $3 AND stream_version = $4',
    [consumer, source, streamId, streamVersion],
  );
  return rowCount === 1;
};

export const noteFailedRetry = async (tx: Tx, consumer: string, { source, streamId, streamVersion }: EventAddress, reason: ParkReason, error: string): Promise<void> => {
  await tx.query(
    `UPDATE parked_event SET reason = $5, error = $6, attempts = attempts + 1
      WHERE consumer = $1 AND source = $2 AND stream_id = $3 AND stream_version = $4`,
    [consumer, source, streamId, streamVersion, reason, error],
  );
};
