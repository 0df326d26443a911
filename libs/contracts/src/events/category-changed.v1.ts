import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const categoryChangedV1 = defineEvent({
  type: 'lianban.directory.category-changed.v1',
  source: 'dispatch',
  topic: topics.directory,
  summary: {
    en: 'A class of demands was added or changed.',
    zh: '事项分类已新增或变更。',
  },
  data: z.strictObject({
    code: f.categoryCode,
    levels: z.tuple([z.string(), z.string(), z.string()]),
    active: z.boolean(),
  }),
  example: {
    code: '城乡建设/城市建设和市政管理/路灯',
    levels: ['城乡建设', '城市建设和市政管理', '路灯'],
    active: true,
  },
});
