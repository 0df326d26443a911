/** Positions of a read model's consumer: how far a copy is behind the live one, and handing the copy's over at the switch. */
import { lockPartition } from '@lianban/kafka';
import type { Tx } from './read-model.js';

/** How many messages the copy still has to read until it is where the live one is, and how many that is from the start. */
export const distance = async (tx: Tx, live: string, copy: string): Promise<{ total: number; missing: number }> => {
  const { rows } = await tx.query<{ total: string; missing: string }>(
    `SELECT coalesce(sum(l.next_offset), 0)::text AS total, coalesce(sum(greatest(0, l.next_offset - coalesce(c.next_offset, 0))), 0)::text AS missing
       FROM consumer_offset l
       LEFT JOIN consumer_offset c ON c.consumer = $2 AND c.topic = l.topic AND c.partition = l.partition
      WHERE l.consumer = $1`,
    [live, copy],
  );
  return { total: Number(rows[0]?.total ?? 0), missing: Number(rows[0]?.missing ?? 0) };
};

/** Takes the turn of a consumer in every partition that `known` consumers have read: it does nothing until this transaction ends. */
export const holdStill = async (tx: Tx, consumer: string, known: readonly string[]): Promise<void> => {
  const { rows } = await tx.query<{ topic: string; partition: number }>(
    'SELECT DISTINCT topic, partition FROM consumer_offset WHERE consumer = ANY($1) ORDER BY topic, partition', [known]);
  for (const { topic, partition } of rows) await lockPartition(tx, consumer, topic, partition);
};

/**
 * Gives the live consumer the copy's offsets and whose they are, stream versions and parked events. Both must stand still. Rows that are equal,
 * which are nearly all, are left alone, so that the switch stays short with millions of streams.
 */
export const takeOver = async (tx: Tx, live: string, copy: string): Promise<void> => {
  await tx.query(
    `INSERT INTO consumer_offset SELECT $1, topic, partition, next_offset FROM consumer_offset WHERE consumer = $2
     ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset`, [live, copy]);
  await tx.query(
    `INSERT INTO consumer_topic SELECT $1, topic, topic_id FROM consumer_topic WHERE consumer = $2
     ON CONFLICT (consumer, topic) DO UPDATE SET topic_id = excluded.topic_id`, [live, copy]);
  await tx.query(
    `DELETE FROM consumer_stream l WHERE consumer = $1
       AND NOT EXISTS (SELECT FROM consumer_stream c WHERE c.consumer = $2 AND c.source = l.source AND c.stream_id = l.stream_id)`, [live, copy]);
  await tx.query(
    `INSERT INTO consumer_stream SELECT $1, source, stream_id, version FROM consumer_stream c WHERE consumer = $2
       AND NOT EXISTS (SELECT FROM consumer_stream l WHERE l.consumer = $1 AND l.source = c.source AND l.stream_id = c.stream_id AND l.version = c.version)
     ON CONFLICT (consumer, source, stream_id) DO UPDATE SET version = excluded.version`, [live, copy]);
  await tx.query('DELETE FROM parked_event WHERE consumer = $1', [live]);
  await tx.query('UPDATE parked_event SET consumer = $1 WHERE consumer = $2', [live, copy]);
};

/** Where a consumer that stands still begins in a partition, whatever it has had. */
export const beginAt = async (tx: Tx, consumer: string, topic: string, partition: number, offset: bigint): Promise<void> => {
  await tx.query(
    `INSERT INTO consumer_offset VALUES ($1, $2, $3, $4)
     ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset`, [consumer, topic, partition, offset.toString()]);
};

/** Asks for each parked event of `copy` to be skipped that an operator once had skipped for `live`. @returns whether there was one */
export const skipAgain = async (tx: Tx, live: string, copy: string): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `UPDATE parked_event p SET wish = 'skip', wish_reason = s.why, wish_actor = s.actor FROM parked_trail s
      WHERE p.consumer = $2 AND s.consumer = $1 AND s.outcome = 'skipped' AND (s.source, s.stream_id, s.stream_version) = (p.source, p.stream_id, p.stream_version)
        AND p.reason IN ('failed', 'unreadable')`, [live, copy]);
  return rowCount !== 0;
};

export const parkedBy = async (tx: Tx, consumer: string): Promise<number> => {
  const { rows } = await tx.query<{ parked: number }>('SELECT count(*)::int AS parked FROM parked_event WHERE consumer = $1', [consumer]);
  return rows[0]?.parked ?? 0;
};

/** Forgets a consumer altogether, in short transactions: it may have a row for each of millions of streams. */
export const forget = async (tx: Tx, consumer: string): Promise<void> => {
  for (const table of ['consumer_offset', 'consumer_topic', 'consumer_stream', 'parked_event', 'parked_trail']) {
    for (let deleted: number | null = 1; deleted; ) {
      const { rowCount } = await tx.query(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE consumer = $1 LIMIT 20000))`, [consumer]);
      deleted = rowCount;
    }
  }
};
