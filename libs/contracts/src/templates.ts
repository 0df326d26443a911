/** Templates for answers and refusals: a text with a place `{name}` for each field. Pure. */
import { say } from '@lianban/texts';
import type { FieldRefusal } from '@lianban/texts';
import type { EventByType } from './catalogue.js';
import { hasAtMost } from './fields.js';
import type { TemplatePurpose } from './fields.js';
import { maskText } from './mask-text.js';
import type { MaskedText } from './masked-text.js';
import { refusedField, refusedFields } from './problems.js';
import { lastInForce } from './rules.js';

export type TemplateRow = EventByType<'lianban.template.set.v1'>['data'];
export interface FilledField { readonly name: string; readonly value: MaskedText }

const place = /\{([\w-]+)\}/g;
/** Names of the places of a text, each once. */
export const placesOf = (text: string): string[] => [...new Set([...text.matchAll(place)].map(([, name]) => name as string))];

/** The row of a template that may be used then for that purpose and unit. @throws DomainError `validation-failed` naming `templateId` */
export const templateFor = (rows: readonly TemplateRow[], asked: { readonly templateId: string; readonly purpose: TemplatePurpose; readonly department: string | null; readonly at: string }): TemplateRow => {
  const row = lastInForce(rows.filter(({ templateId }) => templateId === asked.templateId), asked.at);
  if (row?.active && row.purpose === asked.purpose && (row.department === null || row.department === asked.department)) return row;
  throw refusedField('templateId', say('no-template-to-use', { templateId: asked.templateId }));
};

const most = 20_000;

/** The text with its fields filled in; one that need not be there leaves its place empty. @throws DomainError `validation-failed` naming each field that is missing or not one of the template */
export const fillTemplate = ({ templateId, text, fields }: Pick<TemplateRow, 'templateId' | 'text' | 'fields'>, given: readonly FilledField[]): MaskedText => {
  const values = new Map(given.map(({ name, value }) => [name, value]));
  const problems: FieldRefusal[] = [
    ...fields.filter(({ name, required }) => required && !values.get(name)?.trim()).map(({ name, label }) => ({ field: `fields.${name}`, reason: say('template-needs-field', { label }) })),
    ...[...values.keys()].filter((name) => !fields.some((field) => field.name === name)).map((name) => ({ field: `fields.${name}`, reason: say('no-field-of-template', { templateId }) })),
  ];
  if (problems.length > 0) throw refusedFields(problems);
  const filled = maskText(text.replace(place, (_, name: string) => values.get(name) ?? '').trim());
  if (!hasAtMost(most, filled)) throw refusedField('fields', say('at-most-characters', { max: most }));
  return filled;
};
