import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const callBackOpenedV2 = defineEvent({
  type: 'lianban.call-back.opened.v2',
  source: 'satisfaction',
  topic: topics.case,
  summary: {
    en: 'A call-back (回访) is due for an answered case: one for each demand it answers.',
    zh: '诉求件已答复，待回访；每项诉求各回访一次。',
  },
  data: z.strictObject({
    callBackId: f.uuid,
    round: f.round,
    demandCaseId: f.demandCaseId,
    lead: f.departmentCode,
    workOrderId: f.uuid,
    answeredAt: f.instant,
    since: f.instant.describe('From when its clock counts: the answer, or later, when the demand joined the answered case or parted from another'),
  }),
  example: {
    callBackId: '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11',
    round: 1,
    demandCaseId: null,
    lead: 'urban-management',
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    answeredAt: '2026-02-12T10:00:00+08:00',
    since: '2026-02-12T10:00:00+08:00',
  },
});
