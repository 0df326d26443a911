import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const demandRepeatedV1 = defineEvent({
  type: 'lianban.demand.repeated.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The demand is likely the same as one that was closed before, of the same requester or at the same place. Written with `lianban.case.registered.v1`.',
    zh: '该诉求与此前已办结的诉求疑似重复（诉求人相同或辖区相同）。与 `lianban.case.registered.v1` 同时记录。',
  },
  data: z.strictObject({
    ofCaseId: f.uuid.describe('The closed case that is most alike'),
    caseNo: z.string().describe('Its number for people'),
    similarity: z.int().min(1).max(100).describe('How alike the texts are, of 100'),
    sameRequester: z.boolean().describe('By phone or account'),
    samePlace: z.boolean().describe('Of the same territory, or one within the other'),
    requester: z.string().regex(/^p-[\w-]{24}$/).nullable().describe('Keyed hash of the phone or account of the requester, the same for all their repeats; null when neither is known'),
  }),
  example: {
    ofCaseId: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a05', caseNo: 'LB20260105-000007', similarity: 72, sameRequester: true, samePlace: true, requester: 'p-2mVyPqkUo1bYH4m0sYd7nU3R',
  },
});
