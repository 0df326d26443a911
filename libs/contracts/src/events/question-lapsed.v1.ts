import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const questionLapsedV1 = defineEvent({
  type: 'lianban.question.lapsed.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The time in which a question waited for the requester is over; the clocks go on.',
    zh: '提问等待期满，诉求人未答复，时限继续计时。',
  },
  data: z.strictObject({
    messageId: f.uuid.describe('The question'),
    department: f.departmentCode.nullable(),
  }),
  example: { messageId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c41', department: 'urban-management' },
});
