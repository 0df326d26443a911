import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseUrgedV1 = defineEvent({
  type: 'lianban.case.urged.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The requester urged (催单): they ask when the open case will be answered.',
    zh: '诉求人催单。',
  },
  data: z.strictObject({
    ordinal: z.int().min(1).describe('Which urging of the case this is'),
    text: f.maskedText(20_000, 'What was said').nullable(),
  }),
  example: { ordinal: 1, text: 'Two weeks have passed. When will somebody come?' },
});
