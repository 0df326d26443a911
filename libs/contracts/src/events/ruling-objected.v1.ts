import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const rulingObjectedV1 = defineEvent({
  type: 'lianban.ruling.objected.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The department that a ruling names objects to it (裁定异议). The ruling binds until somebody else has decided.',
    zh: '被裁定承办的单位提出异议，异议审定前裁定仍然有效。',
  },
  data: z.strictObject({ rulingId: f.uuid, department: f.departmentCode, reason: f.maskedText(20_000, 'Why') }),
  example: { rulingId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c41', department: 'housing', reason: 'The contract for the façade ended in March.' },
});
