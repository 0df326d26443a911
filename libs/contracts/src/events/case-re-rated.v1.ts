import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseReRatedV1 = defineEvent({
  type: 'lianban.case.re-rated.v1',
  source: 'intake',
  topic: topics.case,
  summary: 'An accepted case got another level or lost or gained the green channel; clocks that still run are chosen anew.',
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
