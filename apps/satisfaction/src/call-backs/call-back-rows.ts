/** Reads table `call_back`: one call-back, or the list of due and done ones. */
import type { CallBackStatus } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { TimeKey } from '@lianban/service-kit';
import { noSuchCallBack } from '../domain/case-call-backs.js';

export interface CallBackRow {
  call_back_id: string;
  case_id: string;
  case_no: string | null;
  title: string | null;
  round: number;
  demand_case_id: string | null;
  lead: string;
  answered_at: Date;
  status: CallBackStatus;
  ended_at: Date | null;
  outcome: {
    reached: boolean; resolved: boolean | null; satisfaction: number | null; comment: string | null; unitAtFault: boolean | null;
    decision: 'close' | 'rework';
  } | null;
  /** The list is sorted by this. */
  due_at: Date | null;
}

const columns = `call_back_id, case_id, case_no, title, round, demand_case_id, lead, answered_at, status, ended_at, outcome, due_at`;

/** @throws DomainError `not-found` */
export const readCallBack = async (tx: Tx, callBackId: string): Promise<CallBackRow> => {
  const { rows: [row] } = await tx.query<CallBackRow>(`SELECT ${columns} FROM call_back WHERE call_back_id = $1`, [callBackId]);
  if (!row) throw noSuchCallBack();
  return row;
};

export interface CallBackQuestion {
  readonly statuses: readonly CallBackStatus[];
  /** Due time and id of the last row shown. */
  readonly after?: TimeKey;
  readonly limit: number;
}

/** Soonest due first. Call-backs whose clock has not been heard of yet come last. */
export const readCallBacks = async (tx: Tx, { statuses, after, limit }: CallBackQuestion): Promise<CallBackRow[]> => {
  const { rows } = await tx.query<CallBackRow>(
    `SELECT ${columns} FROM call_back
      WHERE status = ANY ($1) AND ($3::uuid IS NULL OR (COALESCE(due_at, 'infinity'), call_back_id) > (COALESCE($2::timestamptz, 'infinity'), $3))
      ORDER BY COALESCE(due_at, 'infinity'), call_back_id
      LIMIT $4`,
    [statuses, ...(after ?? [null, null]), limit],
  );
  return rows;
};
