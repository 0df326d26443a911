import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const assistanceReleasedV1 = defineEvent({
  type: 'lianban.assistance.released.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'An assistant was released: its part is not needed any more, or it is not competent.',
    zh: '协办单位已退出协办。',
  },
  data: z.strictObject({
    workOrderId: f.uuid.describe('Order of the assistant'),
    department: f.departmentCode,
    round: f.round,
    releaseId: f.uuid.nullable().describe('The request that was granted; null: nobody had asked'),
    reason: f.maskedText(20_000, 'Why').nullable(),
  }),
  example: { workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c22', department: 'landscaping', round: 1, releaseId: null, reason: 'The tree was cut already.' },
});
