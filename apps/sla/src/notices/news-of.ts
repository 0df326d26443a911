/** Notices to handling units about what others did or wrote in their cases. Pure. */
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { FactEvent, SlaFacts, WorkOrderFact } from '../domain/facts.js';
import type { NewsKind, Notice } from './notices-of.js';

const isOpen = ({ returnedAt, completedAt, cancelledAt }: WorkOrderFact): boolean => returnedAt === null && completedAt === null && cancelledAt === null;

/**
 * Notices of one event, one for each unit it concerns: an order, a decision on an extension, a hold that ended at its review, and what the requester says.
 * @param facts facts that already hold the event
 */
export const newsOf = (event: EventEnvelope<FactEvent>, { workOrders }: SlaFacts): Notice[] => {
  const { id, streamId: caseId, occurredAt: at } = event.metadata;
  const tell = (kind: NewsKind, department: string, workOrderId: string, noticeId = id): Notice =>
    ({ noticeId, caseId, clockId: null, clockKind: null, kind, department, workOrderId, colour: null, dueAt: null, at });
  /** One notice for each unit with an open order. If there is none, the supervisors get one. */
  const tellUnits = (kind: NewsKind): Notice[] => {
    const open = Object.entries(workOrders).filter(([, order]) => isOpen(order));
    if (open.length === 0) return [{ ...tell(kind, '', ''), department: null, workOrderId: null }];
    return open.map(([workOrderId, { department }]) => tell(kind, department, workOrderId, deterministicId(id, workOrderId)));
  };
  switch (event.type) {
    case 'lianban.case.urged.v1': return tellUnits('urged');
    case 'lianban.case.supplemented.v1': return tellUnits('supplemented');
    case 'lianban.message.sent.v1': return event.data.side === 'requester' ? tellUnits('requester-wrote') : [];
    case 'lianban.question.lapsed.v1': return tellUnits('question-lapsed');
    case 'lianban.work-order.issued.v1': {
      const { workOrderId, department, cause } = event.data;
      if (cause === 'rework') return [tell('rework', department, workOrderId)];
      // All orders of one dispatch have the same time. So an earlier order means that somebody had the case before.
      const isAgain = Object.values(workOrders).some(({ issuedAt }) => Date.parse(issuedAt) < Date.parse(at));
      return [tell(isAgain ? 're-dispatch' : 'order', department, workOrderId)];
    }
    case 'lianban.extension.granted.v1': return [tell('extension-granted', event.data.department, event.data.workOrderId)];
    case 'lianban.extension.refused.v1': return [tell('extension-refused', event.data.department, event.data.workOrderId)];
    case 'lianban.case.resumed.v1':
      if (event.data.cause !== 'review-date') return [];
      return Object.entries(workOrders).some(([, order]) => isOpen(order)) ? tellUnits('woken') : [];
    default: return [];
  }
};
