import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const responsibilityChangedV1 = defineEvent({
  type: 'lianban.responsibility.changed.v1',
  source: 'dispatch',
  topic: topics.directory,
  summary: {
    en: 'A row of the responsibility list (职责清单) was added, or has got an end. Each message is the whole row.',
    zh: '职责清单已新增一条，或其中一条已设定终止时间。',
  },
  data: z.strictObject({
    responsibilityId: f.uuid,
    matter: f.maskedText(200, 'What it is about, for people'),
    category: f.categoryCode.nullable().describe('Category code `level1/level2/level3`, or of a level above; null: any'),
    words: z.array(z.string().min(1).max(100)).describe('One of them occurs in the demand; empty: any demand of the category'),
    territoryKind: f.territoryKind.nullable().describe('Only in territories of this kind; null: anywhere'),
    department: f.departmentCode,
    basis: f.maskedText(20_000, 'On what it rests'),
    effectiveFrom: f.instant,
    effectiveUntil: f.instant.nullable().describe('Exclusive; null: it has no end'),
    source: f.growing(['rule', 'ruling'], 'rule: entered by an admin; ruling: a precedent'),
    caseId: f.uuid.nullable().describe('Of a precedent: the case that was ruled on'),
    rulingId: f.uuid.nullable(),
    note: f.maskedText(2_000, 'Why it got its end').nullable(),
  }),
  example: {
    responsibilityId: '2f0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c77',
    matter: 'Façades of estates',
    category: '城乡建设/住房保障与房地产/物业管理',
    words: ['外墙'],
    territoryKind: 'estate',
    department: 'housing',
    basis: 'Article 4 of the property rules.',
    effectiveFrom: '2026-03-01T00:00:00+08:00',
    effectiveUntil: null,
    source: 'rule',
    caseId: null,
    rulingId: null,
    note: null,
  },
});
