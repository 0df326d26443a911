import { describe, expect, it } from '@jest/globals';
import { byTime, isInstant, isText, pageOfSorted, readCursor, readPage, writeCursor } from './paging.js';
import type { PageQuery } from './paging.js';

const id = '0197a1b2-0000-7000-8000-000000000001';
const refusal = 'cursor: must be the nextCursor of the same list in the same order';

describe('A cursor of a time', () => {
  const { key, checks } = byTime(({ at }: { at: Date | null }) => [at, id]);

  it('comes back as it was written', () => {
    const at = new Date('2026-02-09T01:00:00.000Z');
    expect(readCursor(writeCursor(key({ at })), checks)).toEqual([at.toISOString(), id]);
    expect(readCursor(writeCursor(key({ at: null })), checks)).toEqual([null, id]);
  });

  it.each(['0000-01-01T00:00:00.000Z', '0999-12-31T23:59:59.999Z', '+010000-01-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '2026-02-09', '2026', '', 2026])('is refused with the time %p', (at) => {
    expect(isInstant(at)).toBe(false);
    expect(() => readCursor(writeCursor([at, id]), checks)).toThrow(refusal);
  });

  it.each(['1000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('takes %s', (at) => {
    expect(isInstant(at)).toBe(true);
  });

  it.each([['another length', writeCursor([null, id, id])], ['another id', writeCursor([null, 'me'])], ['no list', Buffer.from('{}').toString('base64url')], ['no JSON', 'abc']])('is refused with %s', (_, cursor) => {
    expect(() => readCursor(cursor, checks)).toThrow(refusal);
  });
});

it('A text that the database cannot keep is no part of a key', () => {
  expect(() => readCursor(writeCursor(['a\u0000']), [isText])).toThrow(refusal);
});

describe('Pages', () => {
  const rows = ['d', 'b', 'a', 'e', 'c'].map((code) => ({ code }));
  const list = (query: PageQuery) => pageOfSorted(query, rows, [isText], ({ code }) => [code], ({ code }) => code);

  it.each([1, 2, 3, 5, 50])('of %d hold every row once, in order', async (limit) => {
    const pages: string[][] = [];
    for (let cursor: string | undefined; pages.length === 0 || cursor !== undefined;) {
      const { items, nextCursor } = await list({ limit, cursor });
      pages.push(items);
      cursor = nextCursor;
    }
    expect(pages.flat()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(pages).toHaveLength(Math.ceil(rows.length / limit));
  });

  it('are 50 rows unless told otherwise, found out by asking for one more', async () => {
    const asked: number[] = [];
    await readPage({}, byTime(() => [null, id]), (_, limit) => { asked.push(limit); return []; }, () => id);
    expect(asked).toEqual([51]);
  });
});
