import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const templateSetV1 = defineEvent({
  type: 'lianban.template.set.v1',
  source: 'dispatch',
  topic: topics.directory,
  summary: {
    en: 'A dated row of a template for answers or refusals was set. Rows are never edited; of those in force the latest counts.',
    zh: '答复或不予受理模板已设定一条自某时起生效的内容；已设定的不作修改，以生效最晚的一条为准。',
  },
  data: z.strictObject({
    templateId: f.code.describe('Code of the template'),
    purpose: f.templatePurpose,
    department: f.departmentCode.nullable().describe('Only for this handling unit; null for the whole district'),
    title: f.maskedText(200, 'For people who choose one'),
    text: f.maskedText(10_000, 'With a place `{name}` for each field'),
    fields: z.array(z.strictObject({
      name: f.code.describe('Code of the field, as its place in the text names it'),
      label: f.maskedText(100, 'For people'),
      required: z.boolean(),
    })),
    active: z.boolean().describe('False: not to be used from then on'),
    effectiveFrom: f.instant,
  }),
  example: {
    templateId: 'lamp-repaired', purpose: 'answer', department: 'urban-management', title: 'Lamp repaired', text: 'The lamp at {place} was repaired on {day}. {note}',
    fields: [{ name: 'place', label: 'Where', required: true }, { name: 'day', label: 'Which day', required: true }, { name: 'note', label: 'Anything else', required: false }],
    active: true, effectiveFrom: '2027-01-01T00:00:00+08:00',
  },
});
