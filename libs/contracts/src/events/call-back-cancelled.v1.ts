import { z } from 'zod';
import { supersededEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const callBackCancelledV1 = supersededEvent({
  type: 'lianban.call-back.cancelled.v1',
  source: 'satisfaction',
  topic: topics.case,
  summary: {
    en: 'A due call-back was cancelled because the case ended otherwise.',
    zh: '诉求件以其他方式结束，待办回访已取消。',
  },
  data: z.strictObject({
    callBackId: f.uuid,
    round: f.round,
    reason: z.enum(['case-ended']),
  }),
  example: {
    callBackId: '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11',
    round: 1,
    reason: 'case-ended',
  },
  upcast: { to: 'lianban.call-back.cancelled.v2', convert: (data) => ({ ...data, demandCaseId: null }) },
});
