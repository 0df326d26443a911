import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

const share = (what: string) => z.strictObject({ numerator: z.int().min(0), denominator: z.int().min(0) }).describe(what);

export const caseCountedV1 = defineEvent({
  type: 'lianban.case.counted.v1',
  source: 'satisfaction',
  topic: topics.case,
  summary: {
    en: 'What the case puts into the three rates (三率). Written when that changes; the last one of a case counts, and a case without one counts nothing.',
    zh: '该诉求件计入三率的情况。有变动时记录，以最后一次为准；没有记录的不计入。',
  },
  data: z.strictObject({
    period: z.string().regex(/^\d{4}-\d{2}$/).describe('The month it counts in: that of its registration, in China time'),
    department: f.departmentCode.nullable().describe('Whom it counts for: the lead at the last answer, before one the lead now; null before the first dispatch'),
    formula: z.string().describe('The formula it is counted by, e.g. `three-rates.v3`'),
    response: share('Response rate (响应率): contacted in time, of contact clocks met or breached'),
    resolution: share('Resolution rate (解决率): demands called resolved, of those whose requester was reached'),
    satisfaction: share('Satisfaction rate (满意率): demands whose requester is satisfied, of those who count for it'),
  }),
  example: {
    period: '2026-11',
    department: 'urban-management',
    formula: 'three-rates.v3',
    response: { numerator: 1, denominator: 1 },
    resolution: { numerator: 1, denominator: 1 },
    satisfaction: { numerator: 1, denominator: 1 },
  },
});
