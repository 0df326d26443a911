/** Table `extension_request`: kept in the transaction of the events, read as the list of what waits for a decision. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { TimeKey } from '@lianban/service-kit';
import type { Extension } from '../domain/case-orders.js';

export type ExtensionEvent = EventEnvelope<EventByType<'lianban.extension.requested.v1' | 'lianban.extension.granted.v1' | 'lianban.extension.refused.v1'>>;

export const keepExtensions = async (tx: Tx, events: readonly ExtensionEvent[]): Promise<void> => {
  const requested = events.flatMap(({ type, data, metadata: { streamId, occurredAt } }, place) => (type !== 'lianban.extension.requested.v1' ? [] : [{
    extension_id: data.extensionId, work_order_id: data.workOrderId, case_id: streamId, department: data.department, ordinal: data.ordinal,
    added: data.by, due_at: data.dueAt, reason: data.reason, requested_at: occurredAt, place,
  }]));
  if (requested.length > 0) {
    await tx.query(
      `INSERT INTO extension_request (extension_id, work_order_id, case_id, department, number, ordinal, added, due_at, reason, status, requested_at)
       SELECT extension_id, work_order_id, case_id, department, 
              (SELECT count(*) FROM extension_request o WHERE o.work_order_id = r.work_order_id) + row_number() OVER (PARTITION BY work_order_id ORDER BY place), ordinal, added, due_at, reason, 'requested',
              date_trunc('milliseconds', requested_at)
         FROM jsonb_to_recordset($1) AS r(extension_id uuid, work_order_id uuid, case_id uuid, department text, ordinal integer, added jsonb, due_at timestamptz, reason text, requested_at timestamptz, place integer)`,
      [JSON.stringify(requested)]);
  }
  const decided = events.flatMap(({ type, data }) => (type === 'lianban.extension.requested.v1' ? []
    : [{ extension_id: data.extensionId, status: type === 'lianban.extension.granted.v1' ? 'granted' : 'refused' }]));
  if (decided.length > 0) {
    await tx.query(`UPDATE extension_request e SET status = d.status FROM jsonb_to_recordset($1) AS d(extension_id uuid, status text) WHERE e.extension_id = d.extension_id`, [JSON.stringify(decided)]);
  }
};

export interface ExtensionRequestRow {
  readonly extension_id: string;
  readonly work_order_id: string;
  readonly case_id: string;
  readonly case_no: string | null;
  readonly title: string | null;
  readonly department: string;
  readonly number: number;
  readonly ordinal: number;
  readonly added: Extension['by'];
  readonly due_at: Date;
  readonly reason: string;
  readonly requested_at: Date;
}

export interface PendingAsked {
  /** Of this department; null: of all. */
  readonly department: string | null;
  /** Which extension it would be at least: from the second on the coordinator decides. */
  readonly fromOrdinal: number;
  readonly after?: TimeKey | undefined;
  readonly limit: number;
}

/** Requests that can still be decided, the longest waiting first. Requests of ended orders are left out. */
export const readPending = async (sql: Tx, { department, fromOrdinal, after, limit }: PendingAsked): Promise<ExtensionRequestRow[]> => {
  const { rows } = await sql.query<ExtensionRequestRow>(
    `SELECT r.extension_id, r.work_order_id, r.case_id, w.case_no, w.title, r.department, r.number, r.ordinal, r.added, r.due_at, r.reason, r.requested_at
       FROM extension_request r JOIN work_order w ON w.work_order_id = r.work_order_id
      WHERE r.status = 'requested' AND w.status IN ('signed', 'in-progress') AND ($1::text IS NULL OR r.department = $1) AND r.ordinal >= $2
        AND ($3::timestamptz IS NULL OR (r.requested_at, r.extension_id) > ($3, $4::uuid))
      ORDER BY r.requested_at, r.extension_id LIMIT $5`,
    [department, fromOrdinal, ...(after ?? [null, null]), limit]);
  return rows;
};
