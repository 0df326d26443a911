import { DomainError } from '@lianban/contracts';
import { isInstantText, readCursor, writeCursor } from '@lianban/service-kit';
import { CaseSummary } from '../views/case-summary.js';
import { boundsOf } from '../views/period-query.js';
import { selectList } from '../views/shown.js';
import type { CaseOrder, CasesQuery } from './cases-query.js';

/** How each order is walked: by a column that is never null here, then by id. An index serves each. */
const orders: Record<CaseOrder, { readonly by: string; readonly direction: 'ASC' | 'DESC' }> = {
  '-registeredAt': { by: 'k.registered_at', direction: 'DESC' },
  registeredAt: { by: 'k.registered_at', direction: 'ASC' },
  dueAt: { by: "coalesce(k.next_due_at, 'infinity')", direction: 'ASC' },
  '-lastRecordedAt': { by: 'k.last_recorded_at', direction: 'DESC' },
};

export const pattern = (words: string): string => `%${words.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Conditions of a query as SQL; `value` notes a parameter and returns its placeholder. */
export const conditionsOf = (query: CasesQuery, territories: readonly string[] | undefined, value: (parameter: unknown) => string): string[] => {
  const { from, to } = boundsOf(query);
  const conditions = ['k.registered_at IS NOT NULL'];
  const add = (parameter: unknown, condition: (placeholder: string) => string) => {
    if (parameter !== undefined && parameter !== null) conditions.push(condition(value(parameter)));
  };
  add(query.status, (p) => `k.status = ANY(${p})`);
  add(query.department, (p) => `k.responsible_department = ${p}`);
  add(territories, (p) => `k.territory = ANY(${p})`);
  add(query.category, (p) => `(k.category = ${p} OR starts_with(k.category, ${p} || '/'))`);
  add(query.channel, (p) => `k.channel = ${p}`);
  add(query.level, (p) => `k.level = ${p}`);
  add(from, (p) => `k.registered_at >= ${p}`);
  add(to, (p) => `k.registered_at < ${p}`);
  if (query.overdue === true) conditions.push('k.next_due_at < now()');
  if (query.overdue === false) conditions.push('(k.next_due_at IS NULL OR k.next_due_at >= now())');
  if (query.q !== undefined) {
    const p = value(pattern(query.q.trim()));
    conditions.push(`(k.title ILIKE ${p} OR k.description ILIKE ${p} OR k.location ILIKE ${p} OR k.case_no ILIKE ${p})`);
  }
  return conditions;
};

const isTime = (text: unknown): text is string => text === 'infinity' || isInstantText(text);
const isId = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const placeOf = (cursor: string | undefined, order: CaseOrder): readonly [string, string] | undefined => {
  const place = readCursor(cursor, 3);
  if (!place) return undefined;
  const [of, at, id] = place;
  if (of === order && isTime(at) && isId(id)) return [at, id];
  throw new DomainError('validation-failed', 'The cursor is of another list', [{ field: 'cursor', reason: 'must be the nextCursor of the same list in the same order' }]);
};

/** One page of cases, and one row more to know whether another follows. */
export const pageSql = (query: CasesQuery, territories: readonly string[] | undefined, limit: number): { text: string; values: unknown[] } => {
  const values: unknown[] = [];
  const value = (parameter: unknown): string => `$${values.push(parameter)}`;
  const order = query.sort ?? '-registeredAt';
  const { by, direction } = orders[order];
  const conditions = conditionsOf(query, territories, value);
  const place = placeOf(query.cursor, order);
  if (place) conditions.push(`(${by}, k.case_id) ${direction === 'ASC' ? '>' : '<'} (${value(place[0])}::timestamptz, ${value(place[1])}::uuid)`);
  return {
    text: `SELECT ${selectList(CaseSummary, 'k')} FROM cases k WHERE ${conditions.join(' AND ')}
            ORDER BY ${by} ${direction}, k.case_id ${direction} LIMIT ${value(limit + 1)}`,
    values,
  };
};

/** Where the page after this row begins. */
export const cursorAfter = (row: CaseSummary, order: CaseOrder = '-registeredAt'): string => {
  const at = { '-registeredAt': row.registeredAt, registeredAt: row.registeredAt, dueAt: row.nextDueAt, '-lastRecordedAt': row.lastRecordedAt }[order];
  return writeCursor([order, at?.toISOString() ?? 'infinity', row.caseId]);
};
