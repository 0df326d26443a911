import { describe, expect, it } from '@jest/globals';
import { levels } from '@lianban/contracts';
import { chooseLimit } from '../domain/policies.js';
import type { Policy } from '../domain/policies.js';
import { publishPolicy } from './publish-policy.decider.js';
import { samplePolicies, sampleRow } from '../domain/sample-policies.js';
import { shippedPolicies } from '../domain/shipped-policies.js';

const now = '2026-11-24T10:00:00+08:00';
const general = sampleRow('lead-general');
const days = (amount: number) => ({ kind: 'working', amount, unit: 'days' }) as const;
const next = (change: Partial<Policy> = {}): Policy => ({ ...general, effectiveFrom: '2027-01-01T00:00:00+08:00', limit: days(4), ...change });
const share = (numerator: number, denominator: number) => ({ numerator, denominator });
const reminder: Policy['supervision'][number] = { step: 'reminder', colour: 'yellow', after: null, toTier: null };
const contactRow = (change: Partial<Policy>): Policy =>
  next({ id: 'x', clock: 'contact', level: null, greenChannelShare: null, extensionCap: null, limit: { kind: 'elapsed', amount: 1, unit: 'hours' }, ...change });
const publish = (row: Policy, known: readonly Policy[] = samplePolicies) => publishPolicy(known, row, now);

