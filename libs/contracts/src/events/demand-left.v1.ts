import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const demandLeftV1 = defineEvent({
  type: 'lianban.demand.left.v1',
  source: 'intake',
  topic: topics.case,
  summary: 'A demand that had joined this case left it again. Written together with `lianban.case.unmerged.v1` of its own case.',
  data: z.strictObject({
    demandCaseId: f.uuid.describe('The case in which the demand was registered'),
  }),
  example: {
    demandCaseId: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a03',
  },
});
