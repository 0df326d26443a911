/** What a dispatch and a ruling share: who may be named, and the orders that follow. */
import { DomainError, refusedField } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isOpen } from './case-orders.js';
import type { DispatchEvent, DispatchState, WorkOrder } from './case-orders.js';
import type { DispatchFacts } from './facts.js';
import { cancelled, requireOpenCase } from './orders.js';
import { clocksAreBehind } from './told-clocks.js';

/** What is said of assistants. Who is not named is required, and due by the limits. */
export interface AssistTerms {
  /** The lead may answer while these are open. */
  readonly optional: readonly string[];
  /** Own due times. */
  readonly until: ReadonlyMap<string, string>;
}

/** That the departments exist and are active is checked outside: the directory is not part of this stream. */
export interface Sending {
  readonly lead: string;
  /** All of them, optional ones too. */
  readonly assist: readonly string[];
  readonly terms?: AssistTerms;
  /** At least one fresh id for each order that may be issued: the lead's first, then the assistants' in their order. */
  readonly workOrderIds: readonly string[];
}

/** @throws DomainError `not-found` or `state-conflict` when the case can be sent to nobody, `validation-failed` when a department is named twice */
export const requireSendable = (state: DispatchState, { lead, assist }: Sending, facts: DispatchFacts): void => {
  requireOpenCase(facts);
  if (!facts.accepted) throw new DomainError('state-conflict', say('not-accepted'));
  if (assist.includes(lead)) throw refusedField('assist', say('lead-assists-itself'));
  if (new Set(assist).size !== assist.length) throw refusedField('assist', say('department-named-twice'));
  if (!begins(state, facts) && state.answer && state.answer.round === state.round) throw new DomainError('state-conflict', say('waits-for-call-back'));
};

export const roundOf = (state: DispatchState, facts: DispatchFacts): number => (begins(state, facts) ? state.round + 1 : Math.max(state.round, 1));

/** Who has an open order in the role that is meant for it keeps it; the other open orders are cancelled, and who is new gets one. */
export const sendOut = (state: DispatchState, { lead, assist, terms, workOrderIds }: Sending, facts: DispatchFacts, note: MaskedText | null): DispatchEvent[] => {
  const round = roundOf(state, facts);
  const open = state.workOrders.filter(isOpen);
  const wanted = [{ department: lead, role: 'lead' as const }, ...assist.map((department) => ({ department, role: 'assist' as const }))];
  const isOf = (order: WorkOrder) => wanted.some(({ department, role }) => department === order.department && role === order.role);
  return [
    ...open.filter((order) => !isOf(order)).map((order) => cancelled(order, 're-dispatched')),
    { type: 'lianban.case.dispatched.v1', data: { round, lead, assist: [...assist], note } },
    ...giveOrders(state, wanted, round, workOrderIds, terms),
  ];
};

/** An order for each who has none yet, and what is newly said of assistants. */
export const giveOrders = (state: DispatchState, wanted: readonly Pick<WorkOrder, 'department' | 'role'>[], round: number, workOrderIds: readonly string[], terms?: AssistTerms): DispatchEvent[] => {
  const open = state.workOrders.filter(isOpen);
  const standing = ({ department, role }: Pick<WorkOrder, 'department' | 'role'>) => open.find((order) => order.department === department && order.role === role);
  const joining = wanted.filter((each) => !standing(each));
  return [
    ...joining.map(({ department, role }, index): DispatchEvent => {
      const workOrderId = workOrderIds[index];
      if (workOrderId === undefined) throw new RangeError('sending a case needs an id for each order that is issued');
      return { type: 'lianban.work-order.issued.v1', data: { workOrderId, department, role, round, cause: 'dispatch' } };
    }),
    ...wanted.flatMap((each): DispatchEvent[] => {
      if (each.role === 'lead') return [];
      const order = standing(each) ?? { workOrderId: workOrderIds[joining.indexOf(each)] ?? '', department: each.department, round, required: true, ownDueAt: null };
      return setTerms(order, !terms?.optional.includes(each.department), terms?.until.get(each.department) ?? order.ownDueAt);
    }),
  ];
};

/** `[]` when it is so already. */
const setTerms = ({ workOrderId, department, round, required, ownDueAt }: Pick<WorkOrder, 'workOrderId' | 'department' | 'round' | 'required' | 'ownDueAt'>, wanted: boolean, dueAt: string | null): DispatchEvent[] =>
  (required === wanted && (ownDueAt === dueAt || (ownDueAt !== null && dueAt !== null && Date.parse(ownDueAt) === Date.parse(dueAt))) ? []
    : [{ type: 'lianban.assistance.terms-set.v1', data: { workOrderId, department, round, required: wanted, dueAt } }]);

/** An own due time lies ahead, is an assistant's, and not after the lead's. @throws DomainError `validation-failed`; `read-model-behind` while sla has not told the lead's */
export const requireOwnLimits = (assist: readonly string[], until: ReadonlyMap<string, string>, round: number, { clocks }: DispatchFacts, at: string): void => {
  for (const [department, dueAt] of until) {
    if (!assist.includes(department)) throw refusedField('assistUntil', say('not-an-assistant', { department }));
    if (Date.parse(dueAt) <= Date.parse(at)) throw refusedField('assistUntil', say('must-be-after-now', { at }));
    const lead = clocks?.[`lead ${round}`] ?? clocksAreBehind();
    if (Date.parse(dueAt) > Date.parse(lead.dueAt)) throw refusedField('assistUntil', say('not-after-lead', { dueAt: lead.dueAt }));
  }
};

/** A case that was opened again after it had been handled: nothing of its last round was issued since. */
const begins = (state: DispatchState, { reopenedAt }: DispatchFacts): boolean =>
  reopenedAt !== undefined && state.round > 0
  && !state.workOrders.some(({ round, issuedAt }) => round === state.round && Date.parse(issuedAt) >= Date.parse(reopenedAt));
