/** The outbox of notices to requesters: table `requester_notice`. */
import type { NoticeChannelName, RequesterNotice } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { TimeKey } from '@lianban/service-kit';
import type { NoticeFacts, NoticeToSend } from './notices-of.js';

/** In the transaction of the event. What was heard again is not queued again. */
export const queueNotices = async (tx: Tx, notices: readonly NoticeToSend[]): Promise<void> => {
  await tx.query(
    `INSERT INTO requester_notice (notice_id, case_id, kind, facts)
     SELECT "noticeId", "caseId", kind, facts FROM jsonb_to_recordset($1) AS n("noticeId" uuid, "caseId" uuid, kind text, facts jsonb) ON CONFLICT (notice_id) DO NOTHING`, [JSON.stringify(notices)]);
};

export interface Claimed {
  readonly noticeId: string;
  readonly caseId: string;
  readonly kind: RequesterNotice;
  readonly facts: NoticeFacts;
  readonly tries: number;
  readonly name: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}

/** Takes due notices for this process alone, until `until`: should it die, they are tried again then. */
export const claimDue = async (sql: Tx, now: Date, until: Date, limit: number): Promise<Claimed[]> => {
  const { rows } = await sql.query<Claimed>(
    `UPDATE requester_notice n SET tries = n.tries + 1, next_try_at = $2
       FROM (SELECT notice_id FROM requester_notice WHERE status = 'waiting' AND next_try_at <= $1 ORDER BY next_try_at LIMIT $3 FOR UPDATE SKIP LOCKED) due
      WHERE n.notice_id = due.notice_id
      RETURNING n.notice_id AS "noticeId", n.case_id AS "caseId", n.kind, n.facts, n.tries,
        (SELECT c.name FROM requester_contact c WHERE c.case_id = n.case_id), (SELECT c.phone FROM requester_contact c WHERE c.case_id = n.case_id),
        (SELECT c.email FROM requester_contact c WHERE c.case_id = n.case_id)`, [now, until, limit]);
  return rows;
};

export type Settled = 'delivered' | 'failed' | 'no-address';

export const settleNotice = async (sql: Tx, noticeId: string, outcome: Settled, channel: NoticeChannelName, error: string | null, now: Date): Promise<void> => {
  await sql.query(`UPDATE requester_notice SET status = $2, channel = $3, error = $4, settled_at = $5, next_try_at = $5 WHERE notice_id = $1`, [noticeId, outcome, channel, error, now]);
};

export const tryAgainAt = async (sql: Tx, noticeId: string, at: Date, channel: NoticeChannelName, error: string): Promise<void> => {
  await sql.query('UPDATE requester_notice SET next_try_at = $2, channel = $3, error = $4 WHERE notice_id = $1', [noticeId, at, channel, error]);
};

export interface FailedNotice {
  readonly notice_id: string;
  readonly case_id: string;
  readonly kind: RequesterNotice;
  readonly status: Settled;
  readonly channel: NoticeChannelName | null;
  readonly error: string | null;
  readonly tries: number;
  readonly settled_at: Date;
}

const failed = `SELECT notice_id, case_id, kind, status, channel, error, tries, date_trunc('milliseconds', settled_at) AS settled_at FROM requester_notice`;

export const readFailed = async (sql: Tx, after: TimeKey | undefined, limit: number): Promise<FailedNotice[]> => {
  const { rows } = await sql.query<FailedNotice>(
    `${failed} WHERE status IN ('failed', 'no-address') AND ($1::uuid IS NULL OR (date_trunc('milliseconds', settled_at), notice_id) > ($2::timestamptz, $1))
      ORDER BY date_trunc('milliseconds', settled_at), notice_id LIMIT $3`, [after?.[1] ?? null, after?.[0] ?? null, limit]);
  return rows;
};

/** @returns whether there was one that had been given up */
export const retryNotice = async (sql: Tx, noticeId: string): Promise<boolean> => {
  const { rowCount } = await sql.query(
    `UPDATE requester_notice SET status = 'waiting', tries = 0, next_try_at = now(), settled_at = NULL, recorded = false WHERE notice_id = $1 AND status IN ('failed', 'no-address')`, [noticeId]) as unknown as { rowCount: number };
  return rowCount > 0;
};
