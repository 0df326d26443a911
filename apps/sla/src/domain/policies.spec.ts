import { describe, expect, it } from '@jest/globals';
import { levels, urgencies } from '@lianban/contracts';
import type { Level } from '@lianban/contracts';
import type { Limit } from '@lianban/working-time';
import { chooseLimit } from './policies.js';
import type { Policy, PolicyQuestion } from './policies.js';
import { shippedPolicies } from './shipped-policies.js';

const ask = (change: Partial<PolicyQuestion>, policies: readonly Policy[] = shippedPolicies) =>
  chooseLimit(policies, { clock: 'lead', round: 1, urgency: 'normal', level: 'general', greenChannel: false, on: '2026-02-09T09:00:00+08:00', ...change }, 420);
const text = ({ kind, amount, unit }: Limit): string => `${amount} ${kind} ${unit}`;

describe('the shipped policies', () => {
  it.each<[Partial<PolicyQuestion>, string, string]>([
    [{ clock: 'contact', level: null }, 'contact', '2 elapsed hours'],
    [{ clock: 'contact', level: null, urgency: 'urgent' }, 'contact-urgent', '30 elapsed minutes'],
    // The level, not the urgency, decides from the acceptance on.
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
    [{ clock: 'call-back', greenChannel: true }, 'call-back', '1 working days'],
    [{ clock: 'rework', round: 2, level: 'urgent' }, 'rework', '3 working days'],
  ])('%j → %s: %s', (question, id, limit) => {
    const chosen = ask(question);
    expect([chosen.policy.id, text(chosen.limit)]).toEqual([id, limit]);
  });

  it('leave no level and no urgency without a limit', () => {
    for (const clock of ['contact', 'sign', 'lead', 'assist', 'call-back', 'rework'] as const) {
      for (const level of levels) for (const urgency of urgencies) expect(ask({ clock, level, urgency }).limit.amount).toBeGreaterThan(0);
    }
  });
});

describe('a superseding row', () => {
  const lead = (effectiveFrom: string, amount: number, level: Level | null = 'general'): Policy => ({
    id: 'lead-general', effectiveFrom, clock: 'lead', urgency: null, level, limit: { kind: 'working', amount, unit: 'days' },
    shareOfLead: null, greenChannel: null, startNextWorkingDay: false, toCloseOfLastDay: false,
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
