import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseMergedV1 = defineEvent({
  type: 'lianban.case.merged.v1',
  source: 'intake',
  topic: topics.case,
  summary: 'The case was merged (并案) into another one, which answers its demand too. It is an ending that can be undone.',
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
