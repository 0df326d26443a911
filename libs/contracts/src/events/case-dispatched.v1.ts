import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseDispatchedV1 = defineEvent({
  type: 'lianban.case.dispatched.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: 'The case was sent (派单) to a lead and any assistants.',
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
