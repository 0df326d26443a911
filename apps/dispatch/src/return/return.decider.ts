import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { DispatchEvent, DispatchState, WorkOrder } from '../domain/case-orders.js';
import { standingRuling } from '../domain/dispute.js';
import type { DispatchFacts } from '../domain/facts.js';
import { identityOf, inStatus } from '../domain/orders.js';
import { clocksAreBehind } from '../domain/told-clocks.js';
import type { ReturnWindow } from '../domain/told-clocks.js';

/** The window of an order as it stands at `at`; it counts working time, so it comes from outside. Null: not known yet. */
export type WindowOf = (order: WorkOrder, at: string) => ReturnWindow | null;

export interface Return { readonly workOrderId: string; readonly reason: MaskedText; readonly suggestedDepartment: string | null }

/** Not theirs (退单): only inside the window, not once they have begun to work on it (首接负责), and not against a ruling. */
export const returnOrder = (
  state: DispatchState,
  command: Return,
  facts: DispatchFacts,
  at: string,
  windowOf: WindowOf,
): DispatchEvent[] => {
  const order = inStatus(state, facts, command.workOrderId, 'dispatched', 'signed');
  const ruling = order.role === 'lead' ? standingRuling(state, facts) : null;
  if (ruling?.lead === order.department) throw new DomainError('state-conflict', say('bound-by-ruling', { at: ruling.at }));
  const window = windowOf(order, at) ?? clocksAreBehind();
  if (!window.open) throw new DomainError('return-window-closed', say('return-window-over', { issuedAt: order.issuedAt, dueAt: window.dueAt }));
  const { reason, suggestedDepartment } = command;
  return [{ type: 'lianban.work-order.returned.v1', data: { ...identityOf(order), reason, suggestedDepartment } }];
};
