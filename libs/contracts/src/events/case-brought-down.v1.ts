import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseBroughtDownV1 = defineEvent({
  type: 'lianban.case.brought-down.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'A case came down to a lower tier (下沉), since that one can solve it.',
    zh: '诉求件已下沉至下一级办理。',
  },
  data: z.strictObject({
    toTier: f.territoryKind,
    territory: f.territoryCode,
    fromTier: f.territoryKind.describe('Where it was'),
    round: z.int().min(0).describe('Round that is being handled; 0 before the first dispatch'),
    reason: f.maskedText(20_000, 'Why'),
  }),
  example: {
    toTier: 'community-residential',
    territory: 'riverside-garden',
    fromTier: 'subdistrict',
    round: 1,
    reason: 'The lighting centre has agreed; the community can see to the rest.',
  },
});
