import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { MaskedText } from '@lianban/contracts';
import { BooleanField, CodeListField, CommandBody, IdParam, NestedField, NestedListField, TextField, UuidField } from './fields.js';
import { validationPipe } from './validation.js';

class Body extends CommandBody {
  @TextField({ max: 5, description: 'Note', optional: true })
  note?: MaskedText;
}

describe('the body of a command without required fields', () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a number', 5, 'body'],
    ['a word', 'note', 'body'],
    ['a list', [], 'body'],
    ['null', null, 'body'],
    ['an unknown field', { notes: 'x' }, 'notes'],
    ['a text too long', { note: '123456' }, 'note'],
  ];
  it.each(refused)('%s is refused', async (_name, value, field) => {
    await expect(validationPipe().transform(value, { type: 'body', metatype: Body }))
      .rejects.toMatchObject({ code: 'validation-failed', errors: [expect.objectContaining({ field })] });
  });

  it.each([['nothing', undefined], ['an empty object', {}], ['five characters of two code units each', { note: '😀😀😀😀😀' }]])('%s is taken', async (_name, value) => {
    expect(await validationPipe().transform(value, { type: 'body', metatype: Body })).toBeInstanceOf(Body);
  });
});

it('free text comes to the handler masked, at any depth, and is measured before', async () => {
  class Part {
    @TextField({ max: 20, description: 'Note' })
    note!: MaskedText;
  }
  class Whole {
    @NestedField(() => Part, { description: 'Part' })
    part!: Part;

    @NestedListField(Part, { maxItems: 2, description: 'Parts' })
    parts!: Part[];
  }
  const take = (body: object) => validationPipe().transform(body, { type: 'body', metatype: Whole });
  const [written, masked] = [{ note: '打 13912345678' }, { note: '打 ***********' }];
  expect(await take({ part: written, parts: [written] })).toEqual({ part: masked, parts: [masked] });
  await expect(take({ part: { note: '1 3 9 1 2 3 4 5 6 7 8' }, parts: [] })).rejects.toMatchObject({ code: 'validation-failed' });
});

it('free text in a property that takes any text is a type error', () => {
  class Forgotten {
    // @ts-expect-error not masked
    @TextField({ max: 20, description: 'Note' })
    note!: string;
  }
  expect(new Forgotten()).toEqual({});
});

it('a caller without department or territory stays as the token said', async () => {
  const caller = { actor: { id: 'dev-intake', role: 'intake', department: null, territory: null } };
  expect(await validationPipe().transform(caller, { type: 'custom' })).toEqual({ actor: { id: 'dev-intake', role: 'intake', department: null, territory: null } });
});

describe('null', () => {
  class Part {
    @TextField({ max: 5, description: 'Word' })
    word!: MaskedText;

    @TextField({ max: 5, description: 'Note', optional: true })
    note?: MaskedText;
  }
  class Whole extends CommandBody {
    @NestedField(() => Part, { description: 'Part', optional: true })
    part?: Part;

    @CodeListField({ maxItems: 3, description: 'Codes', optional: true })
    codes?: string[];
  }
  const take = (body: object, type: 'body' | 'query' = 'body') => validationPipe().transform(body, { type, metatype: Whole });

  it.each(['body', 'query'] as const)('means absent in a %s, at any depth', async (type) => {
    expect(Object.keys(await take({ occurredAt: null, part: null, codes: null }, type) as object)).toEqual([]);
    expect(await take({ part: { word: 'a', note: null } }, type)).toEqual({ part: { word: 'a' } });
  });

  it.each([['a field that is required', { part: { word: null } }, 'part.word'], ['an unknown field', { other: null }, 'other'], ['an item of a list', { codes: ['a', null] }, 'codes']])('is refused as %s', async (_name, body, field) => {
    await expect(take(body)).rejects.toMatchObject({ code: 'validation-failed', errors: [expect.objectContaining({ field })] });
  });
});

describe('true and false as words', () => {
  class Flag {
    @BooleanField({ description: 'Flag' })
    flag!: boolean;
  }
  class FlagQuery {
    @BooleanField({ description: 'Flag', query: true })
    flag!: boolean;
  }

  it.each(['true', 'false'])('%s is refused in a body, taken in a query', async (flag) => {
    await expect(validationPipe().transform({ flag }, { type: 'body', metatype: Flag })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'flag' }] });
    expect(await validationPipe().transform({ flag }, { type: 'query', metatype: FlagQuery })).toEqual({ flag: flag === 'true' });
  });

  it('a truth value is taken in a body', async () => {
    expect(await validationPipe().transform({ flag: true }, { type: 'body', metatype: Flag })).toEqual({ flag: true });
  });
});

describe('a list of codes', () => {
  class Codes {
    @CodeListField({ description: 'Codes', maxItems: 2 })
    codes!: string[];
  }

  it.each([['NUL', 'a\u0000'], ['half a surrogate pair', '\ud83d']])('with %s in one is refused, naming the field', async (_name, code) => {
    await expect(validationPipe().transform({ codes: ['water', code] }, { type: 'body', metatype: Codes })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'codes' }] });
  });
});

describe('An id in upper case', () => {
  const [upper, lower] = ['0198C0DE-7F5A-7F43-9A6E-0F7D1C7C0A01', '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01'];
  class Merge {
    @UuidField({ description: 'Case' })
    intoCaseId!: string;
  }

  class Cases {
    show(@IdParam('caseId') caseId: string): string { return caseId; }
  }

  it('is the same id in a field', async () => {
    expect(await validationPipe().transform({ intoCaseId: upper }, { type: 'body', metatype: Merge })).toEqual({ intoCaseId: lower });
    await expect(validationPipe().transform({ intoCaseId: 'X' }, { type: 'body', metatype: Merge })).rejects.toMatchObject({ code: 'validation-failed' });
  });

  it('is the same id in an address', async () => {
    const [param] = Object.values(Reflect.getMetadata('__routeArguments__', Cases, 'show') as Record<string, { pipes: { transform(value: unknown, at: object): unknown }[] }>);
    let value: unknown = upper;
    for (const pipe of param?.pipes ?? []) value = await pipe.transform(value, { type: 'param', data: 'caseId' });
    expect(value).toBe(lower);
  });
});
