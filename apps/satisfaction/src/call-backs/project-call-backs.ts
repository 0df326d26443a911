/** Writes the rows of table `call_back`, in the transaction that writes or hears the events. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { SatisfactionEvent } from '../domain/case-call-backs.js';
import { demandOf } from '../domain/facts.js';
import type { SatisfactionFacts } from '../domain/facts.js';

/** `facts` hold what the list shows of a demand. */
export interface CallBackEvents {
  readonly events: readonly EventEnvelope<SatisfactionEvent>[];
  readonly facts: SatisfactionFacts;
}

interface OpenedCallBack {
  readonly call_back_id: string; readonly case_id: string; readonly case_no: string | null; readonly title: string | null; readonly round: number;
  readonly demand_case_id: string | null; readonly lead: string; readonly work_order_id: string; readonly answered_at: string; readonly since: string;
}
interface End {
  readonly status: 'done' | 'cancelled';
  readonly ended_at: string;
  readonly outcome?: object;
}

export const projectCallBacks = async (tx: Tx, changes: readonly CallBackEvents[]): Promise<void> => {
  const opened: OpenedCallBack[] = [];
  const ended = new Map<string, End>();
  for (const { events, facts } of changes) {
    for (const event of events) {
      const { streamId, occurredAt } = event.metadata;
      switch (event.type) {
        case 'lianban.call-back.opened.v2': {
          const { callBackId, round, demandCaseId, lead, workOrderId, answeredAt, since } = event.data;
          const { caseNo = null, title = null } = demandOf(facts, demandCaseId) ?? {};
          opened.push({
            call_back_id: callBackId, case_id: streamId, case_no: caseNo, title, round, demand_case_id: demandCaseId, lead, work_order_id: workOrderId, answered_at: answeredAt, since,
          });
          break;
        }
        case 'lianban.call-back.recorded.v2': {
          const { reached, resolved, satisfaction, comment, unitAtFault, decision } = event.data;
          ended.set(event.data.callBackId, { status: 'done', ended_at: occurredAt, outcome: { reached, resolved, satisfaction, comment, unitAtFault, decision } });
          break;
        }
        case 'lianban.call-back.cancelled.v2':
          ended.set(event.data.callBackId, { ...ended.get(event.data.callBackId), status: 'cancelled', ended_at: occurredAt });
          break;
        case 'lianban.case.counted.v1':
          break;
        default: {
          const unexpected: never = event;
          throw new TypeError(`no projection for ${(unexpected as { type: string }).type}`);
        }
      }
    }
  }
  // A demand has one open call-back in a round. So cancelled ones must be ended before new ones are added.
  const withEnd = opened.map((row) => ({ status: 'due', ...row, ...ended.get(row.call_back_id) }));
  for (const { call_back_id } of opened) ended.delete(call_back_id);
  if (ended.size > 0) {
    await tx.query(
      `UPDATE call_back c SET status = e.status, ended_at = e.ended_at, outcome = coalesce(e.outcome, c.outcome)
         FROM jsonb_to_recordset($1) AS e(call_back_id uuid, status text, ended_at timestamptz, outcome jsonb) WHERE c.call_back_id = e.call_back_id`,
      [JSON.stringify([...ended].map(([callBackId, end]) => ({ call_back_id: callBackId, ...end })))]);
  }
  if (withEnd.length > 0) {
    await tx.query(
      `INSERT INTO call_back (call_back_id, case_id, case_no, title, round, demand_case_id, lead, work_order_id, answered_at, since, status, ended_at, outcome, due_at)
       SELECT call_back_id, case_id, case_no, title, round, demand_case_id, lead, work_order_id, answered_at, since, status, ended_at, outcome,
              (SELECT d.due_at FROM call_back_due d WHERE d.case_id = o.case_id AND d.round = o.round AND d.started_at = o.since)
         FROM jsonb_to_recordset($1) AS o(call_back_id uuid, case_id uuid, case_no text, title text, round integer, demand_case_id uuid, lead text, work_order_id uuid,
              answered_at timestamptz, since timestamptz, status text, ended_at timestamptz, outcome jsonb)`, [JSON.stringify(withEnd)]);
  }
};

type DueEvent = EventEnvelope<EventByType<'lianban.clock.started.v2' | 'lianban.clock.rescheduled.v1'>>;

/**
 * Notes when call-backs are due, from sla's clocks. The call-back itself may not be here yet. Call-backs of one round with the same start have the same due time, so
 * round and start find them.
 */
export const noteDue = async (tx: Tx, events: readonly DueEvent[]): Promise<void> => {
  const started = new Map(events.flatMap(({ type, data, metadata: { streamId } }) => (type === 'lianban.clock.started.v2' && data.kind === 'call-back'
    ? [[`${streamId} ${data.round} ${data.startedAt}`, { case_id: streamId, round: data.round, started_at: data.startedAt, due_at: data.dueAt }] as const] : [])));
  if (started.size > 0) {
    const rows = JSON.stringify([...started.values()]);
    const given = 'jsonb_to_recordset($1) AS d(case_id uuid, round integer, started_at timestamptz, due_at timestamptz)';
    await tx.query(
      `INSERT INTO call_back_due (case_id, round, started_at, due_at) SELECT case_id, round, started_at, due_at FROM ${given}
       ON CONFLICT (case_id, round, started_at) DO UPDATE SET due_at = excluded.due_at`, [rows]);
    await tx.query(`UPDATE call_back c SET due_at = d.due_at FROM ${given} WHERE c.case_id = d.case_id AND c.round = d.round AND c.since = d.started_at`, [rows]);
  }
  for (const { type, data, metadata } of events) {
    if (type !== 'lianban.clock.rescheduled.v1' || data.kind !== 'call-back') continue;
    for (const table of ['call_back_due', 'call_back']) {
      await tx.query(`UPDATE ${table} SET due_at = $4 WHERE case_id = $1 AND round = $2 AND due_at = $3`, [metadata.streamId, data.round, data.previousDueAt, data.dueAt]);
    }
  }
};
