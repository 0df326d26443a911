import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseHandledOnTheSpotV1 = defineEvent({
  type: 'lianban.case.handled-on-the-spot.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'Intake solved the demand at once (当场办结); no work order, no call-back. Ends the case.',
    zh: '受理时当场办结，不派工单，不作回访；诉求件就此结束。',
  },
  ends: true,
  data: z.strictObject({
    result: f.maskedText(20_000, 'Result'),
  }),
  example: {
    result: 'The property firm tightened the tap within the hour.',
  },
});
