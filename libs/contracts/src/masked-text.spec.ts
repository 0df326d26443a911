import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { catalogue } from './catalogue.js';
import type { EventByType } from './catalogue.js';
import { maskText } from './mask-text.js';

/** Numbers and names of our own, what comes with the product: nobody writes these in the course of a case. Codes of the directory say that they are codes. */
const ownWords = /^(caseNo|code|formula|derivation\.(matched\.\[\]\.value|policy\.id)|parent|unit)$/;
const isSafe = (description = ''): boolean => /^(Code (of|in) |Category code )/.test(description) || description.endsWith('personal data masked');
const ofTheRules = /^(duties\.\[\]|id|levels\.\[\]|milestone|name\.(en|zh)|version|words\.\[\]|workingHours\.\[\]\.(from|to))$/;

interface Schema { type?: string; format?: string; pattern?: string; enum?: unknown[]; const?: unknown; description?: string; properties?: Record<string, Schema>; anyOf?: Schema[]; items?: Schema; prefixItems?: Schema[] }

/** Paths of the strings that can hold any words and are not said to be masked. */
const unmasked = (schema: Schema, path: readonly string[] = []): string[] => [
  ...(schema.type === 'string' && !schema.format && !schema.pattern && !schema.enum && schema.const === undefined && !isSafe(schema.description) ? [path.join('.')] : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => unmasked(each, [...path, name])),
  ...(schema.anyOf ?? []).flatMap((each) => unmasked(each, path)),
  ...[...(schema.items ? [schema.items] : []), ...schema.prefixItems ?? []].flatMap((each) => unmasked(each, [...path, '[]'])),
];

describe('free text in an event', () => {
  it('is masked, or it does not compile', () => {
    const made: EventByType<'lianban.case.contacted.v1'>['data'] = { note: maskText('打 13912345678') };
    // @ts-expect-error a text as it was written
    const forgotten: EventByType<'lianban.case.contacted.v1'>['data'] = { note: '打 13912345678' };
    expect([made.note, forgotten.note]).toEqual(['打 ***********', '打 13912345678']);
  });

  it.each(catalogue.map((definition) => [definition.type, definition.data] as const))('%s has no other', (_type, data) => {
    expect(unmasked(z.toJSONSchema(data) as Schema).filter((path) => !ownWords.test(path) && !ofTheRules.test(path))).toEqual([]);
  });
});
