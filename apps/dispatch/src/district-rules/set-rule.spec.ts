import { describe, expect, it } from '@jest/globals';
import { maskText, rulesInForce } from '@lianban/contracts';
import { decisionsOf, type Expected } from '@lianban/testing';
import { evolveRule, setRule } from './set-rule.decider.js';
import type { RuleEvent, RuleRows } from './set-rule.decider.js';

const { given } = decisionsOf('dispatch', { initialState: [] as RuleRows, evolve: evolveRule });
const at = '2026-03-02T10:00:00+08:00';
const april = '2026-04-01T00:00:00+08:00';
const name = 'returns-until-ruling' as const;

const row = (value: number | null, effectiveFrom = '2026-02-01T00:00:00+08:00', territory: string | null = null): RuleEvent =>
  ({ type: 'lianban.rule.set.v1', data: { name, value, territory, effectiveFrom, why: maskText('x') } });
const setting = (value: unknown, effectiveFrom: string | null = null, territory: string | null = null) => (rows: RuleRows) =>
  setRule(rows, { name, value, territory, effectiveFrom, why: maskText('Resolution of 3 March.') }, at);
const set = 'lianban.rule.set.v1';

describe('a dated row of a rule', () => {
  it.each<[string, RuleEvent[], (rows: RuleRows) => RuleEvent[], Expected]>([
    ['at once', [], setting(3), [set]],
    ['from a later day on', [], setting(3, april), [set]],
    ['for a territory', [row(3)], setting(3, null, 'riverside'), [set]],
    ['with the shipped value, which then stays whatever is shipped later', [], setting(2), [set]],
    ['the same again', [row(3)], setting(3), []],
    ['the same again, for a territory', [row(3, undefined, 'riverside')], setting(3, april, 'riverside'), []],
    ['another one for a day that has not come', [row(3), row(4, april)], setting(5, april), [set]],
    ['no value of its own any more', [row(3, undefined, 'riverside')], setting(null, null, 'riverside'), [set]],
    ['no value of its own, where there is none', [row(3)], setting(null, null, 'riverside'), []],
    ['in the past', [], setting(3, '2026-03-02T09:59:59+08:00'), 'validation-failed'],
    ['below the limits', [], setting(0), 'validation-failed'],
    ['above the limits', [], setting(21), 'validation-failed'],
    ['of another kind', [], setting('3'), 'validation-failed'],
    ['not whole', [], setting(2.5), 'validation-failed'],
  ])('%s', (_name, rows, decide, expected) => given(...rows).when(decide).then(expected));

  it('that is wrong is refused with its limits', () => {
    expect(() => setting(21)([])).toThrow('value: must be a whole number from 1 to 20');
  });
});

describe('the value in force', () => {
  const rows = [row(3), row(4, april), row(5, april), row(7, undefined, 'riverside'), row(null, april, 'riverside'), row(9, undefined, 'riverbend'), row(99)].map(({ data }) => data);
  const path: Record<string, string[]> = { 'grid': ['grid', 'riverside', 'riverbend', 'lanqiao'], 'riverbend': ['riverbend', 'lanqiao'], 'lanqiao': ['lanqiao'] };
  const rules = rulesInForce(rows, (code) => (path[code] ?? []).map((each) => ({ code: each })));

  it.each<[string, string, string | null, number]>([
    ['before the first row is the shipped one', '2026-01-31T23:59:59+08:00', null, 2],
    ['is that of the newest row that has begun', '2026-03-02T00:00:00+08:00', null, 3],
    ['counts from its first instant on, of two for one day the later', april, null, 5],
    ['is that of the nearest territory above', '2026-03-02T00:00:00+08:00', 'grid', 7],
    ['goes on up where a territory has given up its own', april, 'grid', 9],
    ['is that of the territory itself', april, 'riverbend', 9],
    ['is the district\'s where no territory above has one', april, 'lanqiao', 5],
    ['is the district\'s for a territory that nobody knows', april, 'moon', 5],
  ])('%s', (_name, when, territory, expected) => expect(rules(name, { at: when, territory })).toBe(expected));
});
