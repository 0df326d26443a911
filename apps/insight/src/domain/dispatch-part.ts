import type { CaseEvent, EventEnvelope } from '@lianban/contracts';
import type { CaseRow, ProjectedCase, DispatchColumns, TierMove, WorkOrderRow } from './projected-case.js';
import { instantOf } from './instant.js';

type DispatchEvent = EventEnvelope<CaseEvent<'dispatch'>>;
type WorkOrderEvent = Extract<DispatchEvent, { type: `lianban.work-order.${string}` }>;
const isOfWorkOrder = (event: DispatchEvent): event is WorkOrderEvent => event.type.startsWith('lianban.work-order.');

const unknownWorkOrder = (caseId: string, { workOrderId, department, role, round }: WorkOrderEvent['data']): WorkOrderRow => ({
  case_id: caseId, work_order_id: workOrderId, department, role, round, cause: null, status: 'dispatched',
  issued_at: null, signed_at: null, progressed_at: null, last_note: null, completed_at: null, result: null, without_assistants: null,
  returned_at: null, return_reason: null, suggested_department: null, cancelled_at: null, cancel_reason: null,
});

const workOrderColumns = (row: WorkOrderRow, event: WorkOrderEvent): Partial<WorkOrderRow> => {
  const at = instantOf(event.metadata.occurredAt);
  switch (event.type) {
    case 'lianban.work-order.issued.v1':
      return { cause: event.data.cause, issued_at: at };
    case 'lianban.work-order.signed.v1':
      return { status: 'signed', signed_at: at, last_note: event.data.note ?? row.last_note };
    case 'lianban.work-order.progressed.v1':
      return { status: 'in-progress', progressed_at: at, last_note: event.data.note };
    case 'lianban.work-order.completed.v1':
      return { status: 'completed', completed_at: at, result: event.data.result, without_assistants: event.data.withoutAssistants };
    case 'lianban.work-order.returned.v1':
      return { status: 'returned', returned_at: at, return_reason: event.data.reason, suggested_department: event.data.suggestedDepartment };
    case 'lianban.work-order.cancelled.v1':
      return { status: 'cancelled', cancelled_at: at, cancel_reason: event.data.reason };
    default:
      return event satisfies never;
  }
};

const movedTo = ({ tier_moves }: CaseRow, { toTier: tier, territory }: { readonly toTier: TierMove['tier']; readonly territory: string | null }, at: string): Partial<DispatchColumns> =>
  ({ tier, tier_moves: [...tier_moves, { tier, territory, at }] });

/** What an event of dispatch changes in the case's own row. */
const dispatchColumns = (row: CaseRow, event: DispatchEvent): Partial<DispatchColumns> => {
  const at = instantOf(event.metadata.occurredAt);
  switch (event.type) {
    case 'lianban.case.dispatched.v1': {
      const { round, lead, assist } = event.data;
      return { round, lead_department: lead, assist_departments: [...assist], dispatches: row.dispatches + 1, dispatched_at: row.dispatched_at ?? at };
    }
    case 'lianban.case.answered.v1': {
      const { round, lead, result } = event.data;
      return { answered_at: at, first_answered_at: row.first_answered_at ?? at, answered_round: round, answered_by: lead, answer: result };
    }
    case 'lianban.work-order.issued.v1':
      // Rework goes to a lead without a dispatch of its own.
      if (event.data.role === 'lead') return { round: event.data.round, lead_department: event.data.department };
      // One that joins later stands in no dispatch.
      return { assist_departments: [...new Set([...row.assist_departments, event.data.department])] };
    case 'lianban.work-order.returned.v1':
      return { returns: row.returns + 1 };
    case 'lianban.case.held.v1':
      return { holds: row.holds + 1, held_until: instantOf(event.data.reviewAt), hold_reason: event.data.reason };
    case 'lianban.case.resumed.v1':
      return { held_until: null, hold_reason: null };
    case 'lianban.case.escalated.v1':
      // A case that starts there by a rule was raised by nobody.
      return { ...movedTo(row, event.data, at), escalations: row.escalations + (event.data.cause === 'rule' ? 0 : 1) };
    case 'lianban.case.brought-down.v1':
      return movedTo(row, event.data, at);
    case 'lianban.extension.granted.v1':
      return { extensions: row.extensions + 1 };
    case 'lianban.routing.chosen.v1':
    case 'lianban.case.ruled.v1':
    case 'lianban.ruling.objected.v1':
    case 'lianban.objection.decided.v1':
    case 'lianban.assistance.terms-set.v1':
    case 'lianban.assistance.release-requested.v1':
    case 'lianban.assistance.released.v1':
    case 'lianban.assistance.release-refused.v1':
    case 'lianban.transfer.requested.v1':
    case 'lianban.transfer.agreed.v1':
    case 'lianban.transfer.declined.v1':
    case 'lianban.milestone.reached.v1':
    case 'lianban.extension.requested.v1':
    case 'lianban.extension.refused.v1':
    case 'lianban.work-order.signed.v1':
    case 'lianban.work-order.progressed.v1':
    case 'lianban.work-order.completed.v1':
    case 'lianban.work-order.cancelled.v1':
      return {};
    default:
      return event satisfies never;
  }
};

export const evolveDispatch = (view: ProjectedCase, event: DispatchEvent): void => {
  Object.assign(view.case, dispatchColumns(view.case, event));
  if (!isOfWorkOrder(event)) return;
  const row = view.workOrders.get(event.data.workOrderId) ?? unknownWorkOrder(view.case.case_id, event.data);
  view.workOrders.set(row.work_order_id, { ...row, ...workOrderColumns(row, event) });
};
