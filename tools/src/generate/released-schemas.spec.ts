import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogue, clockKinds, type EventDefinition, eventReader, growing } from '@lianban/contracts';
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
    const better = { ...one, summary: { en: 'In better words', zh: '更好的措辞' }, data: (one.data as unknown as z.ZodObject).describe('Better') } as unknown as EventDefinition;
    expect(withNewVersions({ [one.type]: digestOf(one) }, [better])).toEqual({ [one.type]: digestOf(one) });
    expect(() => withNewVersions({ gone: 'x' }, [one])).toThrow('gone');
    expect(withNewVersions({}, [one])).toEqual({ [one.type]: digestOf(one) });
  });

  it('a value more of an enumeration that grows is none: this build reads it, and one that it does not know is unreadable', () => {
    const withKinds = (kinds: readonly [string, ...string[]]) => {
      const kind = growing(kinds, '', clockKinds.slice(0, 8));
      return { ...one, data: z.strictObject({ kind }), example: { kind: 'lead' } } as unknown as EventDefinition;
    };
    const [before, after] = [withKinds(clockKinds), withKinds([...clockKinds, 'inspection'])];
    expect(withNewVersions({ [one.type]: digestOf(before) }, [after])).toEqual({ [one.type]: digestOf(before) });
    expect(eventReader([after]).readEvent(one.type, { kind: 'inspection' }).data).toEqual({ kind: 'inspection' });
    for (const [reader, kind] of [[before, 'inspection'], [after, 'moon']] as const) expect(() => eventReader([reader]).readEvent(one.type, { kind })).toThrow('kind: Invalid option');
  });
});
