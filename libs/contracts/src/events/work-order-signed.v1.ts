import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const workOrderSignedV1 = defineEvent({
  type: 'lianban.work-order.signed.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The department took the work order (签收).',
    zh: '承办单位已签收工单。',
  },
  data: z.strictObject({
    workOrderId: f.uuid,
    department: f.departmentCode,
    role: f.workOrderRole,
    round: f.round,
    note: f.maskedText(20_000, 'Note').nullable(),
  }),
  example: {
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    role: 'lead',
    round: 1,
    note: null,
  },
});
