/** For whom a case waits, and since when. Pure; several wait at once. */
import { isOpen } from '../domain/case-orders.js';
import type { DispatchState, WorkOrder } from '../domain/case-orders.js';
import { returnsOf, standingRuling } from '../domain/dispute.js';
import type { DisputeRules } from '../domain/dispute.js';
import type { DispatchFacts } from '../domain/facts.js';
import { openLead } from '../domain/orders.js';
import { isOver } from '../domain/standing-hold.js';

export const waitingWho = ['lead', 'assistant', 'requester', 'others', 'coordinator', 'head', 'unit', 'call-back'] as const;
export const waitingWhat = ['work', 'hold', 'dispatch', 'ruling', 'extension', 'objection', 'transfer', 'release', 'call-back'] as const;

export interface Waiting {
  readonly who: (typeof waitingWho)[number];
  /** What they have to do. */
  readonly what: (typeof waitingWhat)[number];
  readonly department: string | null;
  readonly workOrderId: string | null;
  /** Null: not known, of a case from before that was kept. */
  readonly since: string | null;
}

/** Empty before the acceptance and after the end: then nobody of dispatch is waited for. */
export const waitingFor = (state: DispatchState, facts: DispatchFacts, { returnsUntilRuling }: DisputeRules, at: string): Waiting[] => {
  if (facts.ended || !facts.accepted) return [];
  const lead = openLead(state);
  const answer = state.answer?.round === state.round && !lead ? state.answer : null;
  if (answer && !isReopened(facts, answer.at)) return [nobody('call-back', 'call-back', answer.at)];
  const open = state.workOrders.filter(isOpen);
  const openIds = new Set(open.map(({ workOrderId }) => workOrderId));
  const { hold, ruling } = state;
  return [
    ...(hold && !isOver(hold, at) ? [nobody(hold.reason === 'waiting-for-requester' ? 'requester' : 'others', 'hold', hold.from)] : []),
    ...(lead ? [unit('lead', 'work', lead, lead.issuedAt)]
      : [nobody('coordinator', returnsOf(state, facts) >= returnsUntilRuling ? 'ruling' : 'dispatch', lastLeadEnd(state, facts) ?? facts.openSince ?? null)]),
    ...open.filter(({ role, required }) => role === 'assist' && required).map((order) => unit('assistant', 'work', order, order.issuedAt)),
    ...state.extensions.filter(({ status, workOrderId }) => status === 'requested' && openIds.has(workOrderId)).map((extension) => {
      const order = open.find(({ workOrderId }) => workOrderId === extension.workOrderId) as WorkOrder;
      return unit(extension.ordinal > 1 ? 'coordinator' : 'head', 'extension', order, extension.askedAt);
    }),
    ...state.transfers.filter(({ status, workOrderId }) => status === 'requested' && openIds.has(workOrderId)).map((transfer): Waiting =>
      ({ who: 'unit', what: 'transfer', department: transfer.to, workOrderId: transfer.workOrderId, since: transfer.at })),
    ...state.releases.filter(({ status, workOrderId }) => status === 'requested' && openIds.has(workOrderId)).map((release): Waiting =>
      ({ who: lead ? 'lead' : 'coordinator', what: 'release', department: lead?.department ?? null, workOrderId: release.workOrderId, since: release.at })),
    ...(ruling?.objection?.status === 'waiting' && standingRuling(state, facts) ? [nobody('coordinator', 'objection', ruling.objection.at)] : []),
  ];
};

const nobody = (who: Waiting['who'], what: Waiting['what'], since: string | null): Waiting => ({ who, what, department: null, workOrderId: null, since });
const unit = (who: Waiting['who'], what: Waiting['what'], { department, workOrderId }: WorkOrder, since: string): Waiting => ({ who, what, department, workOrderId, since });

const isReopened = ({ reopenedAt }: DispatchFacts, at: string): boolean => reopenedAt !== undefined && Date.parse(reopenedAt) > Date.parse(at);

const lastLeadEnd = ({ workOrders }: DispatchState, facts: DispatchFacts): string | null =>
  workOrders.findLast(({ role, endedAt }) => role === 'lead' && endedAt !== null && !isReopened(facts, endedAt))?.endedAt ?? null;
