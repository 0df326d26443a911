import { z } from 'zod';
import { supersededEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const callBackRecordedV1 = supersededEvent({
  type: 'lianban.call-back.recorded.v1',
  source: 'satisfaction',
  topic: topics.case,
  summary: {
    en: 'The outcome of a call-back, and whether it means close or rework.',
    zh: '已登记回访结果，并据此确定办结归档或返工重办。',
  },
  data: z.strictObject({
    callBackId: f.uuid,
    round: f.round,
    lead: f.departmentCode,
    reached: z.boolean(),
    resolved: z.boolean().nullable(),
    satisfaction: z.int().min(1).max(5).nullable().describe('1 very dissatisfied to 5 very satisfied'),
    comment: f.maskedText(20_000, 'Comment').nullable(),
    unitAtFault: z.boolean().nullable(),
    decision: z.enum(['close', 'rework']),
    reworks: z.int().min(0).describe('Reworks ordered so far, this one included'),
  }),
  example: {
    callBackId: '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11',
    round: 1,
    lead: 'urban-management',
    reached: true,
    resolved: true,
    satisfaction: 5,
    comment: null,
    unitAtFault: null,
    decision: 'close',
    reworks: 0,
  },
  upcast: { to: 'lianban.call-back.recorded.v2', convert: (data) => ({ ...data, demandCaseId: null }) },
});
