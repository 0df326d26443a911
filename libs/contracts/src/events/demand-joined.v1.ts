import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const demandJoinedV1 = defineEvent({
  type: 'lianban.demand.joined.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The demand of another case joined this one, which was merged into it: its requester is called back too. Written together with `lianban.case.merged.v1` of the other.',
    zh: '另一诉求件并入该件，其诉求一并办理，其诉求人也要回访。与另一件的 `lianban.case.merged.v1` 同时记录。',
  },
  data: z.strictObject({
    demandCaseId: f.uuid.describe('The case in which the demand was registered'),
    caseNo: z.string().describe('Its number for people'),
    title: f.maskedText(200, 'Its title'),
  }),
  example: {
    demandCaseId: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a03',
    caseNo: 'LB20260209-000002',
    title: 'No light at the east gate',
  },
});
