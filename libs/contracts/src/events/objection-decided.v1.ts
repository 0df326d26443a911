import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const objectionDecidedV1 = defineEvent({
  type: 'lianban.objection.decided.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'An objection to a ruling was decided. Upheld: the ruling binds no longer, and another one is due.',
    zh: '裁定异议已审定；异议成立的，原裁定失效，须重新裁定。',
  },
  data: z.strictObject({ rulingId: f.uuid, department: f.departmentCode, upheld: z.boolean(), reason: f.maskedText(20_000, 'Why') }),
  example: { rulingId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c41', department: 'housing', upheld: true, reason: 'The contract has ended indeed.' },
});
