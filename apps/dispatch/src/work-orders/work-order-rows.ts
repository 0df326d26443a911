/** Reads table `work_order`: one order, and a department's inbox. */
import { openOrderStatuses } from '@lianban/contracts';
import type { WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { TimeKey } from '@lianban/service-kit';
import { noSuchWorkOrder } from '../domain/orders.js';

export interface WorkOrderRow {
  work_order_id: string;
  case_id: string;
  case_no: string | null;
  title: string | null;
  territory: string | null;
  department: string;
  role: WorkOrderRole;
  round: number;
  status: WorkOrderStatus;
  issued_at: Date;
  signed_at: Date | null;
  ended_at: Date | null;
  result: string | null;
  return_reason: string | null;
  suggested_department: string | null;
  sign_due_at: Date | null;
  due_at: Date | null;
  held_until: Date | null;
  required: boolean;
  own_due_at: Date | null;
  overdue: boolean;
  /** What the requester has said of the case. */
  urgings: number | null;
  last_urged_at: Date | null;
  supplements: number | null;
  messages: number | null;
  last_wrote_at: Date | null;
  waits_until: Date | null;
  /** What the inbox is sorted by. */
  next_due_at: Date | null;
}

const columns = `work_order_id, case_id, case_no, title, territory, department, role, round, status, issued_at, signed_at, ended_at,
  result, return_reason, suggested_department, sign_due_at, due_at, held_until, required, own_due_at,
  (status = ANY ($1) AND COALESCE(next_due_at < now(), false)) AS overdue, next_due_at, urgings, last_urged_at, supplements, messages, last_wrote_at, waits_until`;
const orders = 'work_order LEFT JOIN requester_word USING (case_id)';

/** @throws DomainError `not-found` */
export const readWorkOrder = async (tx: Tx, workOrderId: string): Promise<WorkOrderRow> => {
  const { rows: [row] } = await tx.query<WorkOrderRow>(`SELECT ${columns} FROM ${orders} WHERE work_order_id = $2`, [openOrderStatuses, workOrderId]);
  if (!row) throw noSuchWorkOrder();
  return row;
};

/** How many open orders each of these has; one without any is absent. */
export const openOrdersOf = async (tx: Tx, departments: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await tx.query<{ department: string; count: number }>(
    'SELECT department, count(*)::int AS count FROM work_order WHERE department = ANY ($1) AND status = ANY ($2) GROUP BY department', [departments, openOrderStatuses]);
  return new Map(rows.map(({ department, count }) => [department, count]));
};

/** The assistants' orders of a round, in the order of their issue. */
export const readAssistants = async (tx: Tx, caseId: string, round: number): Promise<WorkOrderRow[]> =>
  (await tx.query<WorkOrderRow>(`SELECT ${columns} FROM ${orders} WHERE case_id = $2 AND round = $3 AND role = 'assist' ORDER BY issued_at, work_order_id`, [openOrderStatuses, caseId, round])).rows;

export interface InboxQuestion {
  readonly department: string;
  readonly statuses: readonly WorkOrderStatus[];
  readonly role?: WorkOrderRole;
  readonly overdue?: boolean;
  /** Time due and id of the last row seen. */
  readonly after?: TimeKey;
  readonly limit: number;
}

/** Soonest due first; orders whose clock has not been heard of yet come last. */
export const readInbox = async (tx: Tx, question: InboxQuestion): Promise<WorkOrderRow[]> => {
  const { department, statuses, role, overdue, after, limit } = question;
  const { rows } = await tx.query<WorkOrderRow>(
    `SELECT ${columns} FROM ${orders}
      WHERE department = $2 AND status = ANY ($3)
        AND ($4::text IS NULL OR role = $4)
        AND ($5::boolean IS NULL OR (status = ANY ($1) AND COALESCE(next_due_at < now(), false)) = $5)
        AND ($7::uuid IS NULL OR (COALESCE(next_due_at, 'infinity'), work_order_id) > (COALESCE($6::timestamptz, 'infinity'), $7))
      ORDER BY COALESCE(next_due_at, 'infinity'), work_order_id
      LIMIT $8`,
    [openOrderStatuses, department, statuses, role ?? null, overdue ?? null, ...(after ?? [null, null]), limit],
  );
  return rows;
};
