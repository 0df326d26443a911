import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockWarnedV1 = defineEvent({
  type: 'lianban.clock.warned.v1',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A clock came near its due time.',
    zh: '时限临近到期，已预警。',
  },
  data: z.strictObject({
    ...f.clockIdentity,
    dueAt: f.instant,
    warnedAt: f.instant,
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    milestone: null,
    workOrderId: null,
    department: null,
    dueAt: '2026-02-13T17:30:00+08:00',
    warnedAt: '2026-02-12T17:30:00+08:00',
  },
});
