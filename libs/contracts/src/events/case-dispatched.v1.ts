import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseDispatchedV1 = defineEvent({
  type: 'lianban.case.dispatched.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The case was sent (派单) to a lead and any assistants.',
    zh: '已派单至主办单位；有协办单位的一并派单。',
  },
  data: z.strictObject({
    round: f.round,
    lead: f.departmentCode,
    assist: z.array(f.departmentCode),
    note: f.maskedText(20_000, 'Note').nullable(),
  }),
  example: {
    round: 1,
    lead: 'urban-management',
    assist: ['landscaping'],
    note: null,
  },
});
