import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseWithdrawnV1 = defineEvent({
  type: 'lianban.case.withdrawn.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The requester withdrew the demand. Ends the case.',
    zh: '诉求人已撤回诉求，诉求件就此结束。',
  },
  ends: true,
  data: z.strictObject({
    reason: f.maskedText(20_000, 'Reason').nullable(),
  }),
  example: {
    reason: 'Solved among neighbours.',
  },
});
