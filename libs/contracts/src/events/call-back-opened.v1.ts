import { z } from 'zod';
import { supersededEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const callBackOpenedV1 = supersededEvent({
  type: 'lianban.call-back.opened.v1',
  source: 'satisfaction',
  topic: topics.case,
  summary: {
    en: 'A call-back (回访) is due for an answered case.',
    zh: '诉求件已答复，待回访。',
  },
  data: z.strictObject({
    callBackId: f.uuid,
    round: f.round,
    lead: f.departmentCode,
    workOrderId: f.uuid,
    answeredAt: f.instant,
  }),
  example: {
    callBackId: '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11',
    round: 1,
    lead: 'urban-management',
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    answeredAt: '2026-02-12T10:00:00+08:00',
  },
  upcast: { to: 'lianban.call-back.opened.v2', convert: (data) => ({ ...data, demandCaseId: null, since: data.answeredAt }) },
});
