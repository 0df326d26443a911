import { isOpen } from '../domain/case-orders.js';
import type { DispatchState, NewDispatchEvent } from '../domain/case-orders.js';
import { cancelled } from '../domain/orders.js';
import { endHold } from '../domain/standing-hold.js';

/** Reaction to the end of a case: nobody works on it any more. */
export const endOrders = (state: DispatchState, at: string): NewDispatchEvent[] =>
  [...endHold(state, 'case-ended', null, at), ...state.workOrders.filter(isOpen).map((order) => cancelled(order, 'case-ended'))];
