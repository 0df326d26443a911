import type { MaskedText } from '@lianban/contracts';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { identityOf, inStatus } from '../domain/orders.js';

export interface Sign { readonly workOrderId: string; readonly note: MaskedText | null }

export const sign = (state: DispatchState, command: Sign, facts: DispatchFacts): DispatchEvent[] => {
  const order = inStatus(state, facts, command.workOrderId, 'dispatched', 'signed', 'in-progress');
  if (order.status !== 'dispatched') return [];
  return [{ type: 'lianban.work-order.signed.v1', data: { ...identityOf(order), note: command.note } }];
};
