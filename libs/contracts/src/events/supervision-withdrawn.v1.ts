import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const supervisionWithdrawnV1 = defineEvent({
  type: 'lianban.supervision.withdrawn.v1',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A step of supervision was taken back: the clock was in time after all, or had stopped before.',
    zh: '督办已撤回：该时限实为按时，或此前已停止计时。',
  },
  data: z.strictObject({
    supervisionId: f.uuid,
    clockId: f.uuid,
    department: f.departmentCode.nullable(),
    step: f.supervisionStep,
    reason: f.growing(['corrected']),
  }),
  example: {
    supervisionId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31',
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    department: 'urban-management',
    step: 'reminder',
    reason: 'corrected',
  },
});
