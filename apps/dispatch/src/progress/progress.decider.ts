import type { MaskedText } from '@lianban/contracts';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { identityOf, inStatus } from '../domain/orders.js';

export interface Progress { readonly workOrderId: string; readonly note: MaskedText }

export const progress = (state: DispatchState, command: Progress, facts: DispatchFacts): DispatchEvent[] => {
  const order = inStatus(state, facts, command.workOrderId, 'signed', 'in-progress');
  return [{ type: 'lianban.work-order.progressed.v1', data: { ...identityOf(order), note: command.note } }];
};
