import { describe, expect, it } from '@jest/globals';
import { maskText } from './mask-text.js';
import type { DomainError } from './problems.js';
import { fillTemplate, templateFor } from './templates.js';
import type { TemplateRow } from './templates.js';

const row = (change: Partial<TemplateRow> = {}): TemplateRow => ({
  templateId: 'lamp', purpose: 'answer', department: null, title: maskText('Lamp'), text: maskText('{place}的路灯已于{day}修好。{note}'),
  fields: [{ name: 'place', label: maskText('地点'), required: true }, { name: 'day', label: maskText('日期'), required: true }, { name: 'note', label: maskText('备注'), required: false }],
  active: true, effectiveFrom: '2026-01-01T00:00:00Z', ...change,
});
const filled = (...given: [string, string][]) => {
  try {
    return fillTemplate(row(), given.map(([name, value]) => ({ name, value: maskText(value) })));
  } catch (error) {
    return (error as DomainError).errors.map(({ field }) => field);
  }
};

describe('a template', () => {
  it.each<[string, [string, string][], string | string[]]>([
    ['with all fields', [['place', '东门'], ['day', '3月2日'], ['note', '谢谢。']], '东门的路灯已于3月2日修好。谢谢。'],
    ['without one that need not be there', [['place', '东门'], ['day', '3月2日']], '东门的路灯已于3月2日修好。'],
    ['without two that must be there', [['note', 'x']], ['fields.place', 'fields.day']],
    ['with one that is blank', [['place', ' '], ['day', 'x']], ['fields.place']],
    ['with one it does not have', [['place', 'a'], ['day', 'b'], ['who', 'c']], ['fields.who']],
    ['with a value that looks like a place', [['place', '{day}'], ['day', '3月2日']], '{day}的路灯已于3月2日修好。'],
    ['with a number in a value', [['place', '13800138000'], ['day', 'b']], '***********的路灯已于b修好。'],
    ['with too much', [['place', 'a'.repeat(10_000)], ['day', 'b'.repeat(10_000)]], ['fields']],
  ])('%s', (_what, given, expected) => expect(filled(...given)).toEqual(expected));

  it.each<[string, TemplateRow[], string | null, 'answer' | 'refusal', string, string | null]>([
    ['of the district is for every unit', [row()], 'housing', 'answer', '2026-06-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['of a unit is for that unit', [row({ department: 'housing' })], 'housing', 'answer', '2026-06-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['of a unit is for no other', [row({ department: 'housing' })], 'water', 'answer', '2026-06-01T00:00:00Z', null],
    ['of answers is for no refusal', [row()], null, 'refusal', '2026-06-01T00:00:00Z', null],
    ['is not there before its day', [row()], null, 'answer', '2025-06-01T00:00:00Z', null],
    ['counts as of the latest row in force', [row(), row({ effectiveFrom: '2026-05-01T00:00:00Z' }), row({ effectiveFrom: '2026-07-01T00:00:00Z' })], null, 'answer', '2026-06-01T00:00:00Z', '2026-05-01T00:00:00Z'],
    ['that was ended is not there', [row(), row({ effectiveFrom: '2026-05-01T00:00:00Z', active: false })], null, 'answer', '2026-06-01T00:00:00Z', null],
  ])('%s', (_what, rows, department, purpose, at, expected) => {
    const ask = () => templateFor(rows, { templateId: 'lamp', purpose, department, at });
    if (expected === null) expect(ask).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ field: 'templateId' })] }));
    else expect(ask().effectiveFrom).toBe(expected);
  });
});
