import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockBreachedV2 = defineEvent({
  type: 'lianban.clock.breached.v2',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A clock passed its due time. Happens at the due time, whenever it was noticed.',
    zh: '时限到期未完成，已超时。以到期时间为发生时间，与何时发现无关。',
  },
  data: z.strictObject({
    ...f.clockIdentity,
    dueAt: f.instant,
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    milestone: null,
    workOrderId: null,
    department: null,
    dueAt: '2026-02-13T17:30:00+08:00',
  },
});
