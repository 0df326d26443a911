import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const transferAgreedV1 = defineEvent({
  type: 'lianban.transfer.agreed.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'Both units agreed that the other one leads the case (协商移交). Its clock goes on.',
    zh: '双方协商一致，主办单位已移交，时限连续计算。',
  },
  data: z.strictObject({
    transferId: f.uuid,
    workOrderId: f.uuid.describe('Order of the present lead'),
    round: f.round,
    from: f.departmentCode,
    to: f.departmentCode,
    note: f.maskedText(20_000, 'Note').nullable(),
  }),
  example: { transferId: '6a0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c61', workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21', round: 1, from: 'urban-management', to: 'landscaping', note: null },
});
