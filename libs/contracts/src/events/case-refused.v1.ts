import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseRefusedV1 = defineEvent({
  type: 'lianban.case.refused.v1',
  source: 'intake',
  topic: topics.case,
  summary: 'The demand was refused (不予受理) with a reason and a text for the requester.',
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
