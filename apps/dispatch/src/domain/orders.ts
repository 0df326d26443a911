/** What the decisions about work orders share. */
import { DomainError, noSuchCase } from '@lianban/contracts';
import type { EventByType, WorkOrderStatus } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isOpen } from './case-orders.js';
import type { DispatchEvent, DispatchState, WorkOrder } from './case-orders.js';
import { isKnown } from './facts.js';
import type { DispatchFacts } from './facts.js';

export const cancelled = (order: WorkOrder, reason: EventByType<'lianban.work-order.cancelled.v1'>['data']['reason']): DispatchEvent => ({
  type: 'lianban.work-order.cancelled.v1', data: { ...identityOf(order), reason },
});

export const identityOf = ({ workOrderId, department, role, round }: WorkOrder) => ({ workOrderId, department, role, round });

export const noSuchWorkOrder = (): DomainError => new DomainError('not-found', say('no-such-work-order'));

/** @throws DomainError `not-found` */
export const orderIn = ({ workOrders }: DispatchState, workOrderId: string): WorkOrder => {
  const order = workOrders.find((candidate) => candidate.workOrderId === workOrderId);
  if (!order) throw noSuchWorkOrder();
  return order;
};

/** The case must be known here and not have ended. @throws DomainError `not-found`, `state-conflict` */
export const requireOpenCase = (facts: DispatchFacts): void => {
  if (!isKnown(facts)) throw noSuchCase();
  if (facts.ended) throw new DomainError('state-conflict', say('case-ended'));
};

/** The order of a decision. @throws DomainError `not-found`, or `state-conflict` when its status is none of these */
export const inStatus = (state: DispatchState, facts: DispatchFacts, workOrderId: string, ...allowed: WorkOrderStatus[]): WorkOrder => {
  const order = orderIn(state, workOrderId);
  if (!allowed.includes(order.status)) {
    throw new DomainError('state-conflict', say('order-needs-status', { status: order.status, allowed }));
  }
  // A reaction cancels the orders of an ended case; until it has run, this check refuses commands on them.
  if (facts.ended) throw new DomainError('state-conflict', say('case-ended'));
  return order;
};

/** Who leads now. */
export const openLead = ({ workOrders }: DispatchState): WorkOrder | undefined => workOrders.find((order) => order.role === 'lead' && isOpen(order));
