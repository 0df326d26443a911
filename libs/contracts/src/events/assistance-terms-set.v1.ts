import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const assistanceTermsSetV1 = defineEvent({
  type: 'lianban.assistance.terms-set.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'An assistant got other terms than the usual ones: optional, or a due time of its own. Without this event it is required, and sla says when it is due.',
    zh: '已另行约定协办要求：是否必须办结、是否单独限期。',
  },
  data: z.strictObject({
    workOrderId: f.uuid.describe('Order of the assistant'),
    department: f.departmentCode,
    round: f.round,
    required: z.boolean().describe('The lead can not answer while it is open'),
    dueAt: f.instant.nullable().describe('Its own due time; null: by the limits'),
  }),
  example: { workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c22', department: 'landscaping', round: 1, required: false, dueAt: null },
});
