import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const workOrderCancelledV1 = defineEvent({
  type: 'lianban.work-order.cancelled.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'An open work order was cancelled.',
    zh: '未办结的工单已取消。',
  },
  data: z.strictObject({
    workOrderId: f.uuid,
    department: f.departmentCode,
    role: f.workOrderRole,
    round: f.round,
    reason: f.growing(['case-ended', 're-dispatched', 'answered-without', 'transferred', 'released'], '', ['case-ended', 're-dispatched', 'answered-without']),
  }),
  example: {
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    role: 'lead',
    round: 1,
    reason: 'case-ended',
  },
});
