/**
 * Acts on how far a caller reaches (docs/domain.md, "Who may read what"). The row of the route says the reach; each service tells what it knows of the case,
 * and nobody decides beside it.
 */
import { DomainError, noSuchCase } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { Reach } from './table.js';
import type { Caller } from './auth.js';
import { isSamePerson } from './person-id.js';

export type Reaching = Pick<Caller, 'actor' | 'reach'>;

/** What a service knows of who has to do with a case. */
export interface CaseRelations {
  /** Handling units that have or had a work order in it. */
  readonly departments: readonly string[];
  /** The account that registered it; null where that is not known. */
  readonly registeredBy: string | null;
}

const unfit = (reach: Reach): TypeError => new TypeError(`the reach "${reach}" of this route says nothing of what was asked`);

export const isInReach = (caller: Reaching, { departments, registeredBy }: CaseRelations): boolean => {
  const { department } = caller.actor;
  const reach = caller.reach.ask();
  switch (reach) {
    case 'everything': return true;
    case 'cases of own department': return department !== null && departments.includes(department);
    case 'own account': return registeredBy !== null && isSamePerson(caller, registeredBy);
    default: throw unfit(reach);
  }
};

/**
 * Colleagues are told that a case is out of their reach; to a requester it is not there.
 * @throws DomainError `forbidden` or `not-found`
 */
export const requireReach = (caller: Reaching, relations: CaseRelations): void => {
  if (isInReach(caller, relations)) return;
  if (caller.reach.ask() === 'own account') throw noSuchCase();
  const { department } = caller.actor;
  throw new DomainError('forbidden', department === null ? say('no-department-out-of-reach') : say('department-out-of-reach', { department }));
};

/** The one department that the caller reaches, in a list or a decision; null: every one. */
export const departmentInReach = ({ actor, reach }: Reaching): string | null => {
  const asked = reach.ask();
  if (asked === 'everything') return null;
  // No department has the empty code: whoever belongs to none gets an empty list.
  if (asked === 'own department' || asked === 'cases of own department') return actor.department ?? '';
  throw unfit(asked);
};

/** What belongs to this department is in reach. @throws DomainError `forbidden` */
export const requireOwnDepartment = (caller: Reaching, department: string): void => {
  const own = departmentInReach(caller);
  if (own !== null && own !== department) {
    throw new DomainError('forbidden', own === '' ? say('of-a-department', { department }) : say('of-another-department', { department, own }));
  }
};
