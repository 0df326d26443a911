import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseAnsweredV1 = defineEvent({
  type: 'lianban.case.answered.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The lead answered (答复) the requester.',
    zh: '主办单位已答复诉求人。',
  },
  data: z.strictObject({
    workOrderId: f.uuid,
    round: f.round,
    lead: f.departmentCode,
    result: f.maskedText(20_000, 'Result'),
  }),
  example: {
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    round: 1,
    lead: 'urban-management',
    result: 'Lamp replaced and tested in the evening.',
  },
});
