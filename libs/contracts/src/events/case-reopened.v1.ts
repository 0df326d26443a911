import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseReopenedV1 = defineEvent({
  type: 'lianban.case.reopened.v1',
  source: 'intake',
  topic: topics.case,
  summary: 'A case that had ended was opened again: a new round with clocks of its own.',
  data: z.strictObject({
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: {
    reason: 'The lamp is dark again.',
  },
});
