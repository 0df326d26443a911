import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';

export const relationEventTypes = [
  'lianban.work-order.issued.v1',
  'lianban.work-order.returned.v1',
  'lianban.work-order.completed.v1',
  'lianban.work-order.cancelled.v1',
  'lianban.call-back.opened.v2',
  'lianban.call-back.recorded.v2',
  'lianban.call-back.cancelled.v2',
] as const satisfies readonly EventType[];
type RelationEvent = EventByType<(typeof relationEventTypes)[number]>;

/** Keeps the rows of `case_order` and `due_call_back`. What an order or a call-back came to in the end counts, so the last event of each is enough. */
export const keepRelations = async (tx: Tx, envelopes: readonly EventEnvelope[]): Promise<void> => {
  const orders = new Map<string, { work_order_id: string; case_id: string; department: string; open: boolean }>();
  const due = new Map<string, string | null>();
  for (const event of envelopes as readonly EventEnvelope<RelationEvent>[]) {
    const { streamId } = event.metadata;
    switch (event.type) {
      case 'lianban.work-order.issued.v1':
      case 'lianban.work-order.returned.v1':
      case 'lianban.work-order.completed.v1':
      case 'lianban.work-order.cancelled.v1': {
        const { workOrderId, department } = event.data;
        orders.set(workOrderId, { work_order_id: workOrderId, case_id: streamId, department, open: event.type === 'lianban.work-order.issued.v1' });
        break;
      }
      case 'lianban.call-back.opened.v2':
        due.set(event.data.callBackId, event.data.demandCaseId ?? streamId);
        break;
      case 'lianban.call-back.recorded.v2':
      case 'lianban.call-back.cancelled.v2':
        due.set(event.data.callBackId, null);
        break;
      default: {
        const unexpected: never = event;
        throw new TypeError(`says nothing of who has to do with a case: ${(unexpected as { type: string }).type}`);
      }
    }
  }
  if (orders.size > 0) {
    await tx.query(
      `INSERT INTO case_order (work_order_id, case_id, department, open)
       SELECT work_order_id, case_id, department, open FROM jsonb_to_recordset($1) AS o(work_order_id uuid, case_id uuid, department text, open boolean)
       ON CONFLICT (work_order_id) DO UPDATE SET open = excluded.open`, [JSON.stringify([...orders.values()])]);
  }
  const over = [...due].flatMap(([callBackId, demand]) => (demand === null ? [callBackId] : []));
  if (over.length > 0) await tx.query('DELETE FROM due_call_back WHERE call_back_id = ANY ($1::uuid[])', [over]);
  const opened = [...due].flatMap(([call_back_id, demand_case_id]) => (demand_case_id === null ? [] : [{ call_back_id, demand_case_id }]));
  if (opened.length > 0) {
    await tx.query(
      `INSERT INTO due_call_back (call_back_id, demand_case_id) SELECT call_back_id, demand_case_id FROM jsonb_to_recordset($1) AS c(call_back_id uuid, demand_case_id uuid)
       ON CONFLICT (call_back_id) DO NOTHING`, [JSON.stringify(opened)]);
  }
};
