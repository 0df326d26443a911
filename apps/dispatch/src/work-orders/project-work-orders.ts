/** Keeps the rows of table `work_order` in the transaction that writes or hears the events. */
import { openOrderStatuses } from '@lianban/contracts';
import type { EventEnvelope, WorkOrderStatus } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { keepExtensions } from '../extension/extension-request-rows.js';
import type { ExtensionEvent } from '../extension/extension-request-rows.js';
import { keepUnitRequests } from '../unit-requests/unit-request-rows.js';
import type { UnitRequestEvent } from '../unit-requests/unit-request-rows.js';
import type { DispatchEvent } from '../domain/case-orders.js';
import type { ClockEvent, DispatchFacts } from '../domain/facts.js';

/** `demand` is what an inbox shows of the case beside the order itself. */
export interface OrderEvents {
  readonly events: readonly EventEnvelope<DispatchEvent>[];
  readonly demand: DispatchFacts['demand'];
}

interface IssuedOrder {
  readonly work_order_id: string; readonly case_id: string; readonly case_no: string | null; readonly title: string | null; readonly territory: string | null;
  readonly department: string; readonly role: string; readonly round: number; readonly cause: string; readonly issued_at: string;
}

/** What the events after the first change of an order's row; absent stays as it is. */
interface OrderChange {
  readonly status?: WorkOrderStatus;
  readonly required?: boolean;
  readonly own_due_at?: string | null;
  readonly signed_at?: string;
  readonly ended_at?: string;
  readonly result?: string;
  readonly return_reason?: string;
  readonly suggested_department?: string | null;
}

/** A hold that stands, or null where it has ended. */
type StandingHold = { readonly hold_id: string; readonly review_at: string; readonly entered_at: string } | null;

export const projectWorkOrders = async (tx: Tx, changes: readonly OrderEvents[]): Promise<void> => {
  const issued: IssuedOrder[] = [];
  const changed = new Map<string, OrderChange>();
  const holds = new Map<string, StandingHold>();
  const extensions: ExtensionEvent[] = [];
  const requests: UnitRequestEvent[] = [];
  const change = (workOrderId: string, to: OrderChange) => changed.set(workOrderId, { ...changed.get(workOrderId), ...to });
  for (const { events, demand } of changes) {
    for (const event of events) {
      const { streamId, occurredAt: at } = event.metadata;
      switch (event.type) {
        case 'lianban.work-order.issued.v1': {
          const { workOrderId, department, role, round, cause } = event.data;
          const { caseNo = null, title = null, territory = null } = demand ?? {};
          issued.push({ work_order_id: workOrderId, case_id: streamId, case_no: caseNo, title, territory, department, role, round, cause, issued_at: at });
          break;
        }
        case 'lianban.work-order.signed.v1':
          change(event.data.workOrderId, { status: 'signed', signed_at: at });
          break;
        case 'lianban.work-order.progressed.v1':
          change(event.data.workOrderId, { status: 'in-progress' });
          break;
        case 'lianban.work-order.returned.v1':
          change(event.data.workOrderId, { status: 'returned', ended_at: at, return_reason: event.data.reason, suggested_department: event.data.suggestedDepartment });
          break;
        case 'lianban.work-order.completed.v1':
          change(event.data.workOrderId, { status: 'completed', ended_at: at, result: event.data.result });
          break;
        case 'lianban.work-order.cancelled.v1':
          change(event.data.workOrderId, { status: 'cancelled', ended_at: at });
          break;
        case 'lianban.case.held.v1':
          holds.set(streamId, { hold_id: event.data.holdId, review_at: event.data.reviewAt, entered_at: event.metadata.recordedAt });
          break;
        case 'lianban.case.resumed.v1':
          holds.set(streamId, null);
          break;
        case 'lianban.extension.requested.v1':
        case 'lianban.extension.granted.v1':
        case 'lianban.extension.refused.v1':
          // The new due time comes from sla.
          extensions.push(event);
          break;
        case 'lianban.assistance.terms-set.v1':
          change(event.data.workOrderId, { required: event.data.required, own_due_at: event.data.dueAt });
          break;
        case 'lianban.assistance.release-requested.v1':
        case 'lianban.assistance.released.v1':
        case 'lianban.assistance.release-refused.v1':
        case 'lianban.transfer.requested.v1':
        case 'lianban.transfer.agreed.v1':
        case 'lianban.transfer.declined.v1':
          requests.push(event);
          break;
        default:
          // About the case; the orders' own events say the same of the orders. One of an order does not compile here.
          event satisfies Exclude<DispatchEvent, { type: `lianban.work-order.${string}` }>;
      }
    }
  }
  // New orders look up the hold that stands; a hold finds the orders that are still open when all is done.
  await keepHolds(tx, holds);
  await addOrders(tx, issued);
  await changeOrders(tx, changed);
  await holdOrders(tx, holds);
  await keepExtensions(tx, extensions);
  await keepUnitRequests(tx, requests);
};

const keepHolds = async (tx: Tx, holds: ReadonlyMap<string, StandingHold>): Promise<void> => {
  if (holds.size === 0) return;
  await tx.query('DELETE FROM hold_review WHERE case_id = ANY ($1::uuid[])', [[...holds.keys()]]);
  const standing = [...holds].flatMap(([caseId, hold]) => (hold ? [{ case_id: caseId, ...hold }] : []));
  if (standing.length === 0) return;
  await tx.query(
    `INSERT INTO hold_review (case_id, hold_id, review_at, look_at)
     SELECT case_id, hold_id, review_at, greatest(review_at, entered_at) FROM jsonb_to_recordset($1) AS h(case_id uuid, hold_id uuid, review_at timestamptz, entered_at timestamptz)`, [JSON.stringify(standing)]);
};

