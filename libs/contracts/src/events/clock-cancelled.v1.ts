import { z } from 'zod';
import { supersededEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockCancelledV1 = supersededEvent({
  type: 'lianban.clock.cancelled.v1',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A running clock was cancelled because its case or work order ended otherwise.',
    zh: '诉求件或工单以其他方式结束，正在计时的时限已取消。',
  },
  data: z.strictObject({
    ...f.clockIdentityV1,
    reason: z.enum(['case-ended', 'work-order-ended']),
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    workOrderId: null,
    department: null,
    reason: 'case-ended',
  },
  upcast: { to: 'lianban.clock.cancelled.v2', convert: f.liftClock },
});
