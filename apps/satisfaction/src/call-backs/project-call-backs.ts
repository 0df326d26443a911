/** Keeps the rows of table `call_back` in the transaction that writes or hears the events. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { SatisfactionEvent } from '../domain/case-call-backs.js';
import type { SatisfactionFacts } from '../domain/facts.js';

/** `demand` is what the list of call-backs shows of the case. */
export interface CallBackEvents {
  readonly events: readonly EventEnvelope<SatisfactionEvent>[];
  readonly demand: SatisfactionFacts['demand'];
}

export const projectCallBacks = async (tx: Tx, changes: readonly CallBackEvents[]): Promise<void> => {
  for (const { events, demand } of changes) for (const event of events) await projectOne(tx, event, demand);
};

const projectOne = async (tx: Tx, event: EventEnvelope<SatisfactionEvent>, demand: SatisfactionFacts['demand']): Promise<void> => {
  const at = event.metadata.occurredAt;
  switch (event.type) {
    case 'lianban.call-back.opened.v1': {
      const { callBackId, round, lead, workOrderId, answeredAt } = event.data;
      await tx.query(
        `INSERT INTO call_back (call_back_id, case_id, case_no, title, round, lead, work_order_id, answered_at, status, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'due', (SELECT due_at FROM call_back_due WHERE case_id = $2 AND round = $5))`,
        [callBackId, event.metadata.streamId, demand?.caseNo ?? null, demand?.title ?? null, round, lead, workOrderId, answeredAt],
      );
      return;
    }
    case 'lianban.call-back.recorded.v1': {
      const { reached, resolved, satisfaction, comment, unitAtFault, decision } = event.data;
      await tx.query(`UPDATE call_back SET status = 'done', ended_at = $2, outcome = $3 WHERE call_back_id = $1`, [
        event.data.callBackId, at, JSON.stringify({ reached, resolved, satisfaction, comment, unitAtFault, decision }),
      ]);
      return;
    }
    case 'lianban.call-back.cancelled.v1':
      await tx.query(`UPDATE call_back SET status = 'cancelled', ended_at = $2 WHERE call_back_id = $1`, [event.data.callBackId, at]);
      return;
    default: {
      const unexpected: never = event;
      throw new TypeError(`no projection for ${(unexpected as { type: string }).type}`);
    }
  }
};

/** Notes when call-backs are due, from the clocks that the sla service started; a call-back itself may not be here yet. */
export const noteDue = async (tx: Tx, started: readonly EventEnvelope<EventByType<'lianban.clock.started.v2' | 'lianban.clock.rescheduled.v1'>>[]): Promise<void> => {
  const due = new Map(started.flatMap(({ data, metadata }) =>
    (data.kind === 'call-back' ? [[`${metadata.streamId} ${data.round}`, { case_id: metadata.streamId, round: data.round, due_at: data.dueAt }] as const] : [])));
  if (due.size === 0) return;
  const rows = JSON.stringify([...due.values()]);
  await tx.query(
    `INSERT INTO call_back_due (case_id, round, due_at) SELECT case_id, round, due_at FROM jsonb_to_recordset($1) AS d(case_id uuid, round integer, due_at timestamptz)
     ON CONFLICT (case_id, round) DO UPDATE SET due_at = excluded.due_at`, [rows]);
  await tx.query(
    `UPDATE call_back c SET due_at = d.due_at FROM jsonb_to_recordset($1) AS d(case_id uuid, round integer, due_at timestamptz)
      WHERE c.case_id = d.case_id AND c.round = d.round`, [rows]);
};
