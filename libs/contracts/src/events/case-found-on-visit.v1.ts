import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseFoundOnVisitV1 = defineEvent({
  type: 'lianban.case.found-on-visit.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The demand was found on a visit (走访), which names the case in turn.',
    zh: '该诉求由走访发现，走访记录中也列有该诉求件。',
  },
  data: z.strictObject({
    visitId: f.uuid,
    firmId: f.uuid.nullable().describe('Firm in the register; null where a household was visited'),
    householdId: f.uuid.nullable().describe('Null where a firm was visited'),
  }),
  example: { visitId: '2f1f6f0e-9b10-4b7a-8a5e-3e6c1a4b9d0f', firmId: '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31', householdId: null },
});
