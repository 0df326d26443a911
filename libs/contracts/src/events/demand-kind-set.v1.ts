import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const demandKindSetV1 = defineEvent({
  type: 'lianban.demand.kind-set.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The kind of the demand (诉求类型) was set or corrected: at the registration, at the acceptance or at a re-rating.',
    zh: '诉求类型已确定或更正（登记、受理或调整办理等级时）。',
  },
  data: z.strictObject({
    kind: f.demandKind,
    previousKind: f.demandKind.nullable().describe('Null when none was set before'),
    reason: f.maskedText(20_000, 'Why it was corrected').nullable(),
  }),
  example: {
    kind: 'complaint',
    previousKind: 'help',
    reason: 'The caller complains about the repair, not about the lamp.',
  },
});
