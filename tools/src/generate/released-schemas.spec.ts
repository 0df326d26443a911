import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogue, type EventDefinition } from '@lianban/contracts';
import { z } from 'zod';
import { digestOf, withNewVersions } from './released-schemas.js';

const committed = JSON.parse(readFileSync(new URL('../../../libs/contracts/released-schemas.json', import.meta.url), 'utf8')) as Record<string, string>;
const [one] = catalogue as readonly EventDefinition[] as [EventDefinition];

describe('released event schemas', () => {
  it('are as they were released, and each version is among them: run `npm run generate` when one is missing', () => {
    expect(withNewVersions(committed, catalogue)).toEqual(committed);
  });

  it.each([
    ['a field more', (data: z.ZodObject) => data.extend({ more: z.string().optional() })],
    ['a field less', (data: z.ZodObject) => z.strictObject(Object.fromEntries(Object.entries(data.shape).slice(1)))],
    ['another type', (data: z.ZodObject) => data.extend({ [Object.keys(data.shape)[0] as string]: z.boolean() })],
    ['a field called description', (data: z.ZodObject) => data.extend({ description: z.string() })],
  ])('%s is a change', (_name, change) => {
    const changed = { ...one, data: change(one.data as unknown as z.ZodObject) } as unknown as EventDefinition;
    expect(() => withNewVersions({ [one.type]: digestOf(one) }, [changed])).toThrow(one.type);
  });

  it('a better description is none, a version that is gone is one, a new version is added', () => {
    const better = { ...one, summary: 'In better words', data: (one.data as unknown as z.ZodObject).describe('Better') } as unknown as EventDefinition;
    expect(withNewVersions({ [one.type]: digestOf(one) }, [better])).toEqual({ [one.type]: digestOf(one) });
    expect(() => withNewVersions({ gone: 'x' }, [one])).toThrow('gone');
    expect(withNewVersions({}, [one])).toEqual({ [one.type]: digestOf(one) });
  });
});
