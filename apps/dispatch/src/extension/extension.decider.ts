import { DomainError, refusedField } from '@lianban/contracts';
import type { EventByType, MaskedText, Role } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { workingDayMinutes, workingMinutesBetween } from '@lianban/working-time';
import type { WorkingCalendar } from '@lianban/working-time';
import type { DispatchEvent, DispatchState, Extension, WorkOrder } from '../domain/case-orders.js';
import type { DispatchFacts, OrderClock } from '../domain/facts.js';
import { orderIn } from '../domain/orders.js';
import { clocksAreBehind, grantedTo } from '../domain/told-clocks.js';

export interface RequestExtension {
  readonly extensionId: string;
  readonly workOrderId: string;
  /** Either an amount of working time, or the new deadline (ISO 8601 with offset). */
  readonly workingDays: number | null;
  readonly until: string | null;
  readonly reason: MaskedText;
}

export interface DecideExtension {
  readonly extensionId: string;
  readonly reason: MaskedText;
}

export interface Decider {
  readonly role: Role;
  readonly department: string | null;
  /** Whether the actor of an event is the one who decides now. */
  is(actorId: string): boolean;
}

/** The calendar that a unit's deadlines count by. */
export type Calendars = (department: string) => WorkingCalendar;

export const requestExtension = (state: DispatchState, command: RequestExtension, facts: DispatchFacts, at: string, clock: OrderClock | null, calendars: Calendars): DispatchEvent[] => {
  const { extensionId, workOrderId, reason } = command;
  const order = handledOrder(state, facts, workOrderId);
  const running = runningClock(clock, at);
  if (state.extensions.some((extension) => extension.workOrderId === workOrderId && extension.status === 'requested')) throw new DomainError('state-conflict', say('extension-waits'));
  const calendar = calendars(order.department);
  const by = addedBy(command, running, calendar);
  const granted = grantedTo(state, order);
  checkCap(running, calendar, granted, by);
  const ordinal = 1 + granted.length;
  return [{ type: 'lianban.extension.requested.v1', data: { extensionId, workOrderId, department: order.department, round: order.round, ordinal, by, dueAt: running.dueAt, reason } }];
};

export const grantExtension = (state: DispatchState, command: Omit<DecideExtension, 'reason'> & { readonly reason: MaskedText | null }, facts: DispatchFacts, at: string, clock: OrderClock | null, calendars: Calendars, decider: Decider): DispatchEvent[] => {
  const { extension, order } = openRequest(state, facts, command.extensionId);
  const granted = grantedTo(state, order);
  const ordinal = 1 + granted.length;
  requireDecider(ordinal, order, decider);
  // Refusing one's own request harms nobody.
  if (decider.is(extension.askedBy)) throw new DomainError('forbidden', say('not-own-extension'));
  const running = runningClock(clock, at);
  const { extensionId, workOrderId, by } = extension;
  if (by.kind !== running.kind) throw new DomainError('state-conflict', say('extension-in-other-time', { asked: by.kind, counted: running.kind }));
  checkCap(running, calendars(order.department), granted, by);
  return [{ type: 'lianban.extension.granted.v1', data: { extensionId, workOrderId, department: order.department, round: order.round, ordinal, by, previousDueAt: running.dueAt, reason: command.reason ?? extension.reason } }];
};

export const refuseExtension = (state: DispatchState, command: DecideExtension, facts: DispatchFacts, decider: Decider): DispatchEvent[] => {
  const { extension, order } = openRequest(state, facts, command.extensionId);
  requireDecider(1 + grantedTo(state, order).length, order, decider);
  const { extensionId, workOrderId } = extension;
  return [{ type: 'lianban.extension.refused.v1', data: { extensionId, workOrderId, department: order.department, round: order.round, reason: command.reason } satisfies EventByType<'lianban.extension.refused.v1'>['data'] }];
};

export const requestOf = ({ extensions }: DispatchState, extensionId: string): Extension =>
  extensions.find((candidate) => candidate.extensionId === extensionId) ?? noRequest();

