import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseHeldV1 = defineEvent({
  type: 'lianban.case.held.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'Handling was put on hold (挂账) with a reason until a review; the handling clocks stand still.',
    zh: '已注明原因挂账，至复核时间为止；挂账期间办理时限暂停计时。',
  },
  data: z.strictObject({
    holdId: f.uuid,
    reason: f.holdReason,
    note: f.maskedText(20_000, 'For the record').nullable(),
    reviewAt: f.instant.describe('The case wakes by itself then'),
  }),
  example: {
    holdId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31',
    reason: 'waiting-for-others',
    note: 'The lamp has to be ordered.',
    reviewAt: '2026-02-26T09:00:00+08:00',
  },
});
