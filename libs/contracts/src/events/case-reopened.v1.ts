import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseReopenedV1 = defineEvent({
  type: 'lianban.case.reopened.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'A case that had ended was opened again: a new round with clocks of its own.',
    zh: '已结束的诉求件重新受理：进入新的办理轮次，时限另行计算。',
  },
  data: z.strictObject({
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: {
    reason: 'The lamp is dark again.',
  },
});
