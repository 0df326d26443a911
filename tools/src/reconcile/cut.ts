/** Up to where a reconciliation compares, and waiting until topic and read model have got there. */
import { type Source, sources } from '@lianban/contracts';
import { loadRelayPosition, type OutboxCursor, outboxStart } from '@lianban/event-store';
import type { PartitionRange } from '@lianban/kafka';
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

/** Messages a consumer of insight still has before the ends of its topics. */
export const messagesBehind = async (admin: pg.ClientBase, consumer: string, bounds: readonly PartitionRange[]): Promise<number> => {
  const { rows } = await admin.query<{ place: string; next_offset: string }>(`SELECT topic || '/' || partition AS place, next_offset FROM insight.consumer_offset WHERE consumer = $1`, [consumer]);
  const at = new Map(rows.map((row) => [row.place, BigInt(row.next_offset)]));
  return bounds.reduce((sum, { topic, partition, to }) => sum + Math.max(0, Number(to - (at.get(`${topic}/${partition}`) ?? 0n))), 0);
};
