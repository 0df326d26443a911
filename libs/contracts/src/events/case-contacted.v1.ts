import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseContactedV1 = defineEvent({
  type: 'lianban.case.contacted.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The requester was contacted for the first time.',
    zh: '已与诉求人首次联系。',
  },
  data: z.strictObject({
    note: f.maskedText(20_000, 'Note').nullable(),
  }),
  example: {
    note: 'Called back, agreed on a visit on Tuesday.',
  },
});
