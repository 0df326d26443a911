import { refusedField } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { isUUID } from 'class-validator';
import { readCursor, writeCursor } from './fields.js';

/** Where a page ended in a list that is sorted by a time, those without one last, and then by id. */
export interface TimeKey {
  readonly at: string | null;
  readonly id: string;
}

export const writeTimeCursor = (at: Date | null, id: string): string => writeCursor([at?.toISOString() ?? null, id]);

/** What it returns can go into SQL as `timestamptz` and `uuid`. @throws DomainError `validation-failed` */
export const readTimeCursor = (cursor: string | undefined): TimeKey | undefined => {
  const key = readCursor(cursor, 2);
  if (!key) return undefined;
  const [at, id] = key;
  if (isUUID(id) && (at === null || isInstantText(at))) return { at, id: id as string };
  throw refusedField('cursor', say('cursor-not-ours'));
};

/** Exactly what `Date.toISOString` writes for the years 1000 to 9999: a text that SQL takes as `timestamptz`. PostgreSQL knows no year 0000. */
export const isInstantText = (value: unknown): value is string => {
  const at = new Date(typeof value === 'string' && /^[1-9]\d{3}-/.test(value) ? value : NaN);
  return !Number.isNaN(at.getTime()) && at.toISOString() === value;
};
