/** Table `unit_request`: kept in the transaction of the events, read as the list of what waits for the answer of another unit or of the coordinator. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { openOrderStatuses } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { TimeKey } from '@lianban/service-kit';

export type UnitRequestEvent = EventEnvelope<EventByType<
  'lianban.transfer.requested.v1' | 'lianban.transfer.agreed.v1' | 'lianban.transfer.declined.v1'
  | 'lianban.assistance.release-requested.v1' | 'lianban.assistance.released.v1' | 'lianban.assistance.release-refused.v1'
>>;

export const unitRequestKinds = ['transfer', 'release'] as const;
export type UnitRequestKind = (typeof unitRequestKinds)[number];

export const keepUnitRequests = async (tx: Tx, events: readonly UnitRequestEvent[]): Promise<void> => {
  const asked = events.flatMap((event, place) => {
    const { streamId, occurredAt } = event.metadata;
    const about = { case_id: streamId, requested_at: occurredAt, place };
    if (event.type === 'lianban.transfer.requested.v1') {
      const { transferId, workOrderId, from, to, reason } = event.data;
      return [{ ...about, request_id: transferId, kind: 'transfer', work_order_id: workOrderId, asked_by: from, asked_of: to, reason }];
    }
    if (event.type === 'lianban.assistance.release-requested.v1') {
      const { releaseId, workOrderId, department, lead, reason } = event.data;
      return [{ ...about, request_id: releaseId, kind: 'release', work_order_id: workOrderId, asked_by: department, asked_of: lead, reason }];
    }
    return [];
  });
  if (asked.length > 0) {
    await tx.query(
      `INSERT INTO unit_request (request_id, kind, case_id, work_order_id, number, asked_by, asked_of, reason, status, requested_at)
       SELECT request_id, kind, case_id, work_order_id,
              (SELECT count(*) FROM unit_request o WHERE o.work_order_id = r.work_order_id AND o.kind = r.kind) + row_number() OVER (PARTITION BY work_order_id, kind ORDER BY place),
              asked_by, asked_of, reason, 'waiting', date_trunc('milliseconds', requested_at)
         FROM jsonb_to_recordset($1) AS r(request_id uuid, kind text, case_id uuid, work_order_id uuid, asked_by text, asked_of text, reason text, requested_at timestamptz, place integer)`,
      [JSON.stringify(asked)]);
  }
  const answered = events.flatMap(({ type, data }) => {
    if (type === 'lianban.transfer.requested.v1' || type === 'lianban.assistance.release-requested.v1') return [];
    return 'transferId' in data ? [data.transferId] : data.releaseId ?? [];
  });
  if (answered.length > 0) await tx.query(`UPDATE unit_request SET status = 'answered' WHERE request_id = ANY ($1::uuid[])`, [answered]);
};

export interface UnitRequestRow {
  readonly request_id: string;
  readonly kind: UnitRequestKind;
  readonly case_id: string;
  readonly case_no: string | null;
  readonly title: string | null;
  readonly territory: string | null;
  readonly work_order_id: string;
  readonly number: number;
  readonly asked_by: string;
  readonly asked_of: string | null;
  readonly reason: string;
  readonly due_at: Date | null;
  readonly requested_at: Date;
}

export interface WaitingAsked {
  /** That asked, or is asked; null: any. */
  readonly department: string | null;
  readonly kind: UnitRequestKind | null;
  readonly after?: TimeKey | undefined;
  readonly limit: number;
}

/** Those that can still be answered, the longest waiting first. What was asked about an order that has ended is left out. */
export const readWaiting = async (sql: Tx, { department, kind, after, limit }: WaitingAsked): Promise<UnitRequestRow[]> => {
  const { rows } = await sql.query<UnitRequestRow>(
    `SELECT r.request_id, r.kind, r.case_id, w.case_no, w.title, w.territory, r.work_order_id, r.number, r.asked_by, r.asked_of, r.reason, w.due_at, r.requested_at
       FROM unit_request r JOIN work_order w ON w.work_order_id = r.work_order_id
      WHERE r.status = 'waiting' AND w.status = ANY ($1) AND ($2::text IS NULL OR $2 IN (r.asked_by, r.asked_of)) AND ($3::text IS NULL OR r.kind = $3)
        AND ($4::timestamptz IS NULL OR (r.requested_at, r.request_id) > ($4, $5::uuid))
      ORDER BY r.requested_at, r.request_id LIMIT $6`,
    [openOrderStatuses, department, kind, ...(after ?? [null, null]), limit]);
  return rows;
};