describe('a policy row', () => {
  it('supersedes the one before it from its day on', () => {
    const [event] = publish(next());
    expect(event).toMatchObject({ type: 'lianban.policy.published.v2', data: { id: 'lead-general', limit: days(4) } });
    const rows = [...samplePolicies, event?.data as Policy];
    const on = (day: string) => chooseLimit(rows, { clock: 'lead', round: 1, urgency: 'normal', level: 'general', greenChannel: false, on: day }, 420).limit;
    expect([on('2026-12-31T23:59:59+08:00'), on('2027-01-01T00:00:00+08:00')]).toEqual([days(5), days(4)]);
  });

  it('may be for one unit, one category, a milestone', () => {
    for (const change of [{ id: 'water', unit: 'water' }, { id: 'roads', category: 'a/b' }, { id: 'reports', demandKind: 'report' }, { id: 'm', clock: 'milestone', milestone: 'visit', level: null }] as Partial<Policy>[]) {
      expect(publish(next(change))).toHaveLength(1);
    }
  });

  it('is not published again if it is already there, whatever the offset of its day', () => {
    expect(publish({ ...general, effectiveFrom: '2006-12-31T16:00:00Z' })).toEqual([]);
    expect(publish(next(), [...samplePolicies, next()])).toEqual([]);
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
    ['a limit for one kind of demand only', next({ demandKind: 'report' }), 'policy-incomplete', 'limit'],
    ['a limit for the green channel only', next({ greenChannel: true }), 'policy-incomplete', 'limit'],
    ...(['contact', 'return-window', 'call-back', 'rework'] as const).map((clock): [string, Policy, string, string] =>
      [`a share of a lead that the clock ${clock} does not run beside`, next({ id: 'x', clock, level: null, territory: 'riverside', limit: null, shareOfLead: share(1, 2), extensionCap: null, supervision: [] }), 'validation-failed', 'shareOfLead']),
    ['a share of more than the whole', next({ id: 'x', clock: 'assist', limit: null, shareOfLead: share(3, 2) }), 'validation-failed', 'shareOfLead'],
    ...(['level', 'greenChannel', 'greenChannelShare', 'unit', 'demandKind'] as const).map((field): [string, Policy, string, string] =>
      [`a first contact by ${field}`, contactRow({ [field]: { level: 'general', greenChannel: true, greenChannelShare: share(1, 2), unit: 'water', demandKind: 'report' }[field] }), 'validation-failed', field]),
    ['a call-back of a unit', next({ id: 'x', clock: 'call-back', unit: 'water', extensionCap: null }), 'validation-failed', 'unit'],
    ['the close of a last day of elapsed time', next({ limit: { kind: 'elapsed', amount: 5, unit: 'days' }, toCloseOfLastDay: true }), 'validation-failed', 'toCloseOfLastDay'],
    ['the next working day of elapsed time', next({ limit: { kind: 'elapsed', amount: 5, unit: 'days' }, startNextWorkingDay: true }), 'validation-failed', 'startNextWorkingDay'],
    ['no time', next({ limit: days(0) }), 'validation-failed', 'limit.amount'],
    ['less than no time', next({ limit: days(-1) }), 'validation-failed', 'limit.amount'],
    ['less than a second', next({ limit: { kind: 'elapsed', amount: 0.01, unit: 'minutes' } }), 'validation-failed', 'limit.amount'],
    ['a limit of a century', next({ limit: days(36_500) }), 'validation-failed', 'limit.amount'],
    ['a limit without end', next({ limit: days(Infinity) }), 'validation-failed', 'limit.amount'],
    ['a green channel that leaves less than a second', next({ limit: { kind: 'elapsed', amount: 0.02, unit: 'minutes' } }), 'validation-failed', 'greenChannelShare'],
    ['a green channel that leaves more', next({ greenChannelShare: share(3, 2) }), 'validation-failed', 'greenChannelShare'],
    ['a green channel for cases that are not in it', next({ id: 'x', greenChannel: false }), 'validation-failed', 'greenChannelShare'],
    ['two warnings at one time', next({ warnings: [share(1, 2), share(2, 4)] }), 'validation-failed', 'warnings.1'],
    ['two reminders', next({ supervision: [reminder, reminder] }), 'validation-failed', 'supervision.1.step'],
    ['a reminder after the criticism', next({ supervision: [{ ...reminder, step: 'criticism' }, reminder] }), 'validation-failed', 'supervision.1.step'],
    ['a step in a hundred years', next({ supervision: [{ ...reminder, after: days(36_500) }] }), 'validation-failed', 'supervision.0.after.amount'],
    ['a day that is none', next({ effectiveFrom: '2027-01-01T23:59:60Z' }), 'validation-failed', 'effectiveFrom'],
    ['a day beyond all calendars', next({ effectiveFrom: '9999-01-01T00:00:00Z' }), 'validation-failed', 'effectiveFrom'],
    ['another clock under the same id', next({ clock: 'sign' }), 'validation-failed', 'clock'],
  ])('is refused with the reason: %s', (_what, row, code, field) => {
    expect(() => publish(row)).toThrow(expect.objectContaining({ code, errors: expect.arrayContaining([expect.objectContaining({ field })]) }));
  });

  it('is not blamed for a gap that others left on a later day, and is refused if it opens one itself', () => {
    const lateUnit = next({ effectiveFrom: '2028-01-01T00:00:00+08:00', unit: 'water' });
    const everyUnit = next({ id: 'lead-all', level: null });
    // Without the row for everybody, the later row for one unit would leave the level without a limit.
    expect(() => publish(lateUnit)).toThrow(expect.objectContaining({ code: 'policy-incomplete' }));
    const known = [...samplePolicies, everyUnit, lateUnit];
    expect(publish(next({ effectiveFrom: '2027-06-01T00:00:00+08:00' }), known)).toHaveLength(1);
    // In between, the row for everybody was narrowed. So from 2028 on the level would have no row.
    expect(() => publish({ ...everyUnit, effectiveFrom: '2027-06-01T00:00:00+08:00', unit: 'water' }, known)).toThrow(expect.objectContaining({ code: 'policy-incomplete' }));
  });

  it('is refused beside another rule that asks the same from the same day', () => {
    const known = [...samplePolicies, next()];
    const rival = { id: 'lead-also-general', effectiveFrom: '2026-12-31T16:00:00Z' };
    expect(() => publish(next(rival), known)).toThrow('is that of lead-general');
    expect(publish(next({ ...rival, channel: 'hotline' }), known)).toHaveLength(1);
    expect(publish(next({ ...rival, effectiveFrom: '2027-01-02T00:00:00+08:00' }), known)).toHaveLength(1);
  });

  it('is refused when it leaves the window for returning without a limit until the level is known', () => {
    const window = sampleRow('return-window');
    const ofLevels = levels.map((level) => ({ ...window, id: `return-${level}`, level, effectiveFrom: '2026-12-01T00:00:00+08:00' }));
    expect(() => publish({ ...window, level: 'urgent', effectiveFrom: '2027-01-01T00:00:00+08:00' }, [...samplePolicies, ...ofLevels])).toThrow(expect.objectContaining({ code: 'policy-incomplete' }));
  });

  it('that came with the product would be accepted', () => {
    for (const row of shippedPolicies) {
      const others = shippedPolicies.filter((other) => other !== row);
      expect([row, publishPolicy(others, row, '2006-12-31T00:00:00+08:00').length]).toEqual([row, 1]);
    }
  });
});
