import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const departmentChangedV1 = defineEvent({
  type: 'lianban.directory.department-changed.v1',
  source: 'dispatch',
  topic: topics.directory,
  summary: {
    en: 'A department or other handling unit was added or changed.',
    zh: '职能部门或其他承办单位已新增或变更。',
  },
  data: z.strictObject({
    code: f.departmentCode,
    kind: f.handlingUnitKind,
    name: f.bilingual,
    duties: z.array(z.string()).describe('What it answers for, as words that occur in demands'),
    active: z.boolean(),
  }),
  example: {
    code: 'housing',
    kind: 'department',
    name: { zh: '住房和城乡建设局', en: 'Housing and Urban-Rural Development' },
    duties: ['物业管理', '加装电梯'],
    active: true,
  },
});
