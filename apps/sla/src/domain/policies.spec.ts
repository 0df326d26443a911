import { describe, expect, it } from '@jest/globals';
import { levels, urgencies } from '@lianban/contracts';
import type { Level } from '@lianban/contracts';
import type { Limit } from '@lianban/working-time';
import { chooseLimit, choosePolicy, milestonesOf } from './policies.js';
import type { Policy, PolicyQuestion } from './policies.js';
import { sampleRow } from './sample-policies.js';
import { liftPolicy, shippedPolicies } from './shipped-policies.js';

const ask = (change: Partial<PolicyQuestion>, policies: readonly Policy[] = shippedPolicies) =>
  chooseLimit(policies, { clock: 'lead', round: 1, urgency: 'normal', level: 'general', greenChannel: false, on: '2026-02-09T09:00:00+08:00', ...change }, 420);
const leadRow: Policy = {
  id: 'lead-general', effectiveFrom: '2020-01-01T00:00:00+08:00', clock: 'lead', milestone: null, urgency: null, level: null, category: null, territory: null,
  unit: null, channel: null, greenChannel: null, demandKind: null, limit: { kind: 'working', amount: 5, unit: 'days' }, shareOfLead: null, greenChannelShare: null,
  startNextWorkingDay: false, toCloseOfLastDay: false, warnings: [], extensionCap: null, supervision: [],
};
const text = ({ kind, amount, unit }: Limit): string => `${amount} ${kind} ${unit}`;

describe('the shipped policies', () => {
  it.each<[Partial<PolicyQuestion>, string, string]>([
    [{ clock: 'contact', level: null }, 'contact', '2 elapsed hours'],
    [{ clock: 'contact', level: null, urgency: 'urgent' }, 'contact-urgent', '30 elapsed minutes'],
    // Once the case is accepted, the level decides and the urgency does not.
    [{ clock: 'sign', urgency: 'urgent' }, 'sign', '4 working hours'],
    [{ clock: 'sign', level: 'urgent' }, 'sign-urgent', '30 elapsed minutes'],
    [{ level: 'urgent' }, 'lead-urgent', '2 elapsed hours'],
    [{ level: 'utility' }, 'lead-utility', '24 elapsed hours'],
    [{ level: 'simple' }, 'lead-simple', '1 working days'],
    [{ level: 'general' }, 'lead-general', '5 working days'],
    [{ level: 'complex' }, 'lead-complex', '15 working days'],
    [{ level: 'simple', greenChannel: true }, 'lead-simple', '0.5 working days'],
    [{ level: 'urgent', greenChannel: true }, 'lead-urgent', '1 elapsed hours'],
    [{ clock: 'assist', level: 'complex' }, 'assist', '10 working days'],
    [{ clock: 'assist', level: 'general' }, 'assist', '1400 working minutes'],
    [{ clock: 'assist', level: 'simple', greenChannel: true }, 'assist', '140 working minutes'],
    [{ clock: 'assist', level: 'utility', greenChannel: true }, 'assist', '8 elapsed hours'],
    [{ clock: 'assist', round: 2 }, 'assist', '2 working days'],
    [{ clock: 'return-window' }, 'return-window', '2 working days'],
    [{ clock: 'milestone', milestone: 'stop', category: '城乡建设/城乡规划/违章建筑' }, 'illegal-construction-stop', '4 elapsed hours'],
    [{ clock: 'milestone', milestone: 'punish', category: '城乡建设/城乡规划/违章建筑' }, 'illegal-construction-punish', '7 working days'],
    [{ clock: 'milestone', milestone: 'demolish', category: '城乡建设/城乡规划/违章建筑' }, 'illegal-construction-demolish', '20 working days'],
    [{ clock: 'call-back', greenChannel: true }, 'call-back', '1 working days'],
    [{ clock: 'rework', round: 2, level: 'urgent' }, 'rework', '3 working days'],
  ])('%j → %s: %s', (question, id, limit) => {
    const chosen = ask(question);
    expect([chosen.policy.id, text(chosen.limit)]).toEqual([id, limit]);
  });

  it('give every level and every urgency a limit', () => {
    for (const clock of ['contact', 'sign', 'lead', 'assist', 'call-back', 'rework'] as const) {
      for (const level of levels) for (const urgency of urgencies) expect(ask({ clock, level, urgency }).limit.amount).toBeGreaterThan(0);
    }
  });
});

describe('a superseding row', () => {
  const lead = (effectiveFrom: string, amount: number, level: Level | null = 'general'): Policy => ({
    ...leadRow, effectiveFrom, level, limit: { kind: 'working', amount, unit: 'days' },
  });
  const rows = [lead('2026-03-01T00:00:00+08:00', 7), lead('2020-01-01T00:00:00+08:00', 10), lead('2024-01-01T00:00:00+08:00', 5)];

  it.each([
    ['2023-12-31T23:59:59+08:00', 10], ['2023-12-31T16:00:00Z', 5], ['2026-02-28T12:00:00+08:00', 5], ['2026-03-01T00:00:00+08:00', 7],
    ['2019-06-01T00:00:00+08:00', 10],
  ])('holds for cases of its day on: %s', (on, amount) => expect(ask({ on }, rows).limit.amount).toBe(amount));

  it('names itself in the answer', () => {
    expect(ask({}, rows).policy).toEqual({ id: 'lead-general', effectiveFrom: '2024-01-01T00:00:00+08:00' });
  });

  it('and the narrower row wins over the wider one', () => {
    expect(ask({}, [...rows, { ...lead('2026-01-01T00:00:00+08:00', 99, null), id: 'lead' }]).limit.amount).toBe(5);
  });

  it('a clock no row fits is refused', () => {
    expect(() => ask({ level: 'simple' }, rows)).toThrow(expect.objectContaining({ code: 'policy-incomplete' }));
  });
});

