import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { DispatchEvent, DispatchState, WorkOrder } from '../domain/dispatch-case.js';
import { standingRuling } from '../domain/dispute.js';
import type { DispatchFacts } from '../domain/facts.js';
import { identityOf, inStatus } from '../domain/orders.js';
import { clocksAreBehind } from '../domain/told-clocks.js';

/** Whether an order can be returned at `at`; it counts working time, so it comes from outside. Null: not known yet. */
export type WithinReturnWindow = (order: WorkOrder, at: string) => boolean | null;

export interface Return { readonly workOrderId: string; readonly reason: MaskedText; readonly suggestedDepartment: string | null }

/** Not theirs (退单): only inside the window, not once they have begun to work on it (首接负责), and not against a ruling. */
export const returnOrder = (
  state: DispatchState,
  command: Return,
  facts: DispatchFacts,
  at: string,
  withinReturnWindow: WithinReturnWindow,
): DispatchEvent[] => {
  const order = inStatus(state, facts, command.workOrderId, 'dispatched', 'signed');
  const ruling = order.role === 'lead' ? standingRuling(state, facts) : null;
  if (ruling?.lead === order.department) throw new DomainError('state-conflict', say('bound-by-ruling', { at: ruling.at }));
  if (!(withinReturnWindow(order, at) ?? clocksAreBehind())) {
    throw new DomainError('return-window-closed', say('return-window-over', { issuedAt: order.issuedAt }));
  }
  const { reason, suggestedDepartment } = command;
  return [{ type: 'lianban.work-order.returned.v1', data: { ...identityOf(order), reason, suggestedDepartment } }];
};
