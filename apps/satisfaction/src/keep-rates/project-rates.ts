/** Keeps and sums table `case_rate`. */
import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { Counts } from '@lianban/scoring';
import { countedCase, evolveRateFacts, initialRateFacts } from '../domain/rate-facts.js';
import type { RateEvent, RateFacts } from '../domain/rate-facts.js';

/** Last of what a transaction does for the case: the row is locked, so that a command and an event heard meanwhile both count. */
export const projectRate = async (tx: Tx, event: EventEnvelope<RateEvent>): Promise<void> => {
  const caseId = event.metadata.streamId;
  const { rows } = await tx.query<{ facts: RateFacts }>(
    `INSERT INTO case_rate (case_id, facts) VALUES ($1, $2)
     ON CONFLICT (case_id) DO UPDATE SET case_id = excluded.case_id RETURNING facts`,
    [caseId, JSON.stringify(initialRateFacts)],
  );
  const facts = evolveRateFacts(rows[0]?.facts ?? initialRateFacts, event);
  const { period, department, counts } = countedCase(facts);
  await tx.query(
    `UPDATE case_rate SET facts = $2, period = $3, department = $4,
            in_scope = $5, contacted_in_time = $6, reached = $7, resolved = $8, satisfied = $9
      WHERE case_id = $1`,
    [caseId, JSON.stringify(facts), period, department, counts.inScope, counts.contactedInTime, counts.reached, counts.resolved, counts.satisfied],
  );
};

/** Null: cases of the period that no department has yet. */
export type DepartmentCounts = Counts & { readonly department: string | null };

export const readCounts = async (tx: Tx, period: string): Promise<DepartmentCounts[]> => {
  const { rows } = await tx.query<DepartmentCounts>(
    `SELECT department, sum(in_scope)::int AS "inScope", sum(contacted_in_time)::int AS "contactedInTime",
            sum(reached)::int AS reached, sum(resolved)::int AS resolved, sum(satisfied)::int AS satisfied
       FROM case_rate WHERE period = $1 GROUP BY department ORDER BY department`,
    [period],
  );
  return rows;
};
