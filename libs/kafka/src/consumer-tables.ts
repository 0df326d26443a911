import type { Source } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';

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

/** Compare-and-set. False means that this consumer has lost the partition without knowing. Do it last in the transaction. For many at once: `settle`. */
export const moveOffset = async (tx: Tx, consumer: string, topic: string, partition: number, from: bigint, to: bigint): Promise<boolean> => {
  const { rowCount } = await tx.query(
    // Only a consumer that starts at 0 may insert the row: a row that was deleted to start again must not come back.
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
    // Looked up key by key, as in migration 0009: a plan without statistics would read the whole table.
    `SELECT wanted.source, wanted.stream_id, known.version FROM unnest($2::text[], $3::text[]) AS wanted(source, stream_id)
      CROSS JOIN LATERAL (SELECT version FROM consumer_stream s WHERE s.consumer = $1 AND s.source = wanted.source AND s.stream_id = wanted.stream_id LIMIT 1) AS known`,
    [consumer, distinct.map((s) => s.source), distinct.map((s) => s.streamId)],
  );
  return new Map(rows.map((row) => [keyOf({ source: row.source, streamId: row.stream_id }), row.version]));
};

export const saveStreamVersions = async (tx: Tx, consumer: string, versions: ReadonlyMap<string, StreamKey & { version: number }>): Promise<void> => {
  if (versions.size === 0) return;
  // Sorted, so that two writers can't deadlock.
  const rows = [...versions.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await tx.query(
    `INSERT INTO consumer_stream (consumer, source, stream_id, version)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[])
     ON CONFLICT (consumer, source, stream_id) DO UPDATE SET version = excluded.version`,
    [consumer, rows.map((r) => r.source), rows.map((r) => r.streamId), rows.map((r) => r.version)],
  );
};
