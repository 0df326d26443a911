import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { TemplateRow } from '@lianban/contracts';
import { outcomeOf } from '@lianban/testing';
import { setTemplate } from './set-template.decider.js';
import type { SetTemplate, SetTemplateRow } from './set-template.decider.js';

const at = '2026-11-24T10:00:00.000Z';
const command = (change: Partial<SetTemplate> = {}): SetTemplate => ({
  templateId: 'lamp', purpose: 'answer', department: 'urban-management', title: maskText('Lamp'), text: maskText('Repaired on {day}.'),
  fields: [{ name: 'day', label: maskText('Day'), required: true }], active: true, effectiveFrom: null, ...change,
});
const row = (change: Partial<TemplateRow> = {}): SetTemplateRow => ({ ...command(), effectiveFrom: '2026-01-01T00:00:00.000Z', ...change, setAt: at, setBy: 'p' });

describe('setting a template', () => {
  it.each<[string, SetTemplateRow[], SetTemplate, string[] | string]>([
    ['a new one counts at once', [], command(), [at]],
    ['a new one from a later day on', [], command({ effectiveFrom: '2027-01-01T00:00:00.000Z' }), ['2027-01-01T00:00:00.000Z']],
    ['another text', [row()], command({ text: maskText('Done on {day}.') }), [at]],
    ['the same again', [row()], command(), []],
    ['its end', [row()], command({ active: false }), [at]],
    ['a day that is past', [], command({ effectiveFrom: '2026-11-24T09:59:59.000Z' }), 'effectiveFrom'],
    ['another purpose', [row()], command({ purpose: 'refusal' }), 'purpose'],
    ['another unit', [row()], command({ department: null }), 'department'],
    ['a place without a field', [], command({ text: maskText('{day} {who}') }), 'text'],
    ['a field without a place', [], command({ text: maskText('Done.') }), 'fields.0.name'],
    ['a field twice', [], command({ fields: [...command().fields, ...command().fields] }), 'fields.1.name'],
  ])('%s', (_what, rows, asked, expected) => {
    if (typeof expected === 'string') {
      expect(outcomeOf(() => setTemplate(rows, asked, at))).toBe('validation-failed');
      expect(() => setTemplate(rows, asked, at)).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ field: expected })] }));
    } else expect(setTemplate(rows, asked, at).map(({ data }) => data.effectiveFrom)).toEqual(expected);
  });
});
