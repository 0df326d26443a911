import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@lianban/contracts';
import { CallerReach } from './table.js';
import type { Reach } from './table.js';
import { departmentInReach, isInReach, requireOwnDepartment, requireReach } from './reach.js';

const caller = (reach: Reach, department: string | null = null) => ({ actor: { id: 'me', role: 'operator' as const, department, territory: null }, reach: new CallerReach(reach) });
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
  // What each reach has of a case with this relation, in the order above; the caller's department is housing.
  it.each<[Reach, readonly string[]]>([
    ['everything', ['reads', 'reads', 'reads', 'reads']],
    ['cases of own department', ['forbidden', 'reads', 'forbidden', 'forbidden']],
    ['own account', ['not-found', 'not-found', 'not-found', 'reads']],
  ])('of %s', (reach, expected) => {
    const outcomes = Object.values(relations).map((relation) => outcomeOf(() => requireReach(caller(reach, 'housing'), relation)));
    expect(outcomes).toEqual(expected);
    expect(Object.values(relations).map((relation) => isInReach(caller(reach, 'housing'), relation))).toEqual(outcomes.map((outcome) => outcome === 'reads'));
  });

  it('without a department is none', () => {
    for (const departments of [[], [''], ['water']]) expect(isInReach(caller('cases of own department'), { departments, registeredBy: 'me' })).toBe(false);
    expect(outcomeOf(() => requireOwnDepartment(caller('own department'), 'housing'))).toBe('forbidden');
  });

  it.each<[Reach, string | null, string | null]>([
    ['everything', null, null], ['everything', 'housing', null], ['own department', 'housing', 'housing'], ['cases of own department', 'housing', 'housing'], ['own department', null, ''],
  ])('in a list, of %s of %s', (reach, department, expected) => {
    expect(departmentInReach(caller(reach, department))).toBe(expected);
  });

  it.each<[Reach, string, string]>([['everything', 'water', 'reads'], ['own department', 'housing', 'reads'], ['own department', 'water', 'forbidden']])('of %s to what belongs to %s', (reach, department, expected) => {
    expect(outcomeOf(() => requireOwnDepartment(caller(reach, 'housing'), department))).toBe(expected);
  });

  it.each<[Reach, (who: ReturnType<typeof caller>) => unknown]>([
    ['own desk', (who) => isInReach(who, relations.none)], ['own department', (who) => isInReach(who, relations.none)], ['own account', (who) => departmentInReach(who)],
  ])('%s that says nothing of what is asked lets in nobody', (reach, ask) => {
    expect(() => ask(caller(reach, 'housing'))).toThrow(TypeError);
  });
});
