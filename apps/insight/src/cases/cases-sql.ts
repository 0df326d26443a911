import { wordsOf } from '@lianban/contracts';
import type { Tx } from '@lianban/projections';
import { defaultLimit, isId, isInstant, type Page, readCursor, writeCursor } from '@lianban/service-kit';
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

export const pattern = (word: string): string => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;

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
  add(query.kind, (p) => `k.demand_kind = ${p}`);
  add(query.greenChannel, (p) => `coalesce(k.green_channel, false) = ${p}`);
  add(query.level, (p) => `k.level = ${p}`);
  add(from, (p) => `k.registered_at >= ${p}`);
  add(to, (p) => `k.registered_at < ${p}`);
  if (query.overdue === true) conditions.push('k.next_due_at < now()');
  if (query.overdue === false) conditions.push('(k.next_due_at IS NULL OR k.next_due_at >= now())');
  for (const word of wordsOf(query.q ?? '')) conditions.push(`k.search_text LIKE ${value(pattern(word))}`);
  return conditions;
};

/** Where a page begins. */
interface Place {
  /** Of the last row shown: what the list is ordered by, or `changed` in the second walk. */
  readonly at: string;
  readonly id: string;
  /** All transactions before this one had ended when the first page was read. Null in an order in which no row moves. */
  readonly since: string | null;
}

/**
 * Cases move in these orders while somebody reads page after page, also to where the reader has been. So after the last page comes a second walk, by id: all that was written since
 * the first page. A case that was touched meanwhile may be shown twice; on no page is none.
 */
const moving: readonly CaseOrder[] = ['dueAt', '-lastRecordedAt'];
const changed = 'changed';
/** Before every id. */
const start = '00000000-0000-0000-0000-000000000000';

export const placeOf = (query: CasesQuery): Place | undefined => {
  const order = query.sort ?? '-registeredAt';
  const moves = moving.includes(order);
  const place = readCursor<readonly [CaseOrder, string, string, string | null]>(query.cursor, [
    (of): of is CaseOrder => of === order,
    (at): at is string => at === 'infinity' || isInstant(at) || (moves && at === changed),
    isId,
    (since): since is string | null => (moves ? typeof since === 'string' && /^\d{1,19}$/.test(since) : since === null),
  ]);
  return place && { at: place[1], id: place[2], since: place[3] };
};

/**
 * One page of cases, and one row more to know whether another follows.
 * @param reach only cases in which this department has or had a work order; null: all
 */
export const pageSql = (query: CasesQuery, territories: readonly string[] | undefined, limit: number, place = placeOf(query), reach: string | null = null): { text: string; values: unknown[] } => {
  const values: unknown[] = [];
  const value = (parameter: unknown): string => `$${values.push(parameter)}`;
  const { by, direction } = orders[query.sort ?? '-registeredAt'];
  const conditions = conditionsOf(query, territories, value);
  if (reach !== null) conditions.push(`EXISTS (SELECT FROM work_orders w WHERE w.case_id = k.case_id AND w.department = ${value(reach)})`);
  let order = `${by} ${direction}, k.case_id ${direction}`;
  if (place?.at === changed) {
    // A row keeps only 32 bits of its transaction id, so ids are compared around the circle: the newer half came later.
    conditions.push(`(k.written_by - ${value(String(BigInt(place.since ?? 0) % 4_294_967_296n))}::bigint + 4294967296) % 4294967296 < 2147483648`, `k.case_id > ${value(place.id)}::uuid`);
    order = 'k.case_id';
  } else if (place) {
    conditions.push(`(${by}, k.case_id) ${direction === 'ASC' ? '>' : '<'} (${value(place.at)}::timestamptz, ${value(place.id)}::uuid)`);
  }
  return { text: `SELECT ${selectList(CaseSummary, 'k')} FROM cases k WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${value(limit + 1)}`, values };
};

const keyOf = (row: CaseSummary, order: CaseOrder): string =>
  ({ '-registeredAt': row.registeredAt, registeredAt: row.registeredAt, dueAt: row.nextDueAt, '-lastRecordedAt': row.lastRecordedAt })[order]?.toISOString() ?? 'infinity';

/** A page of the list. In an order in which cases move, the second walk follows the first. */
export const readCases = async (sql: Tx, query: CasesQuery, territories: readonly string[] | undefined, reach: string | null): Promise<Page<CaseSummary>> => {
  const { limit = defaultLimit } = query;
  const order = query.sort ?? '-registeredAt';
  const place = placeOf(query);
  // Read before the first page, so that no change is missed in between.
  const since = place ? place.since : moving.includes(order) ? await oldestRunning(sql) : null;
  const walk = async (from: Place | undefined, most: number): Promise<{ rows: CaseSummary[]; next?: Place }> => {
    const { text, values } = pageSql(query, territories, most, from, reach);
    const { rows: found } = await sql.query<CaseSummary>(text, values);
    const rows = found.slice(0, most);
    const last = rows.at(-1);
    const at = from?.at === changed || !last ? changed : keyOf(last, order);
    return { rows, next: found.length > most ? { at, id: last?.caseId ?? start, since } : undefined };
  };
  const answer = (items: CaseSummary[], next: Place | undefined): Page<CaseSummary> => ({ items, nextCursor: next && writeCursor([order, next.at, next.id, next.since]) });

  const first = await walk(place, limit);
  // What came on one page can't have moved.
  if (first.next || !place || since === null || place.at === changed) return answer(first.rows, first.next);
  const second = await walk({ at: changed, id: start, since }, limit - first.rows.length);
  const known = new Set(first.rows.map(({ caseId }) => caseId));
  return answer([...first.rows, ...second.rows.filter(({ caseId }) => !known.has(caseId))], second.next);
};

const oldestRunning = async (sql: Tx): Promise<string> =>
  (await sql.query<{ since: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS since')).rows[0]?.since ?? '0';
