import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseUnmergedV1 = defineEvent({
  type: 'lianban.case.unmerged.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'A merging was undone: the case is handled by itself again, in the round it was in, and the time it was merged does not count.',
    zh: '并案已撤销：该诉求件恢复单独办理，办理轮次不变，并案期间不计时。',
  },
  data: z.strictObject({
    fromCaseId: f.uuid.describe('Into which it had been merged'),
    reason: f.maskedText(20_000, 'Why').nullable(),
  }),
  example: {
    fromCaseId: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a02',
    reason: 'Another lamp after all.',
  },
});
