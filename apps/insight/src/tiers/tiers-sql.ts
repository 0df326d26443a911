/** Which tier solves how much: cases by the tier they are with, or ended with. */
import type { territoryKinds } from '@lianban/contracts';

const groups = { month: 'k.period', territory: 'k.territory' } as const;
export type TierGrouping = keyof typeof groups;
export const tierGroupings = Object.keys(groups) as TierGrouping[];

type Kind = (typeof territoryKinds)[number];
const height: Readonly<Record<Kind, number>> = {
  'stairwell': 0, 'building': 1, 'park': 1, 'grid': 1, 'estate': 1, 'community-residential': 2, 'community-business': 2, 'community-science-park': 2, 'subdistrict': 3, 'district': 4,
};
/** How high a tier is; tiers of one height are neighbours of each other. */
export const heightOf = (tier: string | null): number => height[tier as Kind] ?? Number.POSITIVE_INFINITY;

/**
 * $1 and $2: the bounds of the registration, half open; $3: codes of territories, or null. Cases that were accepted, but those that were withdrawn or merged. Solved: settled on the spot, or
 * closed after a requester said that it is resolved.
 */
export const tiersSql = (groupBy: TierGrouping | null): string => `
  SELECT ${groupBy === null ? 'NULL::text' : groups[groupBy]} AS key, coalesce(k.tier, t.kind) AS tier, count(*)::int AS cases,
         count(*) FILTER (WHERE k.status = 'closed')::int AS closed,
         count(*) FILTER (WHERE k.status = 'closed' AND (k.on_the_spot_at IS NOT NULL OR k.resolved))::int AS solved
    FROM cases k LEFT JOIN territories t ON t.code = k.territory
   WHERE (k.accepted_at IS NOT NULL OR k.on_the_spot_at IS NOT NULL) AND k.status NOT IN ('withdrawn', 'merged')
     AND ($1::timestamptz IS NULL OR k.registered_at >= $1) AND ($2::timestamptz IS NULL OR k.registered_at < $2) AND ($3::text[] IS NULL OR k.territory = ANY ($3))
   GROUP BY 1, 2`;
