/** What a unit is to be told of others' decisions about its work. Pure. */
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { FactEvent, SlaFacts, WorkOrderFact } from '../domain/facts.js';
import type { NewsKind, Notice } from './notices-of.js';

const isOpen = ({ returnedAt, completedAt, cancelledAt }: WorkOrderFact): boolean => returnedAt === null && completedAt === null && cancelledAt === null;

/**
 * Notices of an event of dispatch, one for each unit it concerns: an order, a decision about an extension, a hold that ended at its review; and of what the requester says.
 * @param facts with the event taken in
 */
export const newsOf = (event: EventEnvelope<FactEvent>, { workOrders }: SlaFacts): Notice[] => {
  const { id, streamId: caseId, occurredAt: at } = event.metadata;
  const tell = (kind: NewsKind, department: string, workOrderId: string, noticeId = id): Notice =>
    ({ noticeId, caseId, clockId: null, clockKind: null, kind, department, workOrderId, colour: null, dueAt: null, at });
  /** Units at work on it; when nobody is, the supervisors are told. */
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
      // Orders of one dispatch have its time; an earlier one tells that somebody had the case before.
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
