import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const workOrderReturnedV1 = defineEvent({
  type: 'lianban.work-order.returned.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The department says the work order is not theirs (退单).',
    zh: '承办单位认为不属本单位职责，已退单。',
  },
  data: z.strictObject({
    workOrderId: f.uuid,
    department: f.departmentCode,
    role: f.workOrderRole,
    round: f.round,
    reason: f.maskedText(20_000, 'Reason'),
    suggestedDepartment: f.departmentCode.nullable(),
  }),
  example: {
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    role: 'lead',
    round: 1,
    reason: 'The lamp stands on the property of the estate.',
    suggestedDepartment: 'housing',
  },
});
