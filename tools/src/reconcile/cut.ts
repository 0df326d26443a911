/** Up to where a reconciliation compares, and waiting until topic and read model have got there. */
import { type Source, sources } from '@lianban/contracts';
import { loadRelayPosition, type OutboxCursor, outboxStart } from '@lianban/event-store';
import type pg from 'pg';

/** The last event of each store that no transaction still running can precede. */
export type Cut = Readonly<Record<Source, OutboxCursor>>;

export const relayDestination = 'kafka';

export const noteCut = async (admin: pg.ClientBase): Promise<Cut> => {
  const entries: (readonly [Source, OutboxCursor])[] = [];
  for (const source of sources) {
    const { rows } = await admin.query<{ xid: string; position: string }>(
      `SELECT xid::text AS xid, position::text AS position FROM ${source}.event
        WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY event.xid DESC, event.position DESC LIMIT 1`);
    entries.push([source, rows[0] ?? outboxStart]);
  }
  return Object.fromEntries(entries) as Record<Source, OutboxCursor>;
};

const reached = (at: OutboxCursor, goal: OutboxCursor): boolean =>
  BigInt(at.xid) > BigInt(goal.xid) || (at.xid === goal.xid && BigInt(at.position) >= BigInt(goal.position));

/** Sources whose relay has not published everything up to the cut. */
export const relaysBehind = async (admin: pg.ClientBase, cut: Cut): Promise<Source[]> => {
  const behind: Source[] = [];
  for (const source of sources) {
    await admin.query(`SET search_path = ${source}`);
    if (!reached(await loadRelayPosition(admin, relayDestination), cut[source])) behind.push(source);
  }
  await admin.query('RESET search_path');
  return behind;
};

/** Ends of a topic's partitions. */
export type Ends = ReadonlyMap<number, bigint>;

/** Messages the read model's consumer still has before the ends of its topic. */
export const readModelBehind = async (admin: pg.ClientBase, consumer: string, topic: string, ends: Ends): Promise<number> => {
  const { rows } = await admin.query<{ partition: number; next_offset: string }>(
    'SELECT partition, next_offset FROM insight.consumer_offset WHERE consumer = $1 AND topic = $2', [consumer, topic]);
  const at = new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]));
  return [...ends].reduce((sum, [partition, end]) => sum + Math.max(0, Number(end - (at.get(partition) ?? 0n))), 0);
};
