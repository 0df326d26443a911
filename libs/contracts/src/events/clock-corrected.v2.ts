import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockCorrectedV2 = defineEvent({
  type: 'lianban.clock.corrected.v2',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A stop from before the due time arrived after the breach was recorded: the clock was met after all.',
    zh: '记录超时后，收到到期前已完成的记录，更正为按时。',
  },
  data: z.strictObject({
    ...f.clockIdentity,
    dueAt: f.instant,
    stoppedAt: f.instant,
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    milestone: null,
    workOrderId: null,
    department: null,
    dueAt: '2026-02-13T17:30:00+08:00',
    stoppedAt: '2026-02-13T17:00:00+08:00',
  },
});
