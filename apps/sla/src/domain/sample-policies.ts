/** Rows for specs. Specs don't use the shipped rows, so a change of these breaks none. */
import type { Policy } from './policies.js';
import { elapsed, lead, policyRow, share, working } from './shipped-policies.js';

export const samplePolicies: readonly Policy[] = [
  policyRow('contact-urgent', 'contact', { urgency: 'urgent', limit: elapsed(30, 'minutes') }),
  policyRow('contact', 'contact', { limit: elapsed(2, 'hours') }),
  policyRow('sign-urgent', 'sign', { level: 'urgent', limit: elapsed(30, 'minutes') }),
  policyRow('sign', 'sign', { limit: working(4, 'hours') }),
  policyRow('return-window', 'return-window', { limit: working(2, 'days') }),
  lead('urgent', elapsed(2, 'hours')),
  lead('utility', elapsed(24, 'hours')),
  lead('simple', working(1, 'days')),
  lead('general', working(5, 'days')),
  lead('complex', working(15, 'days')),
  policyRow('assist', 'assist', { shareOfLead: share(2, 3) }),
  policyRow('call-back', 'call-back', { limit: working(1, 'days') }),
  policyRow('rework', 'rework', { limit: working(3, 'days') }),
];

export const sampleRow = (id: string): Policy => {
  const row = samplePolicies.find((each) => each.id === id);
  if (!row) throw new Error(`no sample row ${id}`);
  return row;
};
