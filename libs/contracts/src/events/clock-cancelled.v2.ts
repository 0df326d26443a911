import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockCancelledV2 = defineEvent({
  type: 'lianban.clock.cancelled.v2',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A running clock was cancelled because its case or work order ended otherwise.',
    zh: '诉求件或工单以其他方式结束，正在计时的时限已取消。',
  },
  data: z.strictObject({
    ...f.clockIdentity,
    reason: f.growing(['case-ended', 'work-order-ended', 'merged']),
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    milestone: null,
    workOrderId: null,
    department: null,
    reason: 'case-ended',
  },
});