const addOrders = async (tx: Tx, issued: readonly IssuedOrder[]): Promise<void> => {
  if (issued.length === 0) return;
  await tx.query(
    `INSERT INTO work_order (work_order_id, case_id, case_no, title, territory, department, role, round, cause, status, issued_at, due_at, held_until)
     SELECT work_order_id, case_id, case_no, title, territory, department, role, round, cause, 'dispatched', issued_at,
            (SELECT l.due_at FROM lead_due l WHERE l.case_id = o.case_id AND l.round = o.round AND o.role = 'lead'),
            (SELECT h.review_at FROM hold_review h WHERE h.case_id = o.case_id)
       FROM jsonb_to_recordset($1) AS o(work_order_id uuid, case_id uuid, case_no text, title text, territory text, department text, role text, round integer, cause text,
            issued_at timestamptz)`, [JSON.stringify(issued)]);
};

const changeOrders = async (tx: Tx, changed: ReadonlyMap<string, OrderChange>): Promise<void> => {
  if (changed.size === 0) return;
  await tx.query(
    `UPDATE work_order w SET status = coalesce(c.status, w.status), required = coalesce(c.required, w.required), own_due_at = coalesce(c.own_due_at, w.own_due_at),
            due_at = coalesce(c.own_due_at, w.due_at), signed_at = coalesce(c.signed_at, w.signed_at), ended_at = coalesce(c.ended_at, w.ended_at),
            result = coalesce(c.result, w.result), return_reason = coalesce(c.return_reason, w.return_reason),
            suggested_department = coalesce(c.suggested_department, w.suggested_department)
       FROM jsonb_to_recordset($1) AS c(work_order_id uuid, status text, required boolean, own_due_at timestamptz, signed_at timestamptz, ended_at timestamptz, result text, return_reason text, suggested_department text)
      WHERE w.work_order_id = c.work_order_id`,
    [JSON.stringify([...changed].map(([workOrderId, change]) => ({ work_order_id: workOrderId, ...change })))]);
};

const holdOrders = async (tx: Tx, holds: ReadonlyMap<string, StandingHold>): Promise<void> => {
  if (holds.size === 0) return;
  await tx.query(
    `UPDATE work_order w SET held_until = h.review_at FROM jsonb_to_recordset($1) AS h(case_id uuid, review_at timestamptz)
      WHERE w.case_id = h.case_id AND (w.status = ANY ($2) OR h.review_at IS NULL) AND w.held_until IS DISTINCT FROM h.review_at`,
    [JSON.stringify([...holds].map(([caseId, hold]) => ({ case_id: caseId, review_at: hold?.review_at ?? null }))), openOrderStatuses]);
};

/**
 * Notes when orders are due, from the clocks that the sla service started or rescheduled; the last of a clock's kind and round counts. The transaction
 * holds the cases' rows of `case_fact`, as a dispatch does before it writes: of the two at the same moment neither would see what the
 * other writes, and the order would never have its due time.
 */
export const noteDue = async (tx: Tx, started: readonly EventEnvelope<ClockEvent>[]): Promise<void> => {
  const leads = new Map<string, { case_id: string; round: number; due_at: string }>();
  const orders = { sign_due_at: new Map<string, string>(), due_at: new Map<string, string>() };
  for (const { data, metadata } of started) {
    switch (data.kind) {
      case 'lead':
      case 'rework':
        leads.set(`${metadata.streamId} ${data.round}`, { case_id: metadata.streamId, round: data.round, due_at: data.dueAt });
        break;
      case 'sign':
        if (data.workOrderId) orders.sign_due_at.set(data.workOrderId, data.dueAt);
        break;
      case 'assist':
        if (data.workOrderId) orders.due_at.set(data.workOrderId, data.dueAt);
        break;
      case 'return-window':
      case 'milestone':
        // Not what the order itself is due by.
        break;
      case 'contact':
      case 'call-back':
        // Clocks of intake and of satisfaction.
        break;
      default:
        data.kind satisfies never;
    }
  }
  if (leads.size > 0) {
    const rows = JSON.stringify([...leads.values()]);
    await tx.query(
      `INSERT INTO lead_due (case_id, round, due_at) SELECT case_id, round, due_at FROM jsonb_to_recordset($1) AS l(case_id uuid, round integer, due_at timestamptz)
       ON CONFLICT (case_id, round) DO UPDATE SET due_at = excluded.due_at`, [rows]);
    await tx.query(
      `UPDATE work_order w SET due_at = l.due_at FROM jsonb_to_recordset($1) AS l(case_id uuid, round integer, due_at timestamptz)
        WHERE w.case_id = l.case_id AND w.round = l.round AND w.role = 'lead'`, [rows]);
  }
  for (const [column, due] of Object.entries(orders)) {
    if (due.size === 0) continue;
    await tx.query(
      `UPDATE work_order w SET ${column} = d.at FROM unnest($1::uuid[], $2::timestamptz[]) AS d(id, at) WHERE w.work_order_id = d.id`,
      [[...due.keys()], [...due.values()]]);
  }
};
