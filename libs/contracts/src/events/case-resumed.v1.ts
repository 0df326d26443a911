import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseResumedV1 = defineEvent({
  type: 'lianban.case.resumed.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'A hold ended.',
    zh: '挂账结束，恢复办理。',
  },
  data: z.strictObject({
    holdId: f.uuid,
    cause: f.growing(['command', 'review-date', 'answered', 'escalated', 'case-ended']),
    note: f.maskedText(20_000, 'For the record').nullable(),
  }),
  example: {
    holdId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31',
    cause: 'command',
    note: null,
  },
});
