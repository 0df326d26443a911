import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const ruleSetV1 = defineEvent({
  type: 'lianban.rule.set.v1',
  source: 'dispatch',
  topic: topics.directory,
  summary: {
    en: 'A dated row of a district rule was set. For one rule, territory and effectiveFrom the last event counts.',
    zh: '区级规则已设定一条自某时起生效的数值；同一规则、辖区和生效时间以最后一次设定为准。',
  },
  data: z.strictObject({
    name: f.code.describe('Code of the rule: its name'),
    value: z.union([z.number(), z.boolean(), f.categoryCode.describe('Code of what the rule names'), z.array(f.categoryCode.describe('Code of what the rule names'))]).nullable()
      .describe('Null: from then on there is no value of its own, and what is above counts again: the territory above, the district, the shipped value'),
    territory: f.territoryCode.nullable().describe('Null for the whole district'),
    effectiveFrom: f.instant,
    why: f.maskedText(2_000, 'Why'),
  }),
  example: { name: 'returns-until-ruling', value: 3, territory: null, effectiveFrom: '2027-01-01T00:00:00+08:00', why: 'Resolution of the joint meeting of December 2026.' },
});
