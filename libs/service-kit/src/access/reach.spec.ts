import { describe, expect, it } from '@jest/globals';
import { DomainError, roles } from '@lianban/contracts';
import type { Role } from '@lianban/contracts';
import { departmentInReach, isInReach, requireReach } from './reach.js';

const caller = (role: Role, department: string | null = null, id = 'me') => ({ actor: { id, role, department, territory: null } });
const outcomeOf = (ask: () => unknown): unknown => {
  try {
    return ask() ?? 'reads';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

describe('reach', () => {
  const relations = {
    'none': { departments: [], registeredBy: null },
    'own department': { departments: ['water', 'housing'], registeredBy: 'another' },
    'another department': { departments: ['water'], registeredBy: 'another' },
    'own account': { departments: ['water'], registeredBy: 'me' },
  };
  const everywhere = ['reads', 'reads', 'reads', 'reads'];
  // What each role has of a case with this relation, in the order above; the role's department is housing.
  const table: Record<Role, readonly string[]> = {
    requester: ['not-found', 'not-found', 'not-found', 'reads'],
    operator: ['forbidden', 'reads', 'forbidden', 'forbidden'],
    head: ['forbidden', 'reads', 'forbidden', 'forbidden'],
    intake: everywhere, coordinator: everywhere, callback: everywhere, supervisor: everywhere, analyst: everywhere, admin: everywhere,
    integrator: ['forbidden', 'forbidden', 'forbidden', 'forbidden'],
    system: ['forbidden', 'forbidden', 'forbidden', 'forbidden'],
  };

  it.each(roles.map((role) => [role]))('of %s', (role) => {
    const outcomes = Object.values(relations).map((relation) => outcomeOf(() => requireReach(caller(role, 'housing'), relation)));
    expect(outcomes).toEqual(table[role]);
    expect(Object.values(relations).map((relation) => isInReach(caller(role, 'housing'), relation))).toEqual(outcomes.map((outcome) => outcome === 'reads'));
  });

  it.each([['operator'], ['head']] as const)('of %s without a department is none', (role) => {
    for (const departments of [[], [''], ['water']]) expect(isInReach(caller(role), { departments, registeredBy: 'me' })).toBe(false);
  });

  it.each<[Role, string | null, unknown]>([
    ['operator', 'housing', 'housing'], ['head', 'housing', 'housing'], ['operator', null, ''], ['analyst', null, 'reads'], ['supervisor', null, 'reads'],
    ['requester', null, 'forbidden'], ['integrator', null, 'forbidden'],
  ])('in a list, of %s of %s', (role, department, expected) => {
    expect(outcomeOf(() => departmentInReach(caller(role, department).actor))).toBe(expected);
  });
});
