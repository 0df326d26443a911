import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const firmChangedV1 = defineEvent({
  type: 'lianban.firm.changed.v1',
  source: 'intake',
  topic: topics.visit,
  summary: {
    en: 'An entry in the register of firms was changed. Where and whether the firm is, is its whole current value.',
    zh: '企业登记信息已变更。所在楼宇、楼层和在册状态为变更后的完整内容。',
  },
  data: z.strictObject({
    firmId: f.uuid,
    building: f.territoryCode,
    floor: f.maskedText(50, 'Floor, or where in the building').nullable(),
    active: z.boolean().describe('False: it has closed or left the district'),
    changed: z.array(f.growing(['name', 'building', 'floor', 'active', 'contact'])).min(1).describe('What differs from before; name and contact stay in intake'),
  }),
  example: { firmId: '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31', building: 'cedar-park-b2', floor: '3', active: true, changed: ['building', 'floor'] },
});
