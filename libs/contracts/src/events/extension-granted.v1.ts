import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const extensionGrantedV1 = defineEvent({
  type: 'lianban.extension.granted.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'An extension was granted; the requester is told why. Both deadlines are kept.',
    zh: '延期已批准，并告知诉求人原因；新旧期限均予保留。',
  },
  data: z.strictObject({
    extensionId: f.uuid,
    workOrderId: f.uuid,
    department: f.departmentCode,
    round: f.round,
    ordinal: z.int().min(1),
    by: f.amountOfTime,
    previousDueAt: f.instant,
    reason: f.maskedText(20_000, 'What the requester is told'),
  }),
  example: {
    extensionId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31',
    workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21',
    department: 'urban-management',
    round: 1,
    ordinal: 1,
    by: { kind: 'working', amount: 2, unit: 'days' },
    previousDueAt: '2026-02-13T17:30:00+08:00',
    reason: 'The part comes on Monday.',
  },
});
