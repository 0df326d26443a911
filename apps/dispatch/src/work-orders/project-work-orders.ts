/** Keeps the rows of table `work_order` in the transaction that writes or hears the events. */
import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { openStatuses } from '../domain/dispatch-case.js';
import type { DispatchEvent, WorkOrderStatus } from '../domain/dispatch-case.js';
import type { ClockEvent, DispatchFacts } from '../domain/facts.js';

/** `demand` is what an inbox shows of the case beside the order itself. */
export interface OrderEvents {
  readonly events: readonly EventEnvelope<DispatchEvent>[];
  readonly demand: DispatchFacts['demand'];
}

export const projectWorkOrders = async (tx: Tx, changes: readonly OrderEvents[]): Promise<void> => {
  for (const { events, demand } of changes) for (const event of events) await projectOne(tx, event, demand);
};

const projectOne = async (tx: Tx, event: EventEnvelope<DispatchEvent>, demand: DispatchFacts['demand']): Promise<void> => {
  const at = event.metadata.occurredAt;
  switch (event.type) {
    case 'lianban.work-order.issued.v1': {
      const { workOrderId, department, role, round, cause } = event.data;
      await tx.query(
        `INSERT INTO work_order (work_order_id, case_id, case_no, title, territory, department, role, round, cause, status, issued_at, due_at, held_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'dispatched', $10,
                 (SELECT due_at FROM lead_due WHERE case_id = $2 AND round = $8 AND $7 = 'lead'), (SELECT review_at FROM hold_review WHERE case_id = $2))`,
        [workOrderId, event.metadata.streamId, demand?.caseNo ?? null, demand?.title ?? null, demand?.territory ?? null, department, role, round, cause, at],
      );
      return;
    }
    case 'lianban.work-order.signed.v1':
      await tx.query(`UPDATE work_order SET status = 'signed', signed_at = $2 WHERE work_order_id = $1`, [event.data.workOrderId, at]);
      return;
    case 'lianban.work-order.progressed.v1':
      await tx.query(`UPDATE work_order SET status = 'in-progress' WHERE work_order_id = $1`, [event.data.workOrderId]);
      return;
    case 'lianban.work-order.returned.v1':
      return end(tx, event.data.workOrderId, 'returned', at, { return_reason: event.data.reason, suggested_department: event.data.suggestedDepartment });
    case 'lianban.work-order.completed.v1':
      return end(tx, event.data.workOrderId, 'completed', at, { result: event.data.result });
    case 'lianban.work-order.cancelled.v1':
      return end(tx, event.data.workOrderId, 'cancelled', at, {});
    case 'lianban.case.held.v1':
      await tx.query('INSERT INTO hold_review (case_id, hold_id, review_at) VALUES ($1, $2, $3)', [event.metadata.streamId, event.data.holdId, event.data.reviewAt]);
      await tx.query('UPDATE work_order SET held_until = $2 WHERE case_id = $1 AND status = ANY ($3)', [event.metadata.streamId, event.data.reviewAt, openStatuses]);
      return;
    case 'lianban.case.resumed.v1':
      await tx.query('DELETE FROM hold_review WHERE case_id = $1', [event.metadata.streamId]);
      await tx.query('UPDATE work_order SET held_until = NULL WHERE case_id = $1 AND held_until IS NOT NULL', [event.metadata.streamId]);
      return;
    case 'lianban.extension.requested.v1':
      return;
    case 'lianban.extension.granted.v1':
    case 'lianban.extension.refused.v1':
      // The new due time comes from sla.
      return;
    case 'lianban.case.dispatched.v1':
    case 'lianban.case.answered.v1':
    case 'lianban.case.escalated.v1':
    case 'lianban.milestone.reached.v1':
      // About the case; the orders' own events say the same of the orders.
      return;
    default: {
      const unexpected: never = event;
      throw new TypeError(`no projection for ${(unexpected as { type: string }).type}`);
    }
  }
};

const end = async (
  tx: Tx,
  workOrderId: string,
  status: WorkOrderStatus,
  at: string,
  words: { result?: string; return_reason?: string; suggested_department?: string | null },
): Promise<void> => {
  await tx.query(
    'UPDATE work_order SET status = $2, ended_at = $3, result = $4, return_reason = $5, suggested_department = $6 WHERE work_order_id = $1',
    [workOrderId, status, at, words.result ?? null, words.return_reason ?? null, words.suggested_department ?? null],
  );
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
