import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { DispatchEvent, DispatchState, WorkOrder } from '../domain/dispatch-case.js';
import type { DispatchFacts } from '../domain/facts.js';
import { identityOf, inStatus } from '../domain/orders.js';
import { clocksAreBehind } from '../domain/told-clocks.js';

/** Whether an order can be returned at `at`; it counts working time, so it comes from outside. Null: not known yet. */
export type WithinReturnWindow = (order: WorkOrder, at: string) => boolean | null;

export interface Return { readonly workOrderId: string; readonly reason: MaskedText; readonly suggestedDepartment: string | null }

/** Not theirs (退单): only inside the window, and not once they have begun to work on it (首接负责). */
export const returnOrder = (
  state: DispatchState,
  command: Return,
  facts: DispatchFacts,
  at: string,
  withinReturnWindow: WithinReturnWindow,
): DispatchEvent[] => {
  const order = inStatus(state, facts, command.workOrderId, 'dispatched', 'signed');
  if (!(withinReturnWindow(order, at) ?? clocksAreBehind())) {
    throw new DomainError('return-window-closed', say('return-window-over', { issuedAt: order.issuedAt }));
  }
  const { reason, suggestedDepartment } = command;
  return [{ type: 'lianban.work-order.returned.v1', data: { ...identityOf(order), reason, suggestedDepartment } }];
};
