import { z } from 'zod';
import { supersededEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockStoppedV1 = supersededEvent({
  type: 'lianban.clock.stopped.v1',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A clock stopped: met in time, or late after a breach.',
    zh: '时限停止计时：按时完成，或超时后完成。',
  },
  data: z.strictObject({
    ...f.clockIdentityV1,
    dueAt: f.instant,
    stoppedAt: f.instant,
    outcome: z.enum(['met', 'late']),
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    workOrderId: null,
    department: null,
    dueAt: '2026-02-13T17:30:00+08:00',
    stoppedAt: '2026-02-12T10:00:00+08:00',
    outcome: 'met',
  },
  upcast: { to: 'lianban.clock.stopped.v2', convert: f.liftClock },
});
