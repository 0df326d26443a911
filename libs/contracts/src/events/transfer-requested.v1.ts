import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const transferRequestedV1 = defineEvent({
  type: 'lianban.transfer.requested.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The lead asked another unit to lead the case from now on (协商移交).',
    zh: '主办单位已请另一承办单位协商接手主办。',
  },
  data: z.strictObject({
    transferId: f.uuid,
    workOrderId: f.uuid.describe('Order of the present lead'),
    round: f.round,
    from: f.departmentCode,
    to: f.departmentCode,
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: { transferId: '6a0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c61', workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21', round: 1, from: 'urban-management', to: 'landscaping', reason: 'The lamp is in order, the tree hides it.' },
});
