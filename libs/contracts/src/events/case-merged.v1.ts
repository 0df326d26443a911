import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseMergedV1 = defineEvent({
  type: 'lianban.case.merged.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The case was merged (并案) into another one, which answers its demand too. It is an ending that can be undone.',
    zh: '该诉求件已并案，其诉求由并入的诉求件一并答复。诉求件就此结束，并案可以撤销。',
  },
  ends: true,
  data: z.strictObject({
    intoCaseId: f.uuid,
    reason: f.maskedText(20_000, 'Why').nullable(),
  }),
  example: {
    intoCaseId: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a02',
    reason: 'The same lamp.',
  },
});
