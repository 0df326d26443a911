/**
 * Decisions that rest on sla's clocks (docs/domain.md, "What sla has not told yet"). A clock counts once sla has told of it what dispatch's own
 * events did to it: orders, holds and granted extensions. Until then nobody can decide, and the command is to be tried again.
 */
import { DomainError } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { DispatchState, Extension, WorkOrder } from './case-orders.js';
import type { DispatchFacts, OrderClock } from './facts.js';

export const clocksAreBehind = (): never => {
  throw new DomainError('read-model-behind', say('clocks-behind'));
};

/** Sla starts an order's own clocks after those of its case, so once they are known, all are. */
export const isHeardOf = ({ clocks = {} }: DispatchFacts, { workOrderId }: WorkOrder): boolean => `sign ${workOrderId}` in clocks;

/** Orders that share one limit: all leads of a round, or one department's assistant orders in a round. */
export const lineOf = ({ workOrders }: DispatchState, { role, round, department }: WorkOrder): readonly WorkOrder[] =>
  workOrders.filter((other) => other.role === role && other.round === round && (role === 'lead' || other.department === department));

/** What was granted to a line of orders so far. */
export const grantedTo = (state: DispatchState, order: WorkOrder): readonly Extension[] => {
  const line = lineOf(state, order).map(({ workOrderId }) => workOrderId);
  return state.extensions.filter(({ workOrderId, status }) => status === 'granted' && line.includes(workOrderId));
};

/** The clock an order works against: the lead's is that of its round. Null until sla has told all of it. */
export const clockOf = (facts: DispatchFacts, state: DispatchState, workOrderId: string): OrderClock | null => {
  const order = state.workOrders.find((candidate) => candidate.workOrderId === workOrderId);
  if (!order || !isHeardOf(facts, order)) return null;
  const clock = facts.clocks?.[order.role === 'lead' ? `lead ${order.round}` : `assist ${workOrderId}`];
  if (!clock) return null;
  // An assistant's clock belongs to one order; the lead's clock runs on with the next lead.
  const covered = order.role === 'lead' ? lineOf(state, order) : [order];
  return knowsHolds(clock, state, covered) && knowsExtensions(clock, state, covered) ? clock : null;
};

/** Until when an order can be returned, and whether that is still to come. */
export interface ReturnWindow { readonly open: boolean; readonly dueAt: string }

/** Null while sla has not told it. `byRule` is the end by the district's rule, for as long as sla has not told its own. */
export const returnWindowOf = (facts: DispatchFacts, state: DispatchState, order: WorkOrder, at: string, byRule: (issuedAt: string) => string): ReturnWindow | null => {
  const told = facts.clocks?.[`return-window ${order.workOrderId}`];
  const dueAt = told?.dueAt ?? byRule(order.issuedAt);
  const open = Date.parse(at) <= Date.parse(dueAt);
  const isKnown = told ? knowsHolds(told, state, [order]) : open || isHeardOf(facts, order);
  return isKnown ? { open, dueAt } : null;
};

const startOf = (orders: readonly WorkOrder[]): number => Math.min(...orders.map(({ issuedAt }) => Date.parse(issuedAt)));

/** A hold that begins after the deadline stops nothing, so sla publishes nothing about it. */
const knowsHolds = ({ dueAt, held }: OrderClock, { holds }: DispatchState, orders: readonly WorkOrder[]): boolean => held === undefined || holds.every(({ from, to }) =>
  Date.parse(from) >= Date.parse(dueAt) || Date.parse(to) <= startOf(orders)
  || held.some((told) => Date.parse(told.from) === Date.parse(from) && Date.parse(told.to) === Date.parse(to)));

/** Sla ignores an extension granted too late, or in the other kind of time because the level changed in between. */
const knowsExtensions = ({ dueAt, kind, extensions }: OrderClock, state: DispatchState, orders: readonly WorkOrder[]): boolean => extensions === undefined || state.extensions.every(({ extensionId, workOrderId, by, grantedAt }) =>
  grantedAt === null || !orders.some((order) => order.workOrderId === workOrderId) || by.kind !== kind
  || Date.parse(grantedAt) > Date.parse(dueAt) || Date.parse(grantedAt) <= startOf(orders) || extensions.includes(extensionId));
