import type { Tx } from '@lianban/event-store';
import { fingerprintIn, fingerprintOfDemand, keysOf, writeFingerprint } from '@lianban/similar-cases';
import type { Fingerprint } from '@lianban/similar-cases';
import type { IntakeCase } from '../domain/intake-case.js';

export interface SimilarCaseRow {
  readonly caseId: string;
  readonly registeredAt: Date;
  readonly territory: string;
  readonly requester: string | null;
  readonly endedAt: Date | null;
  readonly fingerprint: Fingerprint;
}

export interface KeptCase { readonly caseId: string; readonly state: IntakeCase; readonly requester: string | null }

/** Adds cases; one that is there already stays as it is. */
export const keepSimilarCases = async (tx: Tx, cases: readonly KeptCase[]): Promise<void> => {
  const rows = cases.map(({ caseId, state, requester }) => {
    const fingerprint = fingerprintOfDemand(state);
    return {
      case_id: caseId, registered_at: state.registeredAt, territory: state.territory, requester, ended_at: state.endedAt,
      fingerprint: writeFingerprint(fingerprint), keys: keysOf(fingerprint),
    };
  });
  await tx.query(
    `INSERT INTO similar_case (case_id, registered_at, territory, requester, ended_at, fingerprint, keys)
     SELECT case_id, registered_at, territory, requester, ended_at, decode(fingerprint, 'base64'), ARRAY(SELECT jsonb_array_elements_text(keys)::integer)
       FROM jsonb_to_recordset($1) AS c(case_id uuid, registered_at timestamptz, territory text, requester text, ended_at timestamptz, fingerprint text, keys jsonb)
     ON CONFLICT (case_id) DO NOTHING`, [JSON.stringify(rows)]);
};

/** A case has ended or goes on: the last of several changes counts. */
export const noteEnds = async (tx: Tx, ends: readonly { readonly caseId: string; readonly endedAt: string | null }[]): Promise<void> => {
  const last = new Map(ends.map((end) => [end.caseId, end]));
  await tx.query(
    `UPDATE similar_case s SET ended_at = e."endedAt" FROM jsonb_to_recordset($1) AS e("caseId" uuid, "endedAt" timestamptz) WHERE s.case_id = e."caseId"`,
    [JSON.stringify([...last.values()])]);
};

interface Row extends Omit<SimilarCaseRow, 'fingerprint'> { readonly fingerprint: Buffer }
const columns = 'case_id AS "caseId", registered_at AS "registeredAt", territory, requester, ended_at AS "endedAt", fingerprint';
const rowOf = (row: Row): SimilarCaseRow => ({ ...row, fingerprint: fingerprintIn(row.fingerprint) });

export const findSimilarCase = async (sql: Tx, caseId: string): Promise<SimilarCaseRow | undefined> => {
  const { rows: [row] } = await sql.query<Row>(`SELECT ${columns} FROM similar_case WHERE case_id = $1`, [caseId]);
  return row && rowOf(row);
};

/** How many are compared in full: those that share the most keys. Of the pairs that are alike, 997 in 1,000 are among them (docs/duplicates.md). */
const compared = 50;

export interface CandidateQuestion {
  readonly fingerprint: Fingerprint;
  /** Those that have ended in the period, instead of open ones that were registered in it. */
  readonly ended: boolean;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
}

/** Cases that may be alike; only the similarity of the fingerprints says whether they are. */
export const findCandidates = async (sql: Tx, { fingerprint, from, to, ended }: CandidateQuestion): Promise<SimilarCaseRow[]> => {
  const { rows } = await sql.query<Row>(
    `SELECT ${columns} FROM similar_case
      WHERE keys && $1::integer[] AND ${ended ? 'ended_at BETWEEN $2 AND $3' : 'ended_at IS NULL AND registered_at BETWEEN $2 AND $3'}
      ORDER BY (SELECT count(*) FROM unnest(keys) key WHERE key = ANY ($1)) DESC, registered_at DESC, case_id LIMIT ${compared}`,
    [keysOf(fingerprint), from, to]);
  return rows.map(rowOf);
};