/** The n-th request of a work order, from 1. */
export const numbered = ({ extensions }: DispatchState, workOrderId: string, number: number): Extension =>
  extensions.filter((extension) => extension.workOrderId === workOrderId)[number - 1] ?? noRequest();

const noRequest = (): never => {
  throw new DomainError('not-found', say('no-such-extension'));
};

/** If the deadline counts working time, an instant means the working time up to it. A deadline in elapsed time can't be extended by working days. */
const addedBy = ({ workingDays, until }: RequestExtension, { kind, dueAt }: OrderClock, calendar: WorkingCalendar): Extension['by'] => {
  if (workingDays !== null && kind === 'elapsed') throw refusedField('workingDays', say('no-working-days-in-elapsed-time'));
  if (workingDays !== null && until !== null) throw refusedField('until', say('no-until-beside-working-days'));
  if (workingDays !== null) return { kind, amount: workingDays, unit: 'days' };
  if (until === null) throw kind === 'working' ? refusedField('workingDays', say('working-days-or-until')) : refusedField('until', say('until-is-required'));
  if (!(Date.parse(until) - Date.parse(dueAt) <= longestMs)) throw refusedField('until', say('until-within-a-year'));
  const amount = kind === 'working' ? workingMinutesBetween(dueAt, until, calendar) : (Date.parse(until) - Date.parse(dueAt)) / 60_000;
  if (amount <= 0) throw refusedField('until', kind === 'working' ? say('until-later-in-working-time', { dueAt }) : say('until-later', { dueAt }));
  return { kind, amount, unit: 'minutes' };
};

const longestMs = 366 * 86_400_000;

const handledOrder = (state: DispatchState, facts: DispatchFacts, workOrderId: string): WorkOrder => {
  const order = orderIn(state, workOrderId);
  if (facts.ended) throw new DomainError('state-conflict', say('case-ended'));
  if (order.status !== 'signed' && order.status !== 'in-progress') throw new DomainError('state-conflict', say('order-needs-status', { status: order.status, allowed: ['signed', 'in-progress'] }));
  return order;
};

const openRequest = (state: DispatchState, facts: DispatchFacts, extensionId: string): { extension: Extension; order: WorkOrder } => {
  const extension = requestOf(state, extensionId);
  if (extension.status !== 'requested') throw new DomainError('state-conflict', say('extension-decided', { status: extension.status }));
  return { extension, order: handledOrder(state, facts, extension.workOrderId) };
};

/** The deadline instant itself is in time. Null: not told yet. */
const runningClock = (clock: OrderClock | null, at: string): OrderClock => {
  if (!clock) return clocksAreBehind();
  if (Date.parse(at) > Date.parse(clock.dueAt)) throw new DomainError('extension-too-late', say('deadline-passed', { dueAt: clock.dueAt }));
  return clock;
};

const requireDecider = (ordinal: number, { department }: WorkOrder, decider: Decider): void => {
  if (decider.role === 'admin') return;
  if (ordinal > 1 && decider.role !== 'coordinator') throw new DomainError('forbidden', say('second-extension-by-coordinator'));
  if (ordinal === 1 && decider.role !== 'coordinator' && decider.department !== department) throw new DomainError('forbidden', say('first-extension-by-head', { department }));
};

/** What the level in force allows for all extensions of a line. A working day has as many minutes as the unit's plain day then, an elapsed one 24 hours. */
const checkCap = ({ cap, dueAt }: OrderClock, calendar: WorkingCalendar, granted: readonly Extension[], by: Extension['by']): void => {
  if (!cap) throw new DomainError('extension-cap', say('no-extension-possible'));
  const minutesOf = ({ kind, amount, unit }: Extension['by']): number =>
    amount * (unit === 'minutes' ? 1 : unit === 'hours' ? 60 : kind === 'working' ? workingDayMinutes(dueAt, calendar) : 1440);
  const before = granted.reduce((sum, extension) => sum + minutesOf(extension.by), 0);
  if (before + minutesOf(by) <= minutesOf(cap)) return;
  throw new DomainError('extension-cap', say('extension-over-cap', { cap, most: minutesOf(cap), before, asked: minutesOf(by) }));
};
