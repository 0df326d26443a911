/** A case in the hands of one lead, for the specs of its deciders. */
import { maskText } from '@lianban/contracts';
import type { EventByType } from '@lianban/contracts';
import { decisionsOf } from '@lianban/testing';
import { evolve, initialState } from './case-orders.js';
import type { DispatchEvent } from './case-orders.js';
import type { DispatchFacts, OrderClock } from './facts.js';

export const { given } = decisionsOf('dispatch', { initialState, evolve });

export const workOrderId = '7b6f4a52-0d7d-4d53-9f5c-000000000001';
export const extensionId = '7b6f4a52-0d7d-4d53-9f5c-0000000000e1';
export const holdId = '7b6f4a52-0d7d-4d53-9f5c-0000000000a1';
export const order = { workOrderId, department: 'housing', role: 'lead', round: 1 } as const;
export const at = '2026-03-02T10:00:00+08:00';
export const reviewAt = '2026-03-09T09:00:00+08:00';
export const clock: OrderClock = { dueAt: reviewAt, kind: 'working', cap: { kind: 'working', amount: 5, unit: 'days' } };
/** Sla has told of the order and of the lead's clock. */
export const facts: DispatchFacts = { accepted: true, ended: false, demand: null, clocks: { [`sign ${workOrderId}`]: clock, 'lead 1': clock } };

export const issued: DispatchEvent[] = [
  { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'housing', assist: [], note: null } },
  { type: 'lianban.work-order.issued.v1', data: { ...order, cause: 'dispatch' } },
];
export const signed: DispatchEvent[] = [...issued, { type: 'lianban.work-order.signed.v1', data: { ...order, note: null } }];
export const held: DispatchEvent = { type: 'lianban.case.held.v1', data: { holdId, reason: 'funds', note: null, reviewAt } };
export const requested = (ordinal = 1): DispatchEvent => ({
  type: 'lianban.extension.requested.v1',
  data: { extensionId, workOrderId, department: 'housing', round: 1, ordinal, by: { kind: 'working', amount: ordinal === 1 ? 2 : 1, unit: 'days' }, dueAt: reviewAt, reason: maskText('x') },
});
export const granted: EventByType<'lianban.extension.granted.v1'> = {
  type: 'lianban.extension.granted.v1',
  data: { extensionId: '7b6f4a52-0d7d-4d53-9f5c-0000000000e0', workOrderId, department: 'housing', round: 1, ordinal: 1, by: { kind: 'working', amount: 4, unit: 'days' }, previousDueAt: reviewAt, reason: maskText('x') },
};
export const firstRequest: DispatchEvent = { ...requested(), data: { ...(requested().data as object), extensionId: '7b6f4a52-0d7d-4d53-9f5c-0000000000e0', by: { kind: 'working', amount: 4, unit: 'days' } } } as DispatchEvent;
