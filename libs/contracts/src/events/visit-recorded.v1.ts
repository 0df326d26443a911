import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const visitRecordedV1 = defineEvent({
  type: 'lianban.visit.recorded.v1',
  source: 'intake',
  topic: topics.visit,
  summary: {
    en: 'A firm or a household was visited (走访). It happened when the visit did, even if it was entered later.',
    zh: '已走访企业或住户。发生时间为走访时间，可在事后补录。',
  },
  data: z.strictObject({
    visitId: f.uuid,
    territory: f.territoryCode,
    firmId: f.uuid.nullable().describe('Null where a household was visited'),
    householdId: f.uuid.nullable().describe('Stands for building and door, which stay in intake; null where a firm was visited'),
    planId: f.uuid.nullable().describe('Plan that the visit counts for'),
    post: f.post,
    portfolio: f.portfolio,
    met: z.boolean().describe('False: nobody was there'),
    note: f.maskedText(20_000, 'What was talked about').nullable(),
    caseIds: z.array(f.uuid).describe('Cases made of the demands that were found, in their order'),
  }),
  example: {
    visitId: '2f1f6f0e-9b10-4b7a-8a5e-3e6c1a4b9d0f',
    territory: 'cedar-park-b1',
    firmId: '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31',
    householdId: null,
    planId: null,
    post: 'specialist',
    portfolio: 'economy',
    met: true,
    note: 'Forty projects are finished and not paid.',
    caseIds: ['3e6c1a4b-9d0f-4b7a-8a5e-2f1f6f0e9b10'],
  },
});
