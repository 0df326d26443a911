import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const callBackCancelledV2 = defineEvent({
  type: 'lianban.call-back.cancelled.v2',
  source: 'satisfaction',
  topic: topics.case,
  summary: {
    en: 'A due call-back was cancelled because its case ended otherwise, its demand left the case, or another requester asked for rework: then all are asked again after the next answer.',
    zh: '待办回访已取消：诉求件以其他方式结束，诉求已从该件分出，或另一诉求人要求返工重办（再次答复后全部重新回访）。',
  },
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
