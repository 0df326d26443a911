import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

const share = z.strictObject({ numerator: z.int().min(1), denominator: z.int().min(1) });

export const policyPublishedV2 = defineEvent({
  type: 'lianban.policy.published.v2',
  source: 'sla',
  topic: topics.directory,
  summary: {
    en: 'A dated row of the limits was published. Rows are never edited; a later effectiveFrom of the same id supersedes.',
    zh: '时限规则已公布。已公布的规则不作修改，由同一规则生效较晚的一条取代。',
  },
  data: z.strictObject({
    id: z.string().min(1).max(100),
    effectiveFrom: f.instant,
    clock: f.clockKind,
    milestone: f.milestoneName.nullable().describe('Of a row for the clock `milestone`'),
    urgency: f.urgency.nullable(),
    level: f.level.nullable(),
    category: f.categoryCode.nullable().describe('The category or one above it'),
    territory: f.territoryCode.nullable().describe('The territory or one above it'),
    unit: f.departmentCode.nullable(),
    channel: f.channel.nullable(),
    greenChannel: z.boolean().nullable().describe('Only cases in (true) or not in (false) the green channel'),
    demandKind: f.demandKind.nullable().describe('Only cases of this kind of demand (诉求类型)'),
    limit: f.amountOfTime.nullable(),
    shareOfLead: share.nullable().describe('Instead of a limit: share of the limit of the lead'),
    greenChannelShare: share.nullable().describe('What the green channel (绿色通道) leaves of the limit'),
    startNextWorkingDay: z.boolean(),
    toCloseOfLastDay: z.boolean(),
    warnings: z.array(share).describe('Shares of the limit after which those who answer for it are warned'),
    extensionCap: share.nullable().describe('Share of the limit that extensions may add in all'),
    supervision: z.array(z.strictObject({
      step: f.supervisionStep,
      colour: z.enum(['yellow', 'red']),
      after: f.amountOfTime.nullable().describe('Counted from the step before it, the first from the breach; null: at the opening of the next working day'),
      toTier: f.territoryKind.nullable(),
    })),
  }),
  example: {
    id: 'lead-general',
    effectiveFrom: '2027-01-01T00:00:00+08:00',
    clock: 'lead',
    milestone: null,
    urgency: null,
    level: 'general',
    category: null,
    territory: null,
    unit: null,
    channel: null,
    greenChannel: null,
    demandKind: null,
    limit: { kind: 'working', amount: 4, unit: 'days' },
    shareOfLead: null,
    greenChannelShare: { numerator: 1, denominator: 2 },
    startNextWorkingDay: false,
    toCloseOfLastDay: false,
    warnings: [{ numerator: 4, denominator: 5 }],
    extensionCap: { numerator: 1, denominator: 1 },
    supervision: [{ step: 'reminder', colour: 'yellow', after: null, toTier: null }],
  },
});
