/** Queries the sums of the three rates: whole days from `rate_sums`, parts of days at the ends of a period from the cases. */
import { chinaOffsetMs } from '@lianban/texts';

/** Of each grouping: the dimension of `rate_sums` and its key, and the column of `cases`. A case without the key (no department yet) is in no group. */
const keys = {
  department: { dimension: 'department', ofSums: 'key', ofCase: 'responsible_department' },
  territory: { dimension: 'territory', ofSums: 'key', ofCase: 'territory' },
  category: { dimension: 'category', ofSums: 'key', ofCase: 'category' },
  kind: { dimension: 'kind', ofSums: 'key', ofCase: 'demand_kind' },
  greenChannel: { dimension: 'green-channel', ofSums: 'key', ofCase: 'green_channel::text' },
  month: { dimension: 'all', ofSums: "to_char(day, 'YYYY-MM')", ofCase: 'period' },
} as const;
export type GroupBy = keyof typeof keys;
export const groupings = Object.keys(keys) as GroupBy[];

const all = { dimension: 'all', ofSums: 'key', ofCase: "'all'" } as const;

/** Half open; null for no bound. */
export interface Bounds { readonly from: string | null; readonly to: string | null }

const day = 86_400_000;
const startOf = (dayNumber: number): string => new Date(dayNumber * day - chinaOffsetMs).toISOString();
const nameOf = (dayNumber: number): string => new Date(dayNumber * day).toISOString().slice(0, 10);

type Edge = readonly [from: string, to: string];

/** The whole days of a period in China, half open, and what lies before and after them. */
export const daysWithin = ({ from, to }: Bounds): { readonly first: string | null; readonly end: string | null; readonly edges: readonly Edge[] } => {
  const first = from === null ? null : Math.ceil((Date.parse(from) + chinaOffsetMs) / day);
  const end = to === null ? null : Math.floor((Date.parse(to) + chinaOffsetMs) / day);
  if (from !== null && to !== null && first !== null && end !== null && first > end) return { first: nameOf(first), end: nameOf(first), edges: [[from, to]] };
  const edges: Edge[] = [];
  if (from !== null && first !== null && Date.parse(startOf(first)) > Date.parse(from)) edges.push([from, startOf(first)]);
  if (to !== null && end !== null && Date.parse(startOf(end)) < Date.parse(to)) edges.push([startOf(end), to]);
  return { first: first === null ? null : nameOf(first), end: end === null ? null : nameOf(end), edges };
};

const counts = ['demands', 'in_scope', 'contacted_in_time', 'counted_reached', 'counted_resolved', 'counted_asked', 'counted_satisfied'].join(', ');

/** From here up to here there is no day. */
const noDay = '1970-01-01';

export const ratesQuestion = (groupBy: GroupBy | undefined, bounds: Bounds, kind: string | null = null): { text: string; values: (string | null)[] } => {
  const { dimension, ofSums, ofCase } = groupBy ? keys[groupBy] : all;
  // The sums of the days are not kept by kind and key together, so one kind alone is summed from its cases.
  const { first, end, edges } = kind === null ? daysWithin(bounds) : { first: noDay, end: noDay, edges: [[bounds.from ?? '-infinity', bounds.to ?? 'infinity'] as const] };
  const ofEdges = edges.map((_, index) => `
            UNION ALL
            SELECT ${ofCase}, period, (demands > 0)::int, ${counts} FROM cases
             WHERE registered_at >= $${index * 2 + 3}::timestamptz AND registered_at < $${index * 2 + 4}::timestamptz AND ${ofCase} IS NOT NULL${kind === null ? '' : ` AND demand_kind = $${edges.length * 2 + 3}`}`);
  return {
    text: `SELECT key, sum(cases)::int AS cases, sum(demands)::int AS demands, sum(in_scope)::int AS "inScope", sum(contacted_in_time)::int AS "contactedInTime",
                  sum(counted_reached)::int AS reached, sum(counted_resolved)::int AS resolved, sum(counted_asked)::int AS asked, sum(counted_satisfied)::int AS satisfied,
                  min(month) AS first, max(month) AS last
             FROM (
            SELECT ${ofSums} AS key, to_char(day, 'YYYY-MM') AS month, cases, ${counts} FROM rate_sums
             WHERE dimension = '${dimension}' AND ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day < $2)${ofEdges.join('')}) counted
            GROUP BY key HAVING sum(cases) > 0 OR sum(in_scope) > 0 ORDER BY key`,
    values: [first, end, ...edges.flat(), ...(kind === null ? [] : [kind])],
  };
};
