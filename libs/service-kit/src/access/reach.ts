/**
 * Who may read a case (docs/domain.md, "Who may read what"). One table for all services: each tells what it knows of the case, and nobody decides beside it.
 * Which roles a route is for at all stands at the route; territories do not count yet.
 */
import { DomainError } from '@lianban/contracts';
import type { Actor, Role } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { Caller } from './auth.js';
import { isSamePerson } from './person-id.js';

/** Cases that a role reads: every one; where the own department has or had a work order; that the own account registered; none. */
export type CaseReach = 'every' | 'own department' | 'own account' | 'none';

const caseReach: Readonly<Record<Role, CaseReach>> = {
  requester: 'own account',
  intake: 'every',
  coordinator: 'every',
  operator: 'own department',
  head: 'own department',
  callback: 'every',
  supervisor: 'every',
  analyst: 'every',
  // Another system reads the topic.
  integrator: 'none',
  admin: 'every',
  system: 'none',
};

/** What a service knows of who has to do with a case. */
export interface CaseRelations {
  /** Handling units that have or had a work order in it. */
  readonly departments: readonly string[];
  /** The account that registered it; null where that is not known. */
  readonly registeredBy: string | null;
}

export const isInReach = (caller: Pick<Caller, 'actor'>, { departments, registeredBy }: CaseRelations): boolean => {
  const { role, department } = caller.actor;
  switch (caseReach[role]) {
    case 'every': return true;
    case 'own department': return department !== null && departments.includes(department);
    case 'own account': return registeredBy !== null && isSamePerson(caller, registeredBy);
    case 'none': return false;
  }
};

/**
 * Colleagues are told that a case is out of their reach; to a requester it is not there.
 * @throws DomainError `forbidden` or `not-found`
 */
export const requireReach = (caller: Pick<Caller, 'actor'>, relations: CaseRelations): void => {
  if (isInReach(caller, relations)) return;
  const { role, department } = caller.actor;
  if (caseReach[role] === 'own account') throw noSuchCase();
  if (caseReach[role] !== 'own department') throw new DomainError('forbidden', say('role-reads-no-case', { role }));
  throw new DomainError('forbidden', department === null ? say('no-department-out-of-reach') : say('department-out-of-reach', { department }));
};

export const noSuchCase = (): DomainError => new DomainError('not-found', say('no-such-case'));

/** Lists leave out what is out of reach: only cases in which this department has or had a work order; null: every case. */
export const departmentInReach = ({ role, department }: Actor): string | null => {
  const reach = caseReach[role];
  if (reach === 'every') return null;
  // No department has the empty code: whoever belongs to none gets an empty list.
  if (reach === 'own department') return department ?? '';
  throw new DomainError('forbidden', say('role-reads-no-list', { role }));
};
