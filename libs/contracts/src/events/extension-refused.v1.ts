import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const extensionRefusedV1 = defineEvent({
  type: 'lianban.extension.refused.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'An extension was refused; the deadline stands.',
    zh: '延期申请已驳回，原期限不变。',
  },
  data: z.strictObject({
    extensionId: f.uuid,
    workOrderId: f.uuid,
    department: f.departmentCode,
    round: f.round,
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: {
    extensionId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31',
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    round: 1,
    reason: 'A lamp is kept in stock.',
  },
});
