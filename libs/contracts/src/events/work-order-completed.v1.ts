import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const workOrderCompletedV1 = defineEvent({
  type: 'lianban.work-order.completed.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The department finished its work order. Completing the order of the lead also answers the case.',
    zh: '承办单位已办结工单；主办工单办结，即为对诉求人的答复。',
  },
  data: z.strictObject({
    workOrderId: f.uuid,
    department: f.departmentCode,
    role: f.workOrderRole,
    round: f.round,
    result: f.maskedText(20_000, 'Result'),
    withoutAssistants: f.maskedText(20_000, 'Recorded reason for answering while an assistant is open').nullable(),
  }),
  example: {
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    role: 'lead',
    round: 1,
    result: 'Lamp replaced and tested in the evening.',
    withoutAssistants: null,
  },
});
