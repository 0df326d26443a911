import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const transferDeclinedV1 = defineEvent({
  type: 'lianban.transfer.declined.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The transfer of the lead was declined, or taken back by who asked for it.',
    zh: '主办移交未被接受，或已由提出单位收回。',
  },
  data: z.strictObject({
    transferId: f.uuid,
    workOrderId: f.uuid.describe('Order of the present lead'),
    round: f.round,
    from: f.departmentCode,
    to: f.departmentCode,
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: { transferId: '6a0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c61', workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21', round: 1, from: 'urban-management', to: 'landscaping', reason: 'The tree belongs to the estate.' },
});
