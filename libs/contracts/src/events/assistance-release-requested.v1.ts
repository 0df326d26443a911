import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const assistanceReleaseRequestedV1 = defineEvent({
  type: 'lianban.assistance.release-requested.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'An assistant asked to be released, or called itself not competent. The lead or a coordinator decides.',
    zh: '协办单位已申请退出协办，由主办单位或派单员决定。',
  },
  data: z.strictObject({
    releaseId: f.uuid,
    workOrderId: f.uuid.describe('Order of the assistant'),
    department: f.departmentCode,
    round: f.round,
    ground: f.growing(['not-competent', 'not-needed', 'other'], 'not-competent 无此职责, not-needed 无须协办, other 其他'),
    lead: f.departmentCode.nullable().describe('Who leads, and is asked; null: nobody at the moment'),
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: { releaseId: '4b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c51', workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c22', department: 'landscaping', round: 1, ground: 'not-competent', lead: 'urban-management', reason: 'There is no tree near.' },
});
