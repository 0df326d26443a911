import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { BooleanField, CommandBody, TextField } from './fields.js';
import { validationPipe } from './validation.js';

class Body extends CommandBody {
  @TextField({ max: 5, description: 'Note', optional: true })
  note?: string;
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
