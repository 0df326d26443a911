import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseReRatedV1 = defineEvent({
  type: 'lianban.case.re-rated.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'An accepted case got another level or lost or gained the green channel; clocks that still run are chosen anew.',
    zh: '已受理诉求件的办理等级或绿色通道有调整，正在计时的时限重新确定。',
  },
  data: z.strictObject({
    level: f.level,
    previousLevel: f.level,
    greenChannel: z.boolean(),
    previousGreenChannel: z.boolean(),
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: {
    level: 'complex',
    previousLevel: 'general',
    greenChannel: false,
    previousGreenChannel: false,
    reason: 'The cable runs under three properties.',
  },
});
