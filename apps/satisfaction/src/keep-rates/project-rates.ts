/** Keeps table `case_rate`, of which a trigger keeps the sums, and reads those. */
import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { Counts } from '@lianban/scoring';
import { countedCase, currentRateFacts, evolveRateFacts, initialRateFacts } from '../domain/rate-facts.js';
import type { RateEvent, RateFacts } from '../domain/rate-facts.js';

/** Last of what a transaction does for its cases: the rows are locked, so that a command and an event heard meanwhile both count. */
export const projectRates = async (tx: Tx, events: readonly EventEnvelope<RateEvent>[]): Promise<void> => {
  if (events.length === 0) return;
  // In the order of their ids, as every transaction that locks several.
  const caseIds = [...new Set(events.map(({ metadata }) => metadata.streamId))].sort();
  const { rows } = await tx.query<{ case_id: string; facts: RateFacts }>(
    `INSERT INTO case_rate (case_id, facts) SELECT case_id, $2 FROM unnest($1::uuid[]) AS c(case_id)
     ON CONFLICT (case_id) DO UPDATE SET case_id = excluded.case_id RETURNING case_id, facts`,
    [caseIds, JSON.stringify(initialRateFacts)],
  );
  const facts = new Map(rows.map((row) => [row.case_id, currentRateFacts(row.facts)]));
  for (const event of events) facts.set(event.metadata.streamId, evolveRateFacts(facts.get(event.metadata.streamId) ?? initialRateFacts, event));
  const changed = [...facts].map(([caseId, known]) => {
    const { period, department, counts } = countedCase(known);
    return { case_id: caseId, facts: known, period, department, ...counts };
  });
  await tx.query(
    `UPDATE case_rate r SET facts = c.facts, period = c.period, department = c.department, in_scope = c."inScope",
            contacted_in_time = c."contactedInTime", reached = c.reached, resolved = c.resolved, asked = c.asked, satisfied = c.satisfied
       FROM jsonb_to_recordset($1) AS c(case_id uuid, facts jsonb, period text, department text, "inScope" integer, "contactedInTime" integer,
            reached integer, resolved integer, asked integer, satisfied integer)
      WHERE r.case_id = c.case_id`,
    [JSON.stringify(changed)],
  );
};

/** Null: cases of the period that no department has yet. */
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
