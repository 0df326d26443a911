import type { Tx } from '@lianban/event-store';
import { asWritten } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

/** A visit as it is written. */
export interface VisitToKeep {
  readonly visitId: string;
  readonly visitedAt: string;
  readonly territory: string;
  readonly firmId: string | null;
  readonly householdId: string | null;
  readonly planId: string | null;
  readonly post: string;
  readonly portfolio: string | null;
  readonly met: boolean;
  readonly note: OriginalText | null;
  readonly visitedBy: string;
  readonly caseIds: readonly string[];
}

export const keepVisits = async (tx: Tx, visits: readonly VisitToKeep[]): Promise<void> => {
  await tx.query(
    `INSERT INTO visit (visit_id, visited_at, territory, firm_id, household_id, plan_id, post, portfolio, met, note, visited_by, case_ids)
     SELECT "visitId", "visitedAt", territory, "firmId", "householdId", "planId", post, portfolio, met, note, "visitedBy", "caseIds"
       FROM jsonb_to_recordset($1) AS v("visitId" uuid, "visitedAt" timestamptz, territory text, "firmId" uuid, "householdId" uuid, "planId" uuid, post text, portfolio text, met boolean,
                                        note text, "visitedBy" text, "caseIds" uuid[])`,
    [JSON.stringify(visits.map(({ note, ...visit }) => ({ ...visit, note: note && asWritten(note) })))]);
};

export interface Household {
  readonly householdId: string;
  readonly territory: string;
  readonly building: string | null;
  readonly door: string;
}

/** In the order of their ids, so that two transactions never wait for each other. */
export const keepHouseholds = async (tx: Tx, households: readonly Household[]): Promise<void> => {
  await tx.query(
    `INSERT INTO household (household_id, territory, building, door)
     SELECT "householdId", territory, building, door FROM jsonb_to_recordset($1) AS h("householdId" uuid, territory text, building text, door text) ORDER BY "householdId"
     ON CONFLICT DO NOTHING`, [JSON.stringify(households)]);
};

/** A visit as it is shown to those who visit. */
export interface VisitRow extends Omit<VisitToKeep, 'visitedAt' | 'note'> {
  readonly visitedAt: Date;
  readonly note: string | null;
  readonly firmName: string | null;
  readonly building: string | null;
  readonly door: string | null;
}

export interface VisitsQuestion {
  readonly visitId: string | null;
  readonly firmId: string | null;
  readonly householdId: string | null;
  readonly planId: string | null;
  readonly territory: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** The newest first. */
export const listVisits = async (sql: Tx, asked: VisitsQuestion, after: readonly [at: string | null, visitId: string] | undefined, limit: number): Promise<VisitRow[]> => {
  const { rows } = await sql.query<VisitRow>(
    `SELECT v.visit_id AS "visitId", v.visited_at AS "visitedAt", v.territory, v.firm_id AS "firmId", f.name AS "firmName", v.household_id AS "householdId", h.building, h.door,
            v.plan_id AS "planId", v.post, v.portfolio, v.met, v.note, v.visited_by AS "visitedBy", v.case_ids AS "caseIds"
       FROM visit v LEFT JOIN firm f USING (firm_id) LEFT JOIN household h USING (household_id)
      WHERE ($1::uuid IS NULL OR v.visit_id = $1) AND ($2::uuid IS NULL OR v.firm_id = $2) AND ($3::uuid IS NULL OR v.household_id = $3) AND ($4::uuid IS NULL OR v.plan_id = $4)
        AND ($5::text IS NULL OR v.territory = $5) AND ($6::timestamptz IS NULL OR v.visited_at >= $6) AND ($7::timestamptz IS NULL OR v.visited_at < $7)
        AND ($8::timestamptz IS NULL OR (v.visited_at, v.visit_id) < ($8, $9::uuid))
      ORDER BY v.visited_at DESC, v.visit_id DESC LIMIT $10`,
    [asked.visitId, asked.firmId, asked.householdId, asked.planId, asked.territory, asked.from, asked.to, ...(after ?? [null, null]), limit]);
  return rows;
};