describe('the most specific row', () => {
  const row = (id: string, change: Partial<Policy>): Policy => ({ ...leadRow, id, ...change });
  /** From the row that weighs most to the one that weighs least. Every row fits the case below. */
  const ladder: readonly Policy[] = [
    row('unit', { unit: 'water' }),
    row('community', { territory: 'c1' }),
    row('subdistrict', { territory: 's1', category: 'a/b/c', level: 'general' }),
    row('whole-category', { category: 'a/b/c' }),
    row('group', { category: 'a' , channel: 'hotline' }),
    row('channel', { channel: 'hotline' }),
    row('green', { greenChannel: true }),
    row('kind', { demandKind: 'report' }),
    row('level', { level: 'general' }),
    row('urgency', { urgency: 'normal' }),
    row('later', { effectiveFrom: '2025-01-01T00:00:00+08:00' }),
    row('by-id', {}),
    row('by-id-too', {}),
  ];
  const question: PolicyQuestion = {
    clock: 'lead', round: 1, urgency: 'normal', level: 'general', greenChannel: true, category: 'a/b/c', territories: ['c1', 's1', 'd'], unit: 'water',
    channel: 'hotline', demandKind: 'report', on: '2026-02-09T09:00:00+08:00',
  };

  it('wins in one order, whatever order the rows are in, with the others as runners-up', () => {
    for (const rows of [ladder, [...ladder].reverse()]) {
      const { row: best, runnersUp } = choosePolicy(rows, question);
      expect([best.id, ...runnersUp.map((other) => other.row.id)]).toEqual(ladder.map(({ id }) => id));
    }
  });

  it('does not apply to cases from before it, however specific it is', () => {
    const late = row('late', { unit: 'water', effectiveFrom: '2026-02-10T00:00:00+08:00' });
    expect(choosePolicy([late, ...ladder.slice(7)], question).row.id).toBe('kind');
    expect(choosePolicy([late, ...ladder.slice(7)], { ...question, on: late.effectiveFrom }).row.id).toBe('late');
    // A day before the first row of all gets that first row.
    expect(choosePolicy([late], question).row.id).toBe('late');
  });

  it('says why', () => {
    expect(choosePolicy(ladder.slice(2), question).matched).toEqual([
      { by: 'territory', value: 's1' }, { by: 'category', value: 'a/b/c' }, { by: 'level', value: 'general' },
    ]);
    expect(choosePolicy(ladder.slice(10), question).matched).toEqual([]);
  });

  it.each<[string, Partial<PolicyQuestion>, string]>([
    ['another unit', { unit: 'fire' }, 'community'],
    ['no unit yet', { unit: null }, 'community'],
    ['another community', { unit: null, territories: ['c2', 's1', 'd'] }, 'subdistrict'],
    ['another subdistrict', { unit: null, territories: ['c9', 's9', 'd'] }, 'whole-category'],
    ['a category that only begins alike', { unit: null, territories: [], category: 'ab/c' }, 'channel'],
    ['another kind of demand', { unit: null, territories: [], category: null, channel: null, greenChannel: false, demandKind: 'praise' }, 'level'],
    ['nothing known', { unit: null, territories: [], category: null, channel: null, greenChannel: false, demandKind: null, level: null, urgency: 'urgent' }, 'later'],
  ])('leaves out rows that ask for more: %s', (_what, change, id) => {
    expect(choosePolicy(ladder, { ...question, ...change }).row.id).toBe(id);
  });
});

describe('milestones', () => {
  const question = { round: 1, urgency: 'normal', level: 'complex', greenChannel: false, on: '2026-02-09T09:00:00+08:00' } as const;
  it.each([
    ['城乡建设/城乡规划/违章建筑', ['demolish', 'punish', 'stop']], ['城乡建设/城乡规划/其他', []], [null, []],
  ])('of category %s: %j', (category, names) => expect(milestonesOf(shippedPolicies, { ...question, category })).toEqual(names));

  it('come to no case from before their first row', () => {
    expect(milestonesOf(shippedPolicies, { ...question, category: '城乡建设/城乡规划/违章建筑', on: '2006-12-31T00:00:00+08:00' })).toEqual([]);
  });
});

describe('what comes with a limit', () => {
  it('is warnings, the most that extensions may add, and supervision', () => {
    expect(ask({ greenChannel: true })).toMatchObject({
      warnings: [{ numerator: 4, denominator: 5 }], extensionCap: { kind: 'working', amount: 2.5, unit: 'days' },
      supervision: [{ step: 'reminder', colour: 'yellow', after: null }, { step: 'criticism', colour: 'red' }, { step: 'escalation', toTier: 'district' }],
      matched: [{ by: 'level', value: 'general' }],
    });
    expect(ask({ clock: 'contact', level: null })).toMatchObject({ warnings: [{ numerator: 1, denominator: 2 }], extensionCap: null, supervision: [] });
  });

  it('is added to a row that an earlier build stored; its limit stays', () => {
    const half = { numerator: 1, denominator: 2 };
    const stored = {
      id: 'lead-general', effectiveFrom: '2007-01-01T00:00:00+08:00', clock: 'lead', urgency: null, level: 'general',
      limit: { kind: 'working', amount: 5, unit: 'days' }, shareOfLead: null, greenChannel: half, startNextWorkingDay: false, toCloseOfLastDay: false,
    } as const;
    expect(liftPolicy(stored)).toEqual(sampleRow('lead-general'));
    const { demandKind: _, ...withoutKind } = sampleRow('lead-general');
    expect(liftPolicy(withoutKind)).toEqual(sampleRow('lead-general'));
  });
});
