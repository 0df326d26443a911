import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const workOrderProgressedV1 = defineEvent({
  type: 'lianban.work-order.progressed.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The department reported progress.',
    zh: '承办单位已报告办理进展。',
  },
  data: z.strictObject({
    workOrderId: f.uuid,
    department: f.departmentCode,
    role: f.workOrderRole,
    round: f.round,
    note: f.maskedText(20_000, 'Note'),
  }),
  example: {
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    role: 'lead',
    round: 1,
    note: 'The lighting centre ordered the part.',
  },
});
