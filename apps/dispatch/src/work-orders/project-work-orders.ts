/** Keeps the rows of table `work_order` in the transaction that writes or hears the events. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { DispatchEvent, WorkOrderStatus } from '../domain/dispatch-case.js';
import type { DispatchFacts } from '../domain/facts.js';

/** `demand` is what an inbox shows of the case beside the order itself. */
export const projectWorkOrders = async (
  tx: Tx,
  events: readonly EventEnvelope<DispatchEvent>[],
  demand: DispatchFacts['demand'],
): Promise<void> => {
  for (const event of events) await projectOne(tx, event, demand);
};

const projectOne = async (tx: Tx, event: EventEnvelope<DispatchEvent>, demand: DispatchFacts['demand']): Promise<void> => {
  const at = event.metadata.occurredAt;
  switch (event.type) {
    case 'lianban.work-order.issued.v1': {
      const { workOrderId, department, role, round, cause } = event.data;
      await tx.query(
        `INSERT INTO work_order (work_order_id, case_id, case_no, title, territory, department, role, round, cause, status, issued_at, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'dispatched', $10,
                 (SELECT due_at FROM lead_due WHERE case_id = $2 AND round = $8 AND $7 = 'lead'))`,
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
    case 'lianban.case.dispatched.v1':
    case 'lianban.case.answered.v1':
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
 * Notes when an order is due, from the clock that the sla service started. For a lead it holds the case's row of `case_fact`, as a dispatch
 * does before it writes: of the two at the same moment neither would see what the other writes, and the order would never have its due time.
 */
export const noteDue = async (tx: Tx, { data, metadata }: EventEnvelope<EventByType<'lianban.clock.started.v1'>>): Promise<void> => {
  switch (data.kind) {
    case 'lead':
    case 'rework':
      await tx.query('SELECT FROM case_fact WHERE case_id = $1 FOR UPDATE', [metadata.streamId]);
      await tx.query(
        `INSERT INTO lead_due (case_id, round, due_at) VALUES ($1, $2, $3) ON CONFLICT (case_id, round) DO UPDATE SET due_at = excluded.due_at`,
        [metadata.streamId, data.round, data.dueAt],
      );
      await tx.query(
        `UPDATE work_order SET due_at = $3 WHERE case_id = $1 AND round = $2 AND role = 'lead'`,
        [metadata.streamId, data.round, data.dueAt],
      );
      return;
    case 'sign':
      await tx.query('UPDATE work_order SET sign_due_at = $2 WHERE work_order_id = $1', [data.workOrderId, data.dueAt]);
      return;
    case 'assist':
      await tx.query('UPDATE work_order SET due_at = $2 WHERE work_order_id = $1', [data.workOrderId, data.dueAt]);
      return;
    case 'contact':
    case 'call-back':
      // Clocks of intake and of satisfaction.
      return;
  }
};
