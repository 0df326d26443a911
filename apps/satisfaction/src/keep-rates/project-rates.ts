/** Writes table `case_rate` and reads its sums, which a trigger keeps. */
import type { Tx } from '@lianban/event-store';
import type { Counts } from '@lianban/scoring';
import type { Counted } from '../domain/case-call-backs.js';

export interface RateRow {
  readonly caseId: string;
  readonly counted: Counted;
}

/** Writes what each case counts; the last item of a case wins. The caller holds the lock on the case's facts, or has decided on their version. */
export const projectRates = async (tx: Tx, items: readonly RateRow[]): Promise<void> => {
  const last = new Map(items.map(({ caseId, counted: { period, department, response, resolution, satisfaction } }) => [caseId, {
    case_id: caseId, period, department, in_scope: response.denominator, contacted_in_time: response.numerator,
    reached: resolution.denominator, resolved: resolution.numerator, asked: satisfaction.denominator, satisfied: satisfaction.numerator,
  }]));
  if (last.size === 0) return;
  // In the order of ids, like every transaction that locks several rows.
  await tx.query(
    `INSERT INTO case_rate AS r (case_id, period, department, in_scope, contacted_in_time, reached, resolved, asked, satisfied)
     SELECT case_id, period, department, in_scope, contacted_in_time, reached, resolved, asked, satisfied
       FROM jsonb_to_recordset($1) AS c(case_id uuid, period text, department text, in_scope integer, contacted_in_time integer, reached integer, resolved integer, asked integer, satisfied integer)
      ORDER BY case_id
     ON CONFLICT (case_id) DO UPDATE SET period = excluded.period, department = excluded.department, in_scope = excluded.in_scope, contacted_in_time = excluded.contacted_in_time,
            reached = excluded.reached, resolved = excluded.resolved, asked = excluded.asked, satisfied = excluded.satisfied`,
    [JSON.stringify([...last.values()])],
  );
};

/** `department` is null for cases that no department has yet. */
export type DepartmentCounts = Counts & { readonly department: string | null };

export const readCounts = async (tx: Tx, period: string): Promise<DepartmentCounts[]> => {
  const { rows } = await tx.query<DepartmentCounts>(
    `SELECT nullif(department, '') AS department, sum(in_scope)::int AS "inScope", sum(contacted_in_time)::int AS "contactedInTime",
            sum(reached)::int AS reached, sum(resolved)::int AS resolved, sum(asked)::int AS asked, sum(satisfied)::int AS satisfied
       FROM case_rate_sum WHERE period = $1 GROUP BY 1 HAVING sum(cases) > 0 ORDER BY 1`,
    [period],
  );
  return rows;
};
