import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const workOrderIssuedV1 = defineEvent({
  type: 'lianban.work-order.issued.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'A work order (工单) was issued to one department, by a dispatch or as rework.',
    zh: '因派单或返工重办，已向承办单位下达工单。',
  },
  data: z.strictObject({
    workOrderId: f.uuid,
    department: f.departmentCode,
    role: f.workOrderRole,
    round: f.round,
    cause: z.enum(['dispatch', 'rework']),
  }),
  example: {
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    role: 'lead',
    round: 1,
    cause: 'dispatch',
  },
});
