import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const visitPlanEndedV1 = defineEvent({
  type: 'lianban.visit-plan.ended.v1',
  source: 'intake',
  topic: topics.visit,
  summary: {
    en: 'A plan of visits was ended before its last day. Visits from before still count for it.',
    zh: '走访计划提前结束。此前的走访仍计入该计划。',
  },
  data: z.strictObject({
    planId: f.uuid,
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: { planId: '9d0f3e6c-1a4b-4b7a-8a5e-2f1f6f0e9b10', reason: 'The park is closed for works.' },
});
