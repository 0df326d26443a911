import { released } from '@lianban/contracts';
import type { Actor, EventEnvelope, EventReader, Source } from '@lianban/contracts';
import type pg from 'pg';
import { appendArguments, groupOptions, lockTimeout } from './append-many.js';
import { prepareAppend, toEnvelope } from './event-record.js';
import { ConflictError } from './event-store.js';
import type { EventRecord, EventStore, PreparedAppend, Tx } from './event-store.js';
import { inGroups } from './group.js';
import { appendConflicts } from './metrics.js';
import { timesAsText } from './times-as-text.js';
import { committed, inTransaction, markAppending, measured } from './transaction.js';

/** A row of table `event`, its times as text. */
export interface EventRow {
  stream_id: string;
  version: number;
  id: string;
  type: string;
  data: unknown;
  occurred_at: string;
  recorded_at: string;
  correlation_id: string;
  causation_id: string;
  actor: Actor;
}

export const eventColumns = 'stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor';

export const recordOf = (row: EventRow): EventRecord => ({
  id: row.id,
  type: row.type,
  data: row.data,
  occurredAt: row.occurred_at,
  recordedAt: row.recorded_at,
  correlationId: row.correlation_id,
  causationId: row.causation_id,
  actor: row.actor,
});

/** The store of one service in its own schema, which the pool's role finds by its search_path. */
export const postgresEventStore = (pool: pg.Pool, source: Source, reader: EventReader = released): EventStore => {
  // A single statement is its own transaction.
  const together = inGroups(async (appends: readonly PreparedAppend[], alone) => measured(async () => {
    const { rows } = await pool.query<{ done: boolean[] }>({
      name: 'append-many', text: `SELECT append_many($1, $2, $3, $4) AS done FROM set_config('lock_timeout', $5, true)`,
      values: [...appendArguments(appends), lockTimeout(alone)],
    });
    const done = rows[0]?.done ?? [];
    committed(pool, appends.filter((_, index) => done[index]).flatMap(({ records }) => records));
    return done;
  }), groupOptions);

  const sql = (tx?: Tx): Tx => tx ?? pool;

  return {
    transaction: (work) => inTransaction(pool, work),

    async read(streamId, tx) {
      const { rows } = await sql(tx).query<EventRow>({ text: `SELECT ${eventColumns} FROM event WHERE stream_id = $1 ORDER BY version`, types: timesAsText }, [streamId]);
      return rows.map((row) => toEnvelope(recordOf(row), { source, streamId, streamVersion: row.version }, reader));
    },

    async append(tx, streamId, expectedVersion, events, meta) {
      if (events.length === 0) return [];
      const { records, envelopes } = prepareAppend({ streamId, expectedVersion, events, meta }, source, reader);
      markAppending(tx);
      const { rows } = await tx.query<{ version: number | null }>('SELECT append_events($1, $2, $3) AS version', [
        streamId, expectedVersion, JSON.stringify(records),
      ]).catch((error: Error & { code?: string }) => {
        // A deadlock with another append: this transaction is over, and a new one may well succeed.
        throw error.code === '40P01' ? new ConflictError(streamId, expectedVersion) : error;
      });
      if (rows[0]?.version == null) {
        appendConflicts.inc();
        throw new ConflictError(streamId, expectedVersion);
      }
      markAppending(tx, records);
      return [...envelopes];
    },

    async readMany(streamIds, tx) {
      const streams = new Map<string, EventEnvelope[]>();
      if (streamIds.length === 0) return streams;
      const { rows } = await sql(tx).query<EventRow>({ text: `SELECT ${eventColumns} FROM event WHERE stream_id = ANY($1) ORDER BY stream_id, version`, types: timesAsText }, [streamIds]);
      for (const row of rows) {
        const event = toEnvelope(recordOf(row), { source, streamId: row.stream_id, streamVersion: row.version }, reader);
        const stream = streams.get(row.stream_id);
        if (stream) stream.push(event);
        else streams.set(row.stream_id, [event]);
      }
      return streams;
    },

    prepare: (append) => prepareAppend(append, source, reader),

    async appendMany(tx, appends) {
      if (appends.length === 0) return;
      markAppending(tx);
      const { rows } = await tx.query<{ done: boolean[] }>('SELECT append_many($1, $2, $3, $4) AS done', appendArguments(appends));
      const lost = appends.find((_, index) => !rows[0]?.done[index]);
      if (lost) {
        appendConflicts.inc();
        throw new ConflictError(lost.streamId, lost.expectedVersion);
      }
      markAppending(tx, appends.flatMap(({ records }) => records));
    },

    async commit(append) {
      if (append.events.length === 0) return [];
      const prepared = prepareAppend(append, source, reader);
      if (!(await together(prepared))) {
        appendConflicts.inc();
        throw new ConflictError(append.streamId, append.expectedVersion);
      }
      return [...prepared.envelopes];
    },
  };
};
