import type { NoticeChannel } from './notice-channel.js';
import type { Notice, NoticeChange, Withdrawal } from './notices-of.js';

/** Tells people in the inbox of the application. Writes rows of `notice`, with two statements for any number of cases. */
export const inboxChannel: NoticeChannel = async (tx, changes) => {
  const withdrawals = changes.flatMap((change) => ('withdraw' in change ? [change.withdraw] : []));
  if (withdrawals.length > 0) {
    await tx.query(
      `UPDATE notice n SET withdrawn_at = w.at FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS w(clock_id, kind, at)
        WHERE n.clock_id = w.clock_id AND n.kind = w.kind AND n.withdrawn_at IS NULL`,
      [withdrawals.map(({ clockId }) => clockId), withdrawals.map(({ kind }) => kind), withdrawals.map(({ at }) => at)],
    );
  }
  const told = toldIn(changes);
  if (told.length === 0) return;
  const column = (of: (notice: Told) => string | null) => told.map(of);
  await tx.query(
    // Cut to milliseconds, since a cursor can hold no finer time.
    `INSERT INTO notice (notice_id, case_id, clock_id, kind, clock_kind, department, colour, due_at, at, withdrawn_at, work_order_id)
     SELECT notice_id, case_id, clock_id, kind, clock_kind, department, colour, due_at, date_trunc('milliseconds', at), withdrawn_at, work_order_id
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::uuid[])
            AS told(notice_id, case_id, clock_id, kind, clock_kind, department, colour, due_at, at, withdrawn_at, work_order_id)
     ON CONFLICT (notice_id) DO NOTHING`,
    [column((n) => n.noticeId), column((n) => n.caseId), column((n) => n.clockId), column((n) => n.kind), column((n) => n.clockKind), column((n) => n.department),
      column((n) => n.colour), column((n) => n.dueAt), column((n) => n.at), column((n) => n.withdrawnAt), column((n) => n.workOrderId)],
  );
};

type Told = Notice & { readonly withdrawnAt: string | null };

/** A notice that the same transaction tells and takes back is written as withdrawn. */
const toldIn = (changes: readonly NoticeChange[]): Told[] =>
  changes.flatMap((change, place) => {
    if (!('tell' in change)) return [];
    const isTakenBack = ({ clockId, kind }: Withdrawal) => clockId === change.tell.clockId && kind === change.tell.kind;
    const later = changes.slice(place + 1).find((other) => 'withdraw' in other && isTakenBack(other.withdraw));
    return [{ ...change.tell, withdrawnAt: later && 'withdraw' in later ? later.withdraw.at : null }];
  });
