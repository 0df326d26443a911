/** What a caller's reach comes to at intake, from what is known of the case (docs/domain.md, "Who may read what"). Pure. */
import { DomainError } from '@lianban/contracts';
import type { Actor } from '@lianban/contracts';
import { isInReach } from '@lianban/service-kit';
import type { Caller } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import type { Relations } from './case-relations.js';

export const departmentsIn = ({ orders }: Relations): string[] => orders.map(({ department }) => department);

/** Whether nothing that may not have been heard yet could show the caller more. */
export const readsAll = (caller: Caller, relations: Relations, registeredBy: string): boolean => {
  const { role } = caller.actor;
  if (role === 'requester') return true;
  return role === 'callback' ? readsContact(caller.actor, relations) : isInReach(caller, { departments: departmentsIn(relations), registeredBy });
};

/** Who is about to talk to the requester: intake at any time, a call-back agent while a call-back is due. */
export const readsContact = ({ role }: Actor, { callBackDue }: Relations): boolean =>
  role === 'intake' || role === 'admin' || (role === 'callback' && callBackDue);

/** Whether somebody may say that the requester was contacted: intake, and a unit as long as it has an open work order. */
export const mayContact = ({ actor: { department }, reach }: Caller, { orders }: Relations): boolean =>
  reach.ask() === 'everything' || orders.some((order) => order.open && order.department === department);

/** @throws DomainError `forbidden` */
export const requireContact = (caller: Caller, relations: Relations): void => {
  if (mayContact(caller, relations)) return;
  const { department } = caller.actor;
  throw new DomainError('forbidden', department === null ? say('no-department-may-not-contact') : say('department-may-not-contact', { department }));
};
