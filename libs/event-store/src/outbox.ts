import type { Actor, Source } from '@lianban/contracts';
import type { Tx } from './event-store.js';
import type { EventRow } from './postgres-event-store.js';

/** A place in commit order. Both are 64-bit numbers, kept as text. */
export interface OutboxCursor {
  readonly xid: string;
  readonly position: string;
}

/** An event as the relay publishes it: exactly as it was written, never upcast. */
export interface OutboxEntry extends OutboxCursor {
  readonly source: Source;
  readonly streamId: string;
  readonly streamVersion: number;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: Actor;
  readonly traceParent?: string;
}

export const outboxStart: OutboxCursor = { xid: '0', position: '0' };

/** The channel on which appends to this schema are notified, after their commit; the payload is empty. */
export const appendedChannel = (schema: string): string => `event_appended_${schema}`;

export interface OutboxBatch {
  readonly entries: OutboxEntry[];
  /** Whether more committed events wait after these, also those that an older running transaction holds back. */
  readonly more: boolean;
}

/**
 * Up to `limit` events after `cursor` in commit order; fewer when they are large: those that begin within `maxBytes` of payload as
 * stored, at least one. One statement, so that the snapshot that hides transactions still
 * running is the one that reads the rows; a cursor of position alone, or an `id > last`, was measured to lose events.
 */
export const readOutbox = async (tx: Tx, source: Source, cursor: OutboxCursor, limit: number, maxBytes = 8_000_000): Promise<OutboxBatch> => {
  const { rows } = await tx.query<OutboxRow | { readonly xid: null; readonly more: boolean }>(outboxSql, [cursor.xid, cursor.position, limit, maxBytes]);
  const entries = rows.flatMap((row): OutboxEntry[] => (row.xid === null ? [] : [{
    xid: row.xid,
    position: row.position,
    source,
    streamId: row.stream_id,
    streamVersion: row.version,
    id: row.id,
    type: row.type,
    data: row.data,
    occurredAt: new Date(row.occurred_ms).toISOString(),
    recordedAt: new Date(row.recorded_ms).toISOString(),
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    actor: row.actor,
    traceParent: row.trace_parent ?? undefined,
  }]));
  return { entries, more: rows[0]?.more ?? false };
};

interface OutboxRow extends Omit<EventRow, 'occurred_at' | 'recorded_at'>, OutboxCursor {
  readonly occurred_ms: number;
  readonly recorded_ms: number;
  readonly trace_parent: string | null;
  readonly more: boolean;
}

// In milliseconds, since the driver takes longer to parse a timestamp than all other columns together. At least one row, for `more`.
const outboxSql = `
  WITH entry AS MATERIALIZED (
    SELECT * FROM (SELECT *, sum(pg_column_size(data)) OVER (ORDER BY xid, position ROWS UNBOUNDED PRECEDING) - pg_column_size(data) AS bytes_before
                     FROM event
                    WHERE (xid, position) > ($1::xid8, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
                    ORDER BY xid, position LIMIT $3) AS next
     WHERE bytes_before < $4),
  last AS (SELECT xid, position FROM entry ORDER BY xid DESC, position DESC LIMIT 1)
  SELECT entry.xid::text AS xid, entry.position::text AS position, stream_id, version, id, type, data, correlation_id, causation_id, actor, trace_parent,
         (extract(epoch FROM occurred_at) * 1000)::float8 AS occurred_ms, (extract(epoch FROM recorded_at) * 1000)::float8 AS recorded_ms, more
    FROM (SELECT EXISTS (SELECT FROM event WHERE (xid, position)
                           > (coalesce((SELECT xid FROM last), $1::xid8), coalesce((SELECT position FROM last), $2::bigint))) AS more) AS behind
    LEFT JOIN entry ON true
   ORDER BY entry.xid, entry.position`;

/** It rewrites every event of the store, so it has no time limit: after one, the statement would keep running and a second would start behind it. */
const adoptingMayTakeMs = 86_400_000;

/**
 * After a dump was restored into another cluster, whose transaction ids are behind: makes the events readable and the streams
 * writable again, and has everything published once more. False, at the cost of an index look, in every other case.
 */
export const adoptRestoredEvents = async (tx: Tx): Promise<boolean> => {
  const { rows } = await tx.query<{ adopted: boolean }>({ text: 'SELECT adopt_restored_events() AS adopted', query_timeout: adoptingMayTakeMs });
  return rows[0]?.adopted ?? false;
};

export const loadRelayPosition = async (tx: Tx, destination: string): Promise<OutboxCursor> => {
  const { rows } = await tx.query<{ xid: string; position: string }>(
    'SELECT xid::text AS xid, position::text AS position FROM relay_position WHERE destination = $1',
    [destination],
  );
  return rows[0] ?? outboxStart;
};

/** How many events wait for the relay, and since when the oldest. Counts at most 10,000 so that it stays cheap. */
export const relayLag = async (tx: Tx, destination: string): Promise<{ events: number; seconds: number }> => {
  const cursor = await loadRelayPosition(tx, destination);
  const { rows } = await tx.query<{ events: number; seconds: number | null }>(
    `SELECT count(*)::int AS events, greatest(0, extract(epoch FROM now() - min(recorded_at)))::float8 AS seconds
       FROM (SELECT recorded_at FROM event WHERE (xid, position) > ($1::xid8, $2::bigint) ORDER BY xid, position LIMIT 10000) waiting`,
    [cursor.xid, cursor.position],
  );
  return { events: rows[0]?.events ?? 0, seconds: rows[0]?.seconds ?? 0 };
};
