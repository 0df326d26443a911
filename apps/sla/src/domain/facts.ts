/** What sla knows of a case from the others' events. A fact is never refused, and facts of different sources may come in any order. */
import { UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, EventType, Level, Urgency, WorkOrderRole } from '@lianban/contracts';

export const factEventTypes = [
  'lianban.case.registered.v1',
  'lianban.case.contacted.v1',
  'lianban.case.accepted.v1',
  'lianban.case.refused.v1',
  'lianban.case.handled-on-the-spot.v1',
  'lianban.case.withdrawn.v1',
  'lianban.case.closed.v1',
  'lianban.work-order.issued.v1',
  'lianban.work-order.signed.v1',
  'lianban.work-order.returned.v1',
  'lianban.work-order.completed.v1',
  'lianban.work-order.cancelled.v1',
  'lianban.case.answered.v1',
  'lianban.call-back.opened.v1',
  'lianban.call-back.recorded.v1',
  'lianban.call-back.cancelled.v1',
] as const satisfies readonly EventType[];
export type FactEvent = EventByType<(typeof factEventTypes)[number]>;

export interface WorkOrderFact {
  readonly department: string;
  readonly role: WorkOrderRole;
  readonly round: number;
  readonly cause: 'dispatch' | 'rework';
  readonly issuedAt: string;
  readonly signedAt: string | null;
  readonly returnedAt: string | null;
  readonly completedAt: string | null;
  readonly cancelledAt: string | null;
}

export interface CallBackFact {
  readonly round: number;
  readonly answeredAt: string;
  readonly recordedAt: string | null;
  readonly cancelledAt: string | null;
}

/** Times are the `occurredAt` of the events, which clocks are judged by. */
export interface SlaFacts {
  /** `by` is the account that registered; a requester may look at their own case only. */
  readonly registered: { readonly at: string; readonly urgency: Urgency; readonly by: string } | null;
  /** First contact with the requester; a refusal with its text and an on-the-spot result count. */
  readonly contactedAt: string | null;
  readonly accepted: { readonly at: string; readonly level: Level; readonly greenChannel: boolean } | null;
  readonly workOrders: Readonly<Record<string, WorkOrderFact>>;
  /** First answer of each round. */
  readonly answeredAt: Readonly<Record<number, string>>;
  readonly callBacks: Readonly<Record<string, CallBackFact>>;
  readonly endedAt: string | null;
}

export const initialFacts: SlaFacts = {
  registered: null, contactedAt: null, accepted: null, workOrders: {}, answeredAt: {}, callBacks: {}, endedAt: null,
};

export const evolveFacts = (facts: SlaFacts, event: EventEnvelope<FactEvent>): SlaFacts => {
  const at = event.metadata.occurredAt;
  switch (event.type) {
    case 'lianban.case.registered.v1':
      return { ...facts, registered: { at, urgency: event.data.urgency, by: event.metadata.actor.id } };
    case 'lianban.case.contacted.v1':
      return { ...facts, contactedAt: facts.contactedAt ?? at };
    case 'lianban.case.accepted.v1':
      return { ...facts, accepted: { at, level: event.data.level, greenChannel: event.data.greenChannel } };
    case 'lianban.case.refused.v1':
    case 'lianban.case.handled-on-the-spot.v1':
      return { ...facts, contactedAt: facts.contactedAt ?? at, endedAt: at };
    case 'lianban.case.withdrawn.v1':
    case 'lianban.case.closed.v1':
      return { ...facts, endedAt: at };
    case 'lianban.work-order.issued.v1': {
      const { workOrderId, department, role, round, cause } = event.data;
      const issued: WorkOrderFact = {
        department, role, round, cause, issuedAt: at, signedAt: null, returnedAt: null, completedAt: null, cancelledAt: null,
      };
      return { ...facts, workOrders: { ...facts.workOrders, [workOrderId]: issued } };
    }
    case 'lianban.work-order.signed.v1':
      return withWorkOrder(facts, event.data.workOrderId, { signedAt: at });
    case 'lianban.work-order.returned.v1':
      return withWorkOrder(facts, event.data.workOrderId, { returnedAt: at });
    case 'lianban.work-order.completed.v1':
      return withWorkOrder(facts, event.data.workOrderId, { completedAt: at });
    case 'lianban.work-order.cancelled.v1':
      return withWorkOrder(facts, event.data.workOrderId, { cancelledAt: at });
    case 'lianban.case.answered.v1':
      return { ...facts, answeredAt: { [event.data.round]: at, ...facts.answeredAt } };
    case 'lianban.call-back.opened.v1': {
      const { callBackId, round, answeredAt } = event.data;
      return { ...facts, callBacks: { ...facts.callBacks, [callBackId]: { round, answeredAt, recordedAt: null, cancelledAt: null } } };
    }
    case 'lianban.call-back.recorded.v1':
      return withCallBack(facts, event.data.callBackId, { recordedAt: at });
    case 'lianban.call-back.cancelled.v1':
      return withCallBack(facts, event.data.callBackId, { cancelledAt: at });
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`sla takes no fact from ${(unexpected as { type: string }).type}`);
    }
  }
};

/** Within one source the order is guaranteed: an order's later events never come before its issue. */
const withWorkOrder = (facts: SlaFacts, workOrderId: string, change: Partial<WorkOrderFact>): SlaFacts => {
  const order = facts.workOrders[workOrderId];
  return order ? { ...facts, workOrders: { ...facts.workOrders, [workOrderId]: { ...order, ...change } } } : facts;
};

const withCallBack = (facts: SlaFacts, callBackId: string, change: Partial<CallBackFact>): SlaFacts => {
  const callBack = facts.callBacks[callBackId];
  return callBack ? { ...facts, callBacks: { ...facts.callBacks, [callBackId]: { ...callBack, ...change } } } : facts;
};
