/** Keeps the rows of table `call_back` in the transaction that writes or hears the events. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { SatisfactionEvent } from '../domain/case-call-backs.js';
import { demandOf } from '../domain/facts.js';
import type { SatisfactionFacts } from '../domain/facts.js';

/** `facts` know what the list of call-backs shows of a demand. */
export interface CallBackEvents {
  readonly events: readonly EventEnvelope<SatisfactionEvent>[];
  readonly facts: SatisfactionFacts;
}

export const projectCallBacks = async (tx: Tx, changes: readonly CallBackEvents[]): Promise<void> => {
  for (const { events, facts } of changes) for (const event of events) await projectOne(tx, event, facts);
};

const projectOne = async (tx: Tx, event: EventEnvelope<SatisfactionEvent>, facts: SatisfactionFacts): Promise<void> => {
  const at = event.metadata.occurredAt;
  switch (event.type) {
    case 'lianban.call-back.opened.v2': {
      const { callBackId, round, demandCaseId, lead, workOrderId, answeredAt, since } = event.data;
      const demand = demandOf(facts, demandCaseId);
      await tx.query(
        `INSERT INTO call_back (call_back_id, case_id, case_no, title, round, demand_case_id, lead, work_order_id, answered_at, since, status, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'due', (SELECT due_at FROM call_back_due WHERE case_id = $2 AND round = $5 AND started_at = $10))`,
        [callBackId, event.metadata.streamId, demand?.caseNo ?? null, demand?.title ?? null, round, demandCaseId, lead, workOrderId, answeredAt, since],
      );
      return;
    }
    case 'lianban.call-back.recorded.v2': {
      const { reached, resolved, satisfaction, comment, unitAtFault, decision } = event.data;
      await tx.query(`UPDATE call_back SET status = 'done', ended_at = $2, outcome = $3 WHERE call_back_id = $1`, [
        event.data.callBackId, at, JSON.stringify({ reached, resolved, satisfaction, comment, unitAtFault, decision }),
      ]);
      return;
    }
    case 'lianban.call-back.cancelled.v2':
      await tx.query(`UPDATE call_back SET status = 'cancelled', ended_at = $2 WHERE call_back_id = $1`, [event.data.callBackId, at]);
      return;
    default: {
      const unexpected: never = event;
      throw new TypeError(`no projection for ${(unexpected as { type: string }).type}`);
    }
  }
};

type DueEvent = EventEnvelope<EventByType<'lianban.clock.started.v2' | 'lianban.clock.rescheduled.v1'>>;

/**
 * Notes when call-backs are due, from the clocks that the sla service started; a call-back itself may not be here yet. Those of one round that
 * are due since the same instant have the same due time, so that is what they are found by.
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
