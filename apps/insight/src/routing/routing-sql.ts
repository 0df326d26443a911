/** How often dispatchers chose what was proposed. */
import { chinaZone } from '@lianban/texts';

const groups = {
  month: `to_char(occurred_at AT TIME ZONE '${chinaZone}', 'YYYY-MM')`,
  department: `data->>'lead'`,
  model: `data->>'modelVersion'`,
} as const;
export type RoutingGrouping = keyof typeof groups;
export const routingGroupings = Object.keys(groups) as RoutingGrouping[];

/** What the system dispatched by itself is counted apart: it would always agree with itself. $1 and $2: the bounds of the dispatch, half open. */
export const routingSql = (groupBy: RoutingGrouping | undefined): string => {
  const key = groupBy === undefined ? "'all'" : groups[groupBy];
  return `
  SELECT ${key} AS key, count(*) FILTER (WHERE NOT automatic)::int AS dispatches, count(*) FILTER (WHERE automatic)::int AS automatic,
         count(*) FILTER (WHERE NOT automatic AND rank = 1)::int AS first, count(*) FILTER (WHERE NOT automatic AND rank <= 3)::int AS "amongThree",
         count(*) FILTER (WHERE NOT automatic AND sure)::int AS sure, count(*) FILTER (WHERE NOT automatic AND sure AND rank = 1)::int AS "sureRight"
    FROM (SELECT occurred_at, data, (data->>'rank')::int AS rank, (data->>'sure')::boolean AS sure, (data->>'automatic')::boolean AS automatic
            FROM timeline WHERE type = 'lianban.routing.chosen.v1'
             AND ($1::timestamptz IS NULL OR occurred_at >= $1) AND ($2::timestamptz IS NULL OR occurred_at < $2)) chosen
   GROUP BY 1 ORDER BY 1`;
};
