/** Assistants join later, and are released on the way: by the lead or a coordinator, or because they ask. */
import { DomainError, refusedField } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { DispatchEvent, DispatchState, Release, releaseGrounds, WorkOrder } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { cancelled, inStatus, openLead, requireOpenCase } from '../domain/orders.js';
import { giveOrders, requireOwnLimits } from '../domain/send-out.js';
import type { AssistTerms } from '../domain/send-out.js';

export interface AddAssistants { readonly assist: readonly string[]; readonly terms: AssistTerms; readonly workOrderIds: readonly string[] }

/** Who assists already gets the terms that are named now. `[]` when all of it is so. */
export const addAssistants = (state: DispatchState, { assist, terms, workOrderIds }: AddAssistants, facts: DispatchFacts, at: string): DispatchEvent[] => {
  requireOpenCase(facts);
  const lead = openLead(state);
  if (!lead) throw new DomainError('state-conflict', say('no-lead-now'));
  if (assist.length === 0) throw refusedField('assist', say('name-an-assistant'));
  if (assist.includes(lead.department)) throw refusedField('assist', say('lead-assists-itself'));
  if (new Set(assist).size !== assist.length) throw refusedField('assist', say('department-named-twice'));
  requireOwnLimits(assist, terms.until, lead.round, facts, at);
  return giveOrders(state, assist.map((department) => ({ department, role: 'assist' as const })), lead.round, workOrderIds, terms);
};

/** Without having asked. */
export const releaseAssistant = (state: DispatchState, { workOrderId, reason }: { readonly workOrderId: string; readonly reason: MaskedText }, facts: DispatchFacts): DispatchEvent[] =>
  release(openAssistant(state, workOrderId, facts), waitingRelease(state, workOrderId)?.releaseId ?? null, reason);

export interface RequestRelease { readonly releaseId: string; readonly workOrderId: string; readonly ground: (typeof releaseGrounds)[number]; readonly reason: MaskedText }

/** `[]` when it has asked already. */
export const requestRelease = (state: DispatchState, { releaseId, workOrderId, ground, reason }: RequestRelease, facts: DispatchFacts): DispatchEvent[] => {
  const { department, round } = openAssistant(state, workOrderId, facts);
  if (waitingRelease(state, workOrderId)) return [];
  return [{ type: 'lianban.assistance.release-requested.v1', data: { releaseId, workOrderId, department, round, ground, lead: openLead(state)?.department ?? null, reason } }];
};

/** `[]` when it was decided so before. @throws DomainError `state-conflict` when it was decided otherwise, or its order is gone */
export const grantRelease = (state: DispatchState, { releaseId, reason }: { readonly releaseId: string; readonly reason: MaskedText | null }, facts: DispatchFacts): DispatchEvent[] => {
  const { status, workOrderId } = releaseIn(state, releaseId);
  if (status === 'released') return [];
  if (status === 'refused') throw new DomainError('state-conflict', say('release-decided'));
  return release(openAssistant(state, workOrderId, facts), releaseId, reason);
};

export const refuseRelease = (state: DispatchState, { releaseId, reason }: { readonly releaseId: string; readonly reason: MaskedText }, facts: DispatchFacts): DispatchEvent[] => {
  const { status, workOrderId } = releaseIn(state, releaseId);
  if (status === 'refused') return [];
  if (status === 'released') throw new DomainError('state-conflict', say('release-decided'));
  const { department, round } = openAssistant(state, workOrderId, facts);
  return [{ type: 'lianban.assistance.release-refused.v1', data: { releaseId, workOrderId, department, round, reason } }];
};

/** @throws DomainError `not-found` */
export const releaseIn = ({ releases }: DispatchState, releaseId: string): Release => {
  const found = releases.find((candidate) => candidate.releaseId === releaseId);
  if (found) return found;
  throw new DomainError('not-found', say('no-such-release'));
};

const waitingRelease = ({ releases }: DispatchState, workOrderId: string): Release | undefined => releases.find((one) => one.workOrderId === workOrderId && one.status === 'requested');

const openAssistant = (state: DispatchState, workOrderId: string, facts: DispatchFacts): WorkOrder => {
  const order = inStatus(state, facts, workOrderId, 'dispatched', 'signed', 'in-progress');
  if (order.role !== 'assist') throw new DomainError('state-conflict', say('only-assistants-are-released'));
  return order;
};

const release = (order: WorkOrder, releaseId: string | null, reason: MaskedText | null): DispatchEvent[] => [
  { type: 'lianban.assistance.released.v1', data: { workOrderId: order.workOrderId, department: order.department, round: order.round, releaseId, reason } },
  cancelled(order, 'released'),
];
