import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const routingChosenV1 = defineEvent({
  type: 'lianban.routing.chosen.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'A lead was chosen at a dispatch; these departments had been proposed (派单建议).',
    zh: '派单时选定主办单位，并记录当时的派单建议。',
  },
  data: z.strictObject({
    round: f.round,
    lead: f.departmentCode,
    rank: z.int().min(1).nullable().describe('Where the lead stood among the proposed, from 1; null: it was not proposed'),
    proposed: z.array(z.strictObject({ department: f.departmentCode, score: z.number().min(0).max(1) })).max(5).describe('Best first'),
    sure: z.boolean().describe('Whether the first was promised to be right in nine of ten'),
    modelVersion: z.string().regex(/^[0-9a-f]{12}$/).describe('Digest of the model that proposed'),
    automatic: z.boolean().describe('Dispatched by the system because the proposal was sure, not by a person'),
  }),
  example: {
    round: 1, lead: 'urban-management', rank: 1,
    proposed: [{ department: 'urban-management', score: 0.92 }, { department: 'transport', score: 0.04 }],
    sure: true, modelVersion: '5322ea533ac9', automatic: false,
  },
});
