import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseAcceptedV1 = defineEvent({
  type: 'lianban.case.accepted.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'The demand was accepted (受理) with a level.',
    zh: '诉求已受理，并确定办理等级。',
  },
  data: z.strictObject({
    level: f.level,
    category: f.categoryCode.nullable(),
    greenChannel: z.boolean().describe('Expedited handling (绿色通道): halves the limit of the level'),
  }),
  example: {
    level: 'general',
    category: '城乡建设/城市建设和市政管理/城市公共设施',
    greenChannel: false,
  },
});
