import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const territoryChangedV1 = defineEvent({
  type: 'lianban.directory.territory-changed.v1',
  source: 'dispatch',
  topic: topics.directory,
  summary: {
    en: 'A node of the territory tree was added or changed.',
    zh: '辖区已新增或变更。',
  },
  data: z.strictObject({
    code: f.territoryCode,
    kind: f.territoryKind,
    name: f.bilingual,
    parent: f.territoryCode.nullable(),
    active: z.boolean(),
  }),
  example: {
    code: 'riverside-grid-01',
    kind: 'grid',
    name: { zh: '滨河第一网格', en: 'Riverside grid 1' },
    parent: 'riverside',
    active: true,
  },
});
