import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const demandLeftV1 = defineEvent({
  type: 'lianban.demand.left.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'A demand that had joined this case left it again. Written together with `lianban.case.unmerged.v1` of its own case.',
    zh: '此前并入该件的诉求已分出。与该诉求原件的 `lianban.case.unmerged.v1` 同时记录。',
  },
  data: z.strictObject({
    demandCaseId: f.uuid.describe('The case in which the demand was registered'),
  }),
  example: {
    demandCaseId: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a03',
  },
});
