import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const assistanceReleaseRefusedV1 = defineEvent({
  type: 'lianban.assistance.release-refused.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'An assistant that asked to be released goes on assisting.',
    zh: '退出协办的申请未获同意，继续协办。',
  },
  data: z.strictObject({
    releaseId: f.uuid,
    workOrderId: f.uuid.describe('Order of the assistant'),
    department: f.departmentCode,
    round: f.round,
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: { releaseId: '4b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c51', workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c22', department: 'landscaping', round: 1, reason: 'The tree stands on the road.' },
});
