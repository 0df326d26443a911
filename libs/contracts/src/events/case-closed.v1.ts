import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseClosedV1 = defineEvent({
  type: 'lianban.case.closed.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The case was closed after a call-back.',
    zh: '经回访，诉求件已办结归档。',
  },
  ends: true,
  data: z.strictObject({
    callBackId: f.uuid,
    round: f.round,
  }),
  example: {
    callBackId: '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11',
    round: 1,
  },
});
