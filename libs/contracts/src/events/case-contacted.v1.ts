import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseContactedV1 = defineEvent({
  type: 'lianban.case.contacted.v1',
  source: 'intake',
  topic: topics.case,
  summary: 'The requester was contacted for the first time.',
  data: z.strictObject({
    note: f.maskedText(20_000, 'Note').nullable(),
  }),
  example: {
    note: 'Called back, agreed on a visit on Tuesday.',
  },
});
