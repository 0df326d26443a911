/** Who has been seen, where, and who has not for how long. Only visits at which somebody was met count as seen. */

/**
 * A place counts what lies in it: a park its buildings.
 * $1 kind of the places, $2 and $3 the bounds of the visits, half open.
 */
export const coverageSql = `
  WITH seen AS (
    SELECT f.firm_id, f.building, f.registered_at, max(v.visited_at) AS last,
           count(v.visit_id) FILTER (WHERE ($2::timestamptz IS NULL OR v.visited_at >= $2) AND ($3::timestamptz IS NULL OR v.visited_at < $3)) > 0 AS in_period
      FROM firms f LEFT JOIN visits v ON v.firm_id = f.firm_id AND v.met
     WHERE f.active GROUP BY f.firm_id, f.building, f.registered_at),
  firm_sums AS (
    SELECT place, count(*)::int AS firms, count(*) FILTER (WHERE in_period)::int AS firms_seen, count(*) FILTER (WHERE last IS NULL)::int AS firms_never_seen,
           min(coalesce(last, registered_at)) AS unseen_since
      FROM seen JOIN territories t ON t.code = seen.building CROSS JOIN LATERAL unnest(t.path) AS place GROUP BY place),
  visit_sums AS (
    SELECT place, count(*) FILTER (WHERE met)::int AS visits, count(*) FILTER (WHERE NOT met)::int AS nobody_met, count(DISTINCT household_id) FILTER (WHERE met)::int AS households_seen,
           sum(cardinality(case_ids))::int AS demands, max(visited_at) FILTER (WHERE met) AS last
      FROM visits v JOIN territories t ON t.code = v.territory CROSS JOIN LATERAL unnest(t.path) AS place
     WHERE ($2::timestamptz IS NULL OR v.visited_at >= $2) AND ($3::timestamptz IS NULL OR v.visited_at < $3) GROUP BY place)
  SELECT p.code AS territory, p.name_zh AS "nameZh", p.name_en AS "nameEn", coalesce(firms, 0) AS firms, coalesce(firms_seen, 0) AS "firmsSeen", coalesce(firms_never_seen, 0) AS "firmsNeverSeen",
         coalesce(households_seen, 0) AS "householdsSeen", coalesce(visits, 0) AS visits, coalesce(nobody_met, 0) AS "nobodyMet", coalesce(demands, 0) AS demands,
         vs.last AS "lastVisitedAt", fs.unseen_since AS "unseenSince"
    FROM territories p LEFT JOIN firm_sums fs ON fs.place = p.code LEFT JOIN visit_sums vs ON vs.place = p.code
   WHERE p.kind = $1 AND (p.active OR fs.place IS NOT NULL OR vs.place IS NOT NULL)
   ORDER BY coalesce(firms_seen, 0)::float / nullif(firms, 0) NULLS LAST, p.code`;

/** Firms that are there, those unseen for longest first. $1 a territory, $2 unseen since before then, $3 and $4 the last row seen, $5 how many. */
export const unseenSql = `
  SELECT * FROM (
    SELECT f.firm_id AS "firmId", f.building, f.floor, v.last AS "lastVisitedAt", coalesce(v.last, f.registered_at) AS "unseenSince"
      FROM firms f JOIN territories t ON t.code = f.building
           CROSS JOIN LATERAL (SELECT max(visited_at) AS last FROM visits WHERE firm_id = f.firm_id AND met) v
     WHERE f.active AND ($1::text IS NULL OR $1 = ANY (t.path))) AS unseen
   WHERE ($2::timestamptz IS NULL OR "unseenSince" < $2) AND ($3::timestamptz IS NULL OR ("unseenSince", "firmId") > ($3, $4::uuid))
   ORDER BY "unseenSince", "firmId" LIMIT $5`;
