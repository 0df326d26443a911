/** The limits that come with the product: defaults and published city rules. Rows of a deployment replace them (docs/domain.md, "Rows of the limits"). */
import type { Limit } from '@lianban/working-time';
import type { Policy, SupervisionRule } from './policies.js';

export const elapsed = (amount: number, unit: Limit['unit']): Limit => ({ kind: 'elapsed', amount, unit });
export const working = (amount: number, unit: Limit['unit']): Limit => ({ kind: 'working', amount, unit });
export const share = (numerator: number, denominator: number) => ({ numerator, denominator });

/** *rule*: a reminder on the day after a breach, public criticism 5 working days later if the clock still runs. */
const reminded: readonly SupervisionRule[] = [
  { step: 'reminder', colour: 'yellow', after: null, toTier: null },
  { step: 'criticism', colour: 'red', after: working(5, 'days'), toTier: null },
];
const escalated: readonly SupervisionRule[] = [...reminded, { step: 'escalation', colour: 'red', after: working(5, 'days'), toTier: 'district' }];

type Conduct = Pick<Policy, 'warnings' | 'extensionCap' | 'supervision'>;
/** What a row for this clock has besides its limit: warnings, extension cap, supervision. */
const conductOf = (clock: Policy['clock']): Conduct => {
  switch (clock) {
    case 'contact': return { warnings: [share(1, 2)], extensionCap: null, supervision: [] };
    case 'sign': return { warnings: [share(4, 5)], extensionCap: null, supervision: [] };
    // When the return window closes, nobody is at fault.
    case 'return-window': return { warnings: [], extensionCap: null, supervision: [] };
    case 'lead': return { warnings: [share(4, 5)], extensionCap: share(1, 1), supervision: escalated };
    case 'assist': return { warnings: [share(4, 5)], extensionCap: share(1, 1), supervision: reminded };
    case 'milestone': return { warnings: [share(4, 5)], extensionCap: null, supervision: reminded };
    case 'call-back': return { warnings: [share(4, 5)], extensionCap: null, supervision: [] };
    case 'rework': return { warnings: [share(4, 5)], extensionCap: share(1, 1), supervision: escalated };
  }
};

const asksForNothing = { urgency: null, level: null, category: null, territory: null, unit: null, channel: null, greenChannel: null, demandKind: null } as const;

/** Makes a row with the usual warnings, extension cap and supervision of its clock; `change` replaces any of them. */
export const policyRow = (id: string, clock: Policy['clock'], change: Partial<Policy>): Policy => ({
  id, clock, effectiveFrom: '2007-01-01T00:00:00+08:00', milestone: null, ...asksForNothing, limit: null, shareOfLead: null, greenChannelShare: null,
  startNextWorkingDay: false, toCloseOfLastDay: false, ...conductOf(clock), ...change,
});

/** Levels after Beijing (2 h, 24 h) and Shanghai (1, 5, 15 working days). The green channel halves them. */
export const lead = (level: NonNullable<Policy['level']>, limit: Limit): Policy =>
  policyRow(`lead-${level}`, 'lead', { level, limit, greenChannelShare: share(1, 2) });

/** Milestones of illegal construction (违章建筑): stopped within hours, punished and taken down within working days. */
const illegalConstruction = (milestone: string, limit: Limit): Policy =>
  policyRow(`illegal-construction-${milestone}`, 'milestone', { milestone, category: '城乡建设/城乡规划/违章建筑', limit });

export const shippedPolicies: readonly Policy[] = [
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
  illegalConstruction('stop', elapsed(4, 'hours')),
  illegalConstruction('punish', working(7, 'days')),
  illegalConstruction('demolish', working(20, 'days')),
  policyRow('call-back', 'call-back', { limit: working(1, 'days') }),
  policyRow('rework', 'rework', { limit: working(3, 'days') }),
];

/** A row as stored before rows had more conditions than urgency and level. `greenChannel` was the share then. */
export type EarlierPolicy = Pick<Policy, 'id' | 'effectiveFrom' | 'clock' | 'urgency' | 'level' | 'limit' | 'shareOfLead' | 'startNextWorkingDay' | 'toCloseOfLastDay'>
  & { readonly greenChannel: Policy['greenChannelShare'] };

/** A row as stored before rows could ask for a kind of demand. */
export type PolicyWithoutKind = Omit<Policy, 'demandKind'>;

/** Brings a row of an earlier build into today's shape: conditions it did not know are null, and it gets what comes with its clock. Its limit stays. */
export const liftPolicy = (stored: Policy | PolicyWithoutKind | EarlierPolicy): Policy =>
  'warnings' in stored ? { demandKind: null, ...stored } : policyRow(stored.id, stored.clock, { ...stored, greenChannel: null, greenChannelShare: stored.greenChannel });
