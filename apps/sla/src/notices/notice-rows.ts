import type { Tx } from '@lianban/event-store';
import type { Reaching, TimeKey } from '@lianban/service-kit';
import type { Notice, NoticeKind } from './notices-of.js';

export interface NoticeRow {
  readonly notice_id: string;
  readonly case_id: string;
  readonly case_no: string | null;
  readonly title: string | null;
  readonly clock_id: string | null;
  readonly kind: NoticeKind;
  readonly clock_kind: Notice['clockKind'];
  readonly department: string | null;
  readonly work_order_id: string | null;
  readonly colour: Notice['colour'];
  readonly due_at: Date | null;
  readonly at: Date;
  readonly created_at: Date;
  readonly read_at: Date | null;
  readonly read_by: string | null;
  readonly withdrawn_at: Date | null;
}

/** An inbox: the SQL condition for its notices (uses `$1`), and the columns in which its readers tick off. */
interface Desk {
  readonly sees: string;
  readonly of: string | null;
  readonly readAt: 'read_at' | 'supervisor_read_at';
  readonly readBy: 'read_by' | 'supervisor_read_by';
}

/**
 * Supervisors see everything late and everything without a department. Operators and heads see their own department's notices. Intake and call-back agents see those
 * of the clock they owe. An admin sees everything. The conditions are worded like the indexes, so that Postgres uses these.
 */
const deskOf = ({ actor: { role, department }, reach }: Reaching): Desk => {
  const supervisors = { readAt: 'supervisor_read_at', readBy: 'supervisor_read_by', of: null } as const;
  const owners = { readAt: 'read_at', readBy: 'read_by' } as const;
  const asked = reach.ask();
  if (asked === 'everything') return { ...supervisors, sees: '$1::text IS NULL' };
  if (asked === 'own department') return { ...owners, sees: 'department = $1::text', of: department };
  if (role === 'supervisor') return { ...supervisors, sees: `$1::text IS NULL AND (kind IN ('breach', 'reminder', 'criticism', 'escalation') OR department IS NULL)` };
  if (role === 'intake') return { ...owners, sees: 'department IS NULL AND clock_kind = $1::text', of: 'contact' };
  if (role === 'callback') return { ...owners, sees: 'department IS NULL AND clock_kind = $1::text', of: 'call-back' };
  throw new TypeError(`no desk of ${role} has notices`);
};

const ofCase = (column: 'case_no' | 'title'): string => `(SELECT r.${column} FROM registered_case r WHERE r.case_id = notice.case_id) AS ${column}`;
const columnsOf = ({ readAt, readBy }: Desk): string =>
  `notice_id, case_id, ${ofCase('case_no')}, ${ofCase('title')}, clock_id, kind, clock_kind, department, work_order_id, colour, due_at, at, created_at, ${readAt} AS read_at, ${readBy} AS read_by, withdrawn_at`;

export interface NoticesAsked {
  readonly unread?: boolean | null | undefined;
  readonly kinds?: readonly NoticeKind[] | undefined;
  readonly colour?: Notice['colour'] | undefined;
  /** True: only notices that still stand; false: only withdrawn ones. */
  readonly standing?: boolean | null | undefined;
  readonly after?: TimeKey | undefined;
  readonly limit: number;
}

/** Newest first. */
export const readNotices = async (sql: Tx, caller: Reaching, { unread, kinds, colour, standing, after, limit }: NoticesAsked): Promise<NoticeRow[]> => {
  const desk = deskOf(caller);
  const { rows } = await sql.query<NoticeRow>(
    `SELECT ${columnsOf(desk)} FROM notice
      WHERE ${desk.sees}
        AND ($2::boolean IS NULL OR (${desk.readAt} IS NULL) = $2) AND ($3::text[] IS NULL OR kind = ANY ($3))
        AND ($5::text IS NULL OR colour = $5) AND ($6::boolean IS NULL OR (withdrawn_at IS NULL) = $6)
        ${after ? 'AND (at, notice_id) < ($7::timestamptz, $8::uuid)' : ''}
      ORDER BY at DESC, notice_id DESC LIMIT $4`,
    [desk.of, unread ?? null, kinds ?? null, limit, colour ?? null, standing ?? null, ...(after ?? [])],
  );
  return rows;
};

/** The first reader stays noted. Undefined: this inbox has no such notice. */
export const markRead = async (sql: Tx, caller: Reaching, noticeId: string): Promise<NoticeRow | undefined> => {
  const desk = deskOf(caller);
  const { readAt, readBy } = desk;
  const { rows: [row] } = await sql.query<NoticeRow>(
    `UPDATE notice SET ${readAt} = COALESCE(${readAt}, now()), ${readBy} = COALESCE(${readBy}, $3)
      WHERE ${desk.sees} AND notice_id = $2 RETURNING ${columnsOf(desk)}`,
    [desk.of, noticeId, caller.actor.id],
  );
  return row;
};
