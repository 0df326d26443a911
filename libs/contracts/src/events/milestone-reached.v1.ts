import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const milestoneReachedV1 = defineEvent({
  type: 'lianban.milestone.reached.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'A department reached a milestone of the case; the clock of that name stops.',
    zh: '承办单位已达到该诉求件的里程碑，同名时限停止计时。',
  },
  data: z.strictObject({
    milestone: f.milestoneName,
    workOrderId: f.uuid,
    department: f.departmentCode,
    role: f.workOrderRole,
    round: f.round,
    note: f.maskedText(20_000, 'Note').nullable(),
  }),
  example: {
    milestone: 'stop',
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    role: 'lead',
    round: 1,
    note: 'Work on the illegal building was stopped.',
  },
});
