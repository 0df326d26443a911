import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseRuledV1 = defineEvent({
  type: 'lianban.case.ruled.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'The coordinator ruled who handles a disputed case (争议裁定). The lead that is named can not return it.',
    zh: '争议裁定：派单员已裁定由谁承办，指定的主办单位不得再退单。',
  },
  data: z.strictObject({
    rulingId: f.uuid,
    round: f.round,
    lead: f.departmentCode,
    assist: z.array(f.departmentCode),
    previousLead: f.departmentCode.nullable().describe('Who led or returned it last; null when nobody has had it'),
    returns: z.int().min(0).describe('How often leads have returned the case so far'),
    basis: f.maskedText(20_000, 'On what the ruling rests'),
    responsibilityId: f.uuid.optional().describe('The row of the responsibility list (职责清单) that it quotes; absent: none'),
  }),
  example: {
    rulingId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c41',
    round: 1,
    lead: 'housing',
    assist: ['urban-management'],
    previousLead: 'urban-management',
    returns: 2,
    basis: 'The lamp stands on common ground; article 4 of the property rules names the housing bureau.',
  },
});
