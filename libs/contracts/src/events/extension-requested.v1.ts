import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const extensionRequestedV1 = defineEvent({
  type: 'lianban.extension.requested.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'A handling unit asked for a later deadline (延期), before the old one passed.',
    zh: '承办单位在原期限届满前申请延期。',
  },
  data: z.strictObject({
    extensionId: f.uuid,
    workOrderId: f.uuid,
    department: f.departmentCode,
    round: f.round,
    ordinal: z.int().min(1).describe('1 for the first extension of that work order; the second is decided by the coordinator'),
    by: f.amountOfTime,
    dueAt: f.instant.describe('The deadline as it was then'),
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: {
    extensionId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31',
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    round: 1,
    ordinal: 1,
    by: { kind: 'working', amount: 2, unit: 'days' },
    dueAt: '2026-02-13T17:30:00+08:00',
    reason: 'The part comes on Monday.',
  },
});
