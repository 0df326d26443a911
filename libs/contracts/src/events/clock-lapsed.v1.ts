import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockLapsedV1 = defineEvent({
  type: 'lianban.clock.lapsed.v1',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A window has closed, such as the one for returning a work order. Nobody is late.',
    zh: '期限届满，例如退单时限；不算超时。',
  },
  data: z.strictObject({
    ...f.clockIdentity,
    dueAt: f.instant,
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'return-window',
    round: 1,
    milestone: null,
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    dueAt: '2026-02-11T09:00:00+08:00',
  },
});
