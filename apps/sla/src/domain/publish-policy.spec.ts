import { describe, expect, it } from '@jest/globals';
import { chooseLimit } from './policies.js';
import type { Policy } from './policies.js';
import { publishPolicy } from './publish-policy.js';
import { shippedPolicies } from './shipped-policies.js';

const now = '2026-11-24T10:00:00+08:00';
const general = shippedPolicies.find(({ id }) => id === 'lead-general') as Policy;
const days = (amount: number) => ({ kind: 'working', amount, unit: 'days' }) as const;
const next = (change: Partial<Policy> = {}): Policy => ({ ...general, effectiveFrom: '2027-01-01T00:00:00+08:00', limit: days(4), ...change });
const publish = (row: Policy, known: readonly Policy[] = shippedPolicies) => publishPolicy(known, row, now);

describe('a policy row', () => {
  it('supersedes the one before it from its day on', () => {
    const [event] = publish(next());
    expect(event).toMatchObject({ type: 'lianban.policy.published.v1', data: { id: 'lead-general', limit: days(4) } });
    const rows = [...shippedPolicies, event?.data as Policy];
    const on = (day: string) => chooseLimit(rows, { clock: 'lead', round: 1, urgency: 'normal', level: 'general', greenChannel: false, on: day }, 420).limit;
    expect([on('2026-12-31T23:59:59+08:00'), on('2027-01-01T00:00:00+08:00')]).toEqual([days(5), days(4)]);
  });

  it('may be for one unit, one category, a milestone', () => {
    for (const change of [{ id: 'water', unit: 'water' }, { id: 'roads', category: 'a/b' }, { id: 'm', clock: 'milestone', milestone: 'visit', level: null }] as Partial<Policy>[]) {
      expect(publish(next(change))).toHaveLength(1);
    }
  });

  it('that is there already is not published again, whatever the offset of its day', () => {
    expect(publish({ ...general, effectiveFrom: '2006-12-31T16:00:00Z' })).toEqual([]);
    expect(publish(next(), [...shippedPolicies, next()])).toEqual([]);
  });

  it.each<[string, Policy, string, string]>([
    ['an edit of a published row', { ...general, limit: days(9) }, 'state-conflict', 'effectiveFrom'],
    ['a day in the past', next({ effectiveFrom: '2026-11-24T09:59:59+08:00' }), 'validation-failed', 'effectiveFrom'],
    ['now', next({ effectiveFrom: now }), 'validation-failed', 'effectiveFrom'],
    ['no limit', next({ limit: null }), 'validation-failed', 'limit'],
    ['a limit and a share', next({ id: 'assist', clock: 'assist', shareOfLead: { numerator: 1, denominator: 2 } }), 'validation-failed', 'limit'],
    ['a share of itself', next({ limit: null, shareOfLead: { numerator: 1, denominator: 2 } }), 'validation-failed', 'shareOfLead'],
    ['a milestone without a name', next({ id: 'm', clock: 'milestone' }), 'validation-failed', 'milestone'],
    ['a name on another clock', next({ milestone: 'stop' }), 'validation-failed', 'milestone'],
    ['a warning after the due time', next({ warnings: [{ numerator: 6, denominator: 5 }] }), 'validation-failed', 'warnings.0'],
    ['an escalation to nowhere', next({ supervision: [{ step: 'escalation', colour: 'red', after: null, toTier: null }] }), 'validation-failed', 'supervision.0.toTier'],
    ['a level left without a limit', next({ level: 'simple' }), 'policy-incomplete', 'limit'],
    ['a limit for one unit only', next({ unit: 'water' }), 'policy-incomplete', 'limit'],
    ['a limit for the green channel only', next({ greenChannel: true }), 'policy-incomplete', 'limit'],
    ['another clock under the same id', next({ clock: 'sign' }), 'validation-failed', 'clock'],
  ])('is refused with the reason: %s', (_what, row, code, field) => {
    expect(() => publish(row)).toThrow(expect.objectContaining({ code, errors: expect.arrayContaining([expect.objectContaining({ field })]) }));
  });

  it('that closes a gap others left on a later day is not blamed for it, and one that opens a gap on a later day is refused', () => {
    const lateUnit = next({ effectiveFrom: '2028-01-01T00:00:00+08:00', unit: 'water' });
    const everyUnit = next({ id: 'lead-all', level: null });
    // Without the row for all, the later row for one unit would leave the level without a limit.
    expect(() => publish(lateUnit)).toThrow(expect.objectContaining({ code: 'policy-incomplete' }));
    const known = [...shippedPolicies, everyUnit, lateUnit];
    expect(publish(next({ effectiveFrom: '2027-06-01T00:00:00+08:00' }), known)).toHaveLength(1);
    // The row for all narrowed in between: nothing is left for the level from 2028 on.
    expect(() => publish({ ...everyUnit, effectiveFrom: '2027-06-01T00:00:00+08:00', unit: 'water' }, known)).toThrow(expect.objectContaining({ code: 'policy-incomplete' }));
  });
});
