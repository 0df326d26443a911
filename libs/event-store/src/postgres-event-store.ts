import { readEvent } from '@lianban/contracts';
import type { Actor, EventEnvelope, Source } from '@lianban/contracts';
import type pg from 'pg';
import { ConflictError } from './event-store.js';
import type { AppendMeta, EventStore, NewEvent, Tx } from './event-store.js';
import { newId } from './ids.js';

/** A row of table `event` as the driver gives it. */
export interface EventRow {
  stream_id: string;
  version: number;
  id: string;
  type: string;
  data: unknown;
  occurred_at: Date;
  recorded_at: Date;
  correlation_id: string;
  causation_id: string;
  actor: Actor;
}

export const eventColumns = 'stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor';

export const toEnvelope = (source: Source, row: EventRow): EventEnvelope =>
  ({
    ...readEvent(row.type, row.data),
    metadata: {
      id: row.id,
      source,
      streamId: row.stream_id,
      streamVersion: row.version,
      occurredAt: row.occurred_at.toISOString(),
      recordedAt: row.recorded_at.toISOString(),
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      actor: row.actor,
    },
  }) as EventEnvelope;

/** What is written for each event; shared with the in-memory twin so that both fill in the same. */
export const toRecord = (event: NewEvent, meta: AppendMeta) => ({
  id: event.id ?? newId(),
  type: event.type,
  data: event.data,
  occurredAt: event.occurredAt ?? meta.occurredAt,
  recordedAt: meta.recordedAt,
  correlationId: meta.correlationId,
  causationId: meta.causationId,
  actor: meta.actor,
});

/** Runs `work` in a transaction of its own connection. The connection is dropped when even the rollback fails. */
export const inTransaction = async <T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection cut while a statement is on its way also emits 'error'; unheard, that would end the process.
  const onError = (error: Error) => { broken = error; };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client as Tx);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => { broken = rollbackError; });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
};

/** The store of one service in its own schema, which the pool's role finds by its search_path. */
export const postgresEventStore = (pool: pg.Pool, source: Source): EventStore => ({
  transaction: (work) => inTransaction(pool, work),

  async read(streamId, tx) {
    const { rows } = await (tx ?? (pool as unknown as Tx)).query<EventRow>(
      `SELECT ${eventColumns} FROM event WHERE stream_id = $1 ORDER BY version`,
      [streamId],
    );
    return rows.map((row) => toEnvelope(source, row));
  },

  async append(tx, streamId, expectedVersion, events, meta) {
    if (events.length === 0) return [];
    const records = events.map((event) => toRecord(event, meta));
    const { rows } = await tx.query<{ version: number | null }>('SELECT append_events($1, $2, $3) AS version', [
      streamId, expectedVersion, JSON.stringify(records),
    ]);
    if (rows[0]?.version == null) throw new ConflictError(streamId, expectedVersion);
    return records.map(({ type, data, ...metadata }, index) => ({
      type, data, metadata: { ...metadata, source, streamId, streamVersion: expectedVersion + index + 1 },
    }) as EventEnvelope);
  },
});
