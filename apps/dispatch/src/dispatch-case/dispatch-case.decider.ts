/** Sending a case to a lead and any assistants (派单). */
import { DomainError, refusedField } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isOpen } from '../domain/dispatch-case.js';
import type { DispatchEvent, DispatchState } from '../domain/dispatch-case.js';
import type { DispatchFacts } from '../domain/facts.js';
import { cancelled } from '../domain/orders.js';

/** That the departments exist and are active is checked outside: the directory is not part of this stream. */
export interface Dispatch {
  readonly lead: string;
  readonly assist: readonly string[];
  readonly note: MaskedText | null;
  /** At least one fresh id for each order that may be issued: the lead's first, then the assistants' in their order. */
  readonly workOrderIds: readonly string[];
}

/** The first dispatch, or the next one after the lead returned. Assistants who stay on the list keep their open orders. */
export const dispatch = (state: DispatchState, command: Dispatch, facts: DispatchFacts): DispatchEvent[] => {
  const { lead, assist, note } = command;
  if (facts.demand === null && !facts.accepted) throw new DomainError('not-found', say('no-such-case'));
  if (facts.ended) throw new DomainError('state-conflict', say('case-ended'));
  if (!facts.accepted) throw new DomainError('state-conflict', say('not-accepted'));
  if (assist.includes(lead)) throw refusedField('assist', say('lead-assists-itself'));
  if (new Set(assist).size !== assist.length) throw refusedField('assist', say('department-named-twice'));
  const open = state.workOrders.filter(isOpen);
  const current = open.find((order) => order.role === 'lead');
  if (current) throw new DomainError('state-conflict', say('department-has-case', { department: current.department }));
  const isNewLife = begins(state, facts);
  if (!isNewLife && state.answer && state.answer.round === state.round) throw new DomainError('state-conflict', say('waits-for-call-back'));

  const round = isNewLife ? state.round + 1 : Math.max(state.round, 1);
  const staying = open.filter((order) => assist.includes(order.department));
  const joining = [
    { department: lead, role: 'lead' as const },
    ...assist.filter((department) => !staying.some((order) => order.department === department)).map((department) => ({ department, role: 'assist' as const })),
  ];
  return [
    ...open.filter((order) => !staying.includes(order)).map((order) => cancelled(order, 're-dispatched')),
    { type: 'lianban.case.dispatched.v1', data: { round, lead, assist: [...assist], note } },
    ...joining.map(({ department, role }, index): DispatchEvent => {
      const workOrderId = command.workOrderIds[index];
      if (workOrderId === undefined) throw new RangeError('dispatch needs an id for each order it issues');
      return { type: 'lianban.work-order.issued.v1', data: { workOrderId, department, role, round, cause: 'dispatch' } };
    }),
  ];
};

/** A case that was opened again after it had been handled: nothing of its last round was issued since. */
const begins = (state: DispatchState, { reopenedAt }: DispatchFacts): boolean =>
  reopenedAt !== undefined && state.round > 0
  && !state.workOrders.some(({ round, issuedAt }) => round === state.round && Date.parse(issuedAt) >= Date.parse(reopenedAt));
