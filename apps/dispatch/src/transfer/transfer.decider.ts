/** The lead goes on to another unit by agreement of both (协商移交): the one exception to first responsibility. */
import { DomainError, refusedField } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isOpen } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState, Transfer, WorkOrder } from '../domain/case-orders.js';
import { standingRuling, transfersOf } from '../domain/dispute.js';
import type { DisputeRules } from '../domain/dispute.js';
import type { DispatchFacts } from '../domain/facts.js';
import { cancelled, inStatus } from '../domain/orders.js';

export interface RequestTransfer { readonly transferId: string; readonly workOrderId: string; readonly to: string; readonly reason: MaskedText }

/** `[]` when that unit is being asked already. */
export const requestTransfer = (state: DispatchState, { transferId, workOrderId, to, reason }: RequestTransfer, facts: DispatchFacts, rules: DisputeRules): DispatchEvent[] => {
  const order = requireTransferable(state, workOrderId, facts, rules);
  if (to === order.department) throw refusedField('to', say('leads-already'));
  const waiting = state.transfers.find((transfer) => transfer.workOrderId === workOrderId && transfer.status === 'requested');
  if (waiting?.to === to) return [];
  if (waiting) throw new DomainError('state-conflict', say('transfer-waits', { department: waiting.to }));
  return [{ type: 'lianban.transfer.requested.v1', data: { transferId, workOrderId, round: order.round, from: order.department, to, reason } }];
};

/** The other unit leads from now on, in the same round. `newOrderId` is for its order. `[]` when it was agreed before. */
export const agreeTransfer = (
  state: DispatchState, { transferId, note, newOrderId }: { readonly transferId: string; readonly note: MaskedText | null; readonly newOrderId: string }, facts: DispatchFacts, rules: DisputeRules,
): DispatchEvent[] => {
  const transfer = transferOf(state, transferId);
  if (transfer.status === 'agreed') return [];
  if (transfer.status === 'declined') throw new DomainError('state-conflict', say('transfer-decided', { status: 'declined' }));
  const order = requireTransferable(state, transfer.workOrderId, facts, rules);
  const { workOrderId, round, from, to } = transfer;
  return [
    { type: 'lianban.transfer.agreed.v1', data: { transferId, workOrderId, round, from, to, note } },
    // An assistant that leads now assists no longer.
    ...[order, ...state.workOrders.filter((other) => isOpen(other) && other.department === to)].map((other) => cancelled(other, 'transferred')),
    { type: 'lianban.work-order.issued.v1', data: { workOrderId: newOrderId, department: to, role: 'lead', round, cause: 'dispatch' } },
  ];
};

/** By the unit that was asked, or by the one that asked, which takes it back. `[]` when it was declined before. */
export const declineTransfer = (state: DispatchState, { transferId, reason }: { readonly transferId: string; readonly reason: MaskedText }, facts: DispatchFacts): DispatchEvent[] => {
  const { status, workOrderId, round, from, to } = transferOf(state, transferId);
  if (status === 'declined') return [];
  if (status === 'agreed') throw new DomainError('state-conflict', say('transfer-decided', { status }));
  inStatus(state, facts, workOrderId, 'dispatched', 'signed', 'in-progress');
  return [{ type: 'lianban.transfer.declined.v1', data: { transferId, workOrderId, round, from, to, reason } }];
};

/** @throws DomainError `not-found` */
export const transferOf = ({ transfers }: DispatchState, transferId: string): Transfer => {
  const transfer = transfers.find((candidate) => candidate.transferId === transferId);
  if (transfer) return transfer;
  throw new DomainError('not-found', say('no-such-transfer'));
};

/** The order of a lead whom no ruling binds, of a case that may still go on by agreement. */
const requireTransferable = (state: DispatchState, workOrderId: string, facts: DispatchFacts, { transfersUntilRuling }: DisputeRules): WorkOrder => {
  const order = inStatus(state, facts, workOrderId, 'dispatched', 'signed', 'in-progress');
  if (order.role !== 'lead') throw new DomainError('state-conflict', say('only-lead-transfers'));
  const ruling = standingRuling(state, facts);
  if (ruling?.lead === order.department) throw new DomainError('state-conflict', say('transfer-against-ruling', { at: ruling.at }));
  const transfers = transfersOf(state, facts);
  if (transfers + 1 >= transfersUntilRuling) throw new DomainError('state-conflict', say('transfer-needs-ruling', { transfers, most: transfersUntilRuling }));
  return order;
};
