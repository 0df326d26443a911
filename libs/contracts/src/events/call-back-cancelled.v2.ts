import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const callBackCancelledV2 = defineEvent({
  type: 'lianban.call-back.cancelled.v2',
  source: 'satisfaction',
  topic: topics.case,
  summary: 'A due call-back was cancelled because its case ended otherwise, its demand left the case, or another requester asked for rework: then all are asked again after the next answer.',
  data: z.strictObject({
    callBackId: f.uuid,
    round: f.round,
    demandCaseId: f.demandCaseId,
    reason: f.growing(['case-ended', 'demand-left', 'rework']),
  }),
  example: {
    callBackId: '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11',
    round: 1,
    demandCaseId: null,
    reason: 'case-ended',
  },
});
