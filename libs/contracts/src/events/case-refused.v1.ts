import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseRefusedV1 = defineEvent({
  type: 'lianban.case.refused.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The demand was refused (不予受理) with a reason and a text for the requester.',
    zh: '诉求不予受理，已注明原因和对诉求人的说明。',
  },
  ends: true,
  data: z.strictObject({
    reason: f.refusalReason,
    text: f.maskedText(20_000, 'Text for the requester'),
  }),
  example: {
    reason: 'in-legal-procedure',
    text: 'The matter is before the court; please follow the proceedings there.',
  },
});
