import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseSupplementedV1 = defineEvent({
  type: 'lianban.case.supplemented.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The requester added something to the open case (补充).',
    zh: '诉求人补充了诉求内容。',
  },
  data: z.strictObject({
    ordinal: z.int().min(1).describe('Which supplement of the case this is'),
    text: f.maskedText(10_000, 'What was added'),
  }),
  example: { ordinal: 1, text: 'The second lamp has gone out too.' },
});
