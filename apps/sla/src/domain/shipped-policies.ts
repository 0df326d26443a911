/** The limits that come with the product (domain.md, "Clocks"): defaults and published city rules. A deployment supersedes them as data. */
import type { Limit } from '@lianban/working-time';
import type { Policy } from './policies.js';

const elapsed = (amount: number, unit: Limit['unit']): Limit => ({ kind: 'elapsed', amount, unit });
const working = (amount: number, unit: Limit['unit']): Limit => ({ kind: 'working', amount, unit });

const row = (id: string, clock: Policy['clock'], change: Partial<Policy>): Policy => ({
  id, clock, effectiveFrom: '2007-01-01T00:00:00+08:00', urgency: null, level: null, limit: null, shareOfLead: null, greenChannel: null,
  startNextWorkingDay: false, toCloseOfLastDay: false, ...change,
});

/** Levels after Beijing (2 h, 24 h) and Shanghai (1, 5, 15 working days). The green channel halves them. */
const lead = (level: NonNullable<Policy['level']>, limit: Limit): Policy =>
  row(`lead-${level}`, 'lead', { level, limit, greenChannel: { numerator: 1, denominator: 2 } });

export const shippedPolicies: readonly Policy[] = [
  row('contact-urgent', 'contact', { urgency: 'urgent', limit: elapsed(30, 'minutes') }),
  row('contact', 'contact', { limit: elapsed(2, 'hours') }),
  row('sign-urgent', 'sign', { level: 'urgent', limit: elapsed(30, 'minutes') }),
  row('sign', 'sign', { limit: working(4, 'hours') }),
  lead('urgent', elapsed(2, 'hours')),
  lead('utility', elapsed(24, 'hours')),
  lead('simple', working(1, 'days')),
  lead('general', working(5, 'days')),
  lead('complex', working(15, 'days')),
  row('assist', 'assist', { shareOfLead: { numerator: 2, denominator: 3 } }),
  row('call-back', 'call-back', { limit: working(1, 'days') }),
  row('rework', 'rework', { limit: working(3, 'days') }),
];
