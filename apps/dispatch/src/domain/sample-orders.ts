/** Orders of a lead and an assistant, for the specs of their deciders. */
import { maskText } from '@lianban/contracts';
import type { EventByType } from '@lianban/contracts';
import type { DispatchEvent, WorkOrder } from './case-orders.js';
import type { DisputeRules } from './dispute.js';
import type { DispatchFacts } from './facts.js';

export const id = (n: number): string => `7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c${String(n).padStart(2, '0')}`;
export const facts: DispatchFacts = { accepted: true, ended: false, demand: null };
/** As shipped. */
export const dispute: DisputeRules = { returnsUntilRuling: 2, transfersUntilRuling: 3 };
export const at = '2026-02-10T09:00:00Z';
export const ended: DispatchFacts = { ...facts, ended: true };
export const registered: DispatchFacts = {
  ...facts, accepted: false, demand: { caseNo: 'LB20260209-000001', title: 'Lamp', description: 'Dark.', territory: 'riverside', category: null },
};
export const unheard: DispatchFacts = { ...facts, accepted: false };

export const order = (n: number, department: string, role: WorkOrder['role'], round = 1) => ({ workOrderId: id(n), department, role, round });
export const lead = order(1, 'housing', 'lead');
export const assist = order(2, 'landscaping', 'assist');

export const dispatched: DispatchEvent = { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'housing', assist: [], note: null } };
export const issued = (o: typeof lead, cause: 'dispatch' | 'rework' = 'dispatch'): DispatchEvent => ({ type: 'lianban.work-order.issued.v1', data: { ...o, cause } });
export const signed = (o: typeof lead): DispatchEvent => ({ type: 'lianban.work-order.signed.v1', data: { ...o, note: null } });
export const progressed = (o: typeof lead): DispatchEvent => ({ type: 'lianban.work-order.progressed.v1', data: { ...o, note: maskText('Ordered.') } });
export const returned = (o: typeof lead): DispatchEvent => ({ type: 'lianban.work-order.returned.v1', data: { ...o, reason: maskText('Not ours.'), suggestedDepartment: null } });
export const completed = (o: typeof lead): DispatchEvent => ({ type: 'lianban.work-order.completed.v1', data: { ...o, result: maskText('Done.'), withoutAssistants: null } });
export const answered = (o: typeof lead): DispatchEvent => ({ type: 'lianban.case.answered.v1', data: { workOrderId: o.workOrderId, round: o.round, lead: o.department, result: maskText('Done.') } });
export const cancelled = (o: typeof lead, reason: EventByType<'lianban.work-order.cancelled.v1'>['data']['reason']): DispatchEvent => ({ type: 'lianban.work-order.cancelled.v1', data: { ...o, reason } });

export const one = [dispatched, issued(lead)];
export const two = [...one, issued(assist)];
export const answeredOnce = [...one, signed(lead), completed(lead), answered(lead)];
