import type { Tx } from '@lianban/event-store';
import type { Plan } from '../domain/visit-plan.js';

export interface PlanRow extends Omit<Plan, 'title' | 'posts'> {
  readonly title: string;
  readonly version: number;
  /** `done`: visits at which somebody was met. */
  readonly posts: readonly (Plan['posts'][number] & { readonly done: number })[];
}

const columns = `
  p.plan_id AS "planId", p.title, p.territory, to_char(p.first_day, 'YYYY-MM-DD') AS "from", to_char(p.last_day, 'YYYY-MM-DD') AS "to", to_char(p.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "endedAt", p.version,
  (SELECT jsonb_agg(wanted || jsonb_build_object('done', (SELECT count(*) FROM visit v WHERE v.plan_id = p.plan_id AND v.met AND v.post = wanted->>'post' AND v.portfolio IS NOT DISTINCT FROM wanted->>'portfolio'))
                    ORDER BY place) FROM jsonb_array_elements(p.posts) WITH ORDINALITY AS each (wanted, place)) AS posts`;

export const keepPlan = async (tx: Tx, { planId, title, territory, from, to, posts, endedAt }: Plan, version: number): Promise<void> => {
  await tx.query(
    `INSERT INTO visit_plan (plan_id, title, territory, first_day, last_day, posts, ended_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (plan_id) DO UPDATE SET ended_at = excluded.ended_at, version = excluded.version`,
    [planId, title, territory, from, to, JSON.stringify(posts), endedAt, version]);
};

export const findPlans = async (sql: Tx, planIds: readonly string[]): Promise<ReadonlyMap<string, PlanRow>> => {
  if (planIds.length === 0) return new Map();
  const { rows } = await sql.query<PlanRow>(`SELECT ${columns} FROM visit_plan p WHERE p.plan_id = ANY ($1)`, [planIds]);
  return new Map(rows.map((row) => [row.planId, row]));
};

/** The latest first. `day`: those that run then. */
export const listPlans = async (
  sql: Tx, { territory, day }: { readonly territory: string | null; readonly day: string | null }, after: readonly [from: string, planId: string] | undefined, limit: number,
): Promise<PlanRow[]> => {
  const { rows } = await sql.query<PlanRow>(
    `SELECT ${columns} FROM visit_plan p
      WHERE ($1::text IS NULL OR p.territory = $1) AND ($2::date IS NULL OR ($2 BETWEEN p.first_day AND p.last_day AND p.ended_at IS NULL))
        AND ($3::text IS NULL OR (p.first_day, p.plan_id) < ($3::date, $4::uuid))
      ORDER BY p.first_day DESC, p.plan_id DESC LIMIT $5`, [territory, day, ...(after ?? [null, null]), limit]);
  return rows;
};
