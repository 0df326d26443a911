/** Lists come in pages. A cursor is the key of the last row shown, as base64url of a JSON array: opaque to callers, and no row is passed over or shown twice when others come or go. */
import { refusedField } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IntField, UnmaskedField } from './fields.js';
import { isStorable } from './text.js';

/** Fields of every list. */
export class PageQuery {
  @IntField({ description: 'How many items at most', min: 1, max: 500, optional: true, query: true, example: 50 })
  limit?: number;

  @UnmaskedField({ description: '`nextCursor` of the page before', max: 2000, optional: true })
  cursor?: string;
}

export const defaultLimit = 50;

export interface Page<Item> {
  items: Item[];
  nextCursor?: string;
}

/** The page of a list as the API documents it: `class InboxPage extends PageOf(WorkOrderItem) {}`. */
export const PageOf = <Item extends object>(item: Type<Item>): Type<Page<Item>> => {
  class PageOfItems implements Page<Item> {
    @ApiProperty({ type: [item] })
    items!: Item[];

    @ApiPropertyOptional({ type: String, description: 'Give it as `cursor` for the next page; absent on the last' })
    nextCursor?: string;
  }
  return PageOfItems;
};

type Check<Part> = (part: unknown) => part is Part;
type Checks<Key> = { readonly [Place in keyof Key]: Check<Key[Place]> };

/** What a list is sorted by: the key of a row, and what each part of a key must look like before it goes into SQL. Callers can write cursors of their own. */
export interface Sorting<Row, Key extends readonly unknown[]> {
  readonly key: (row: Row) => Key;
  readonly checks: Checks<Key>;
}

export const isText: Check<string> = (part): part is string => typeof part === 'string' && isStorable(part);
export const isId: Check<string> = (part): part is string => typeof part === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(part);
/** Exactly what `Date.toISOString` writes for the years 1000 to 9999: a text that SQL takes as `timestamptz`. PostgreSQL knows no year 0000. */
export const isInstant: Check<string> = (part): part is string => {
  const at = new Date(typeof part === 'string' && /^[1-9]\d{3}-/.test(part) ? part : NaN);
  return !Number.isNaN(at.getTime()) && at.toISOString() === part;
};

export const isDay: Check<string> = (part): part is string => typeof part === 'string' && /^[1-9]\d{3}-\d{2}-\d{2}$/.test(part) && isInstant(`${part}T00:00:00.000Z`);

/** Of a list that is sorted by a time, rows without one last, and then by id. */
export type TimeKey = readonly [at: string | null, id: string];
export const byTime = <Row>(key: (row: Row) => readonly [at: Date | null, id: string]): Sorting<Row, TimeKey> => ({
  key: (row) => {
    const [at, id] = key(row);
    return [at?.toISOString() ?? null, id];
  },
  checks: [(part): part is string | null => part === null || isInstant(part), isId],
});

export const writeCursor = (key: readonly unknown[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** @throws DomainError `validation-failed` */
export const readCursor = <Key extends readonly unknown[]>(cursor: string | undefined, checks: Checks<Key>): Key | undefined => {
  if (cursor == null) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === checks.length && checks.every((check, place) => check(key[place]))) return key as unknown as Key;
  } catch { /* answered below */ }
  throw refusedField('cursor', say('cursor-not-ours'));
};

/**
 * One page of a list.
 * @param read rows after this key, so many at most: one more than are shown, which tells whether another page follows
 */
export const readPage = async <Row, Item, Key extends readonly unknown[]>(
  { limit = defaultLimit, cursor }: PageQuery, { key, checks }: Sorting<Row, Key>, read: (after: Key | undefined, limit: number) => Promise<readonly Row[]> | readonly Row[], show: (row: Row) => Item,
): Promise<Page<Item>> => {
  const rows = await read(readCursor(cursor, checks), limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(show), nextCursor: rows.length > limit && last !== undefined ? writeCursor(key(last)) : undefined };
};

/** One page of what is in memory, in the order of a key of texts. */
export const pageOfSorted = <Row, Item>(query: PageQuery, rows: readonly Row[], checks: readonly Check<string>[], key: (row: Row) => readonly string[], show: (row: Row) => Item): Promise<Page<Item>> =>
  readPage(query, { key, checks }, (after, limit) => rows.map((row) => ({ row, at: key(row) }))
    .filter(({ at }) => !after || compare(at, after) > 0).sort((a, b) => compare(a.at, b.at)).slice(0, limit).map(({ row }) => row), show);

const compare = (a: readonly string[], b: readonly string[]): number => {
  const place = a.findIndex((part, at) => part !== b[at]);
  return place < 0 ? 0 : (a[place] ?? '') < (b[place] ?? '') ? -1 : 1;
};
