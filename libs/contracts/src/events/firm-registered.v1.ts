import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const firmRegisteredV1 = defineEvent({
  type: 'lianban.firm.registered.v1',
  source: 'intake',
  topic: topics.visit,
  summary: {
    en: 'A firm was entered in the register. Its name and contacts stay in intake.',
    zh: '企业已登记入册。企业名称和联系方式只保存在受理服务内。',
  },
  data: z.strictObject({
    firmId: f.uuid,
    building: f.territoryCode,
    floor: f.maskedText(50, 'Floor, or where in the building').nullable(),
  }),
  example: { firmId: '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31', building: 'cedar-park-b1', floor: '12' },
});
