/** Keeps the rows of table `call_back` in the transaction that writes or hears the events. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { SatisfactionEvent } from '../domain/case-call-backs.js';
import type { SatisfactionFacts } from '../domain/facts.js';

/** `demand` is what the list of call-backs shows of the case. */
export const projectCallBacks = async (
  tx: Tx,
  events: readonly EventEnvelope<SatisfactionEvent>[],
  demand: SatisfactionFacts['demand'],
): Promise<void> => {
  for (const event of events) await projectOne(tx, event, demand);
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

/** Notes when a call-back is due, from the clock that the sla service started; the call-back itself may not be here yet. */
export const noteDue = async (tx: Tx, { data, metadata }: EventEnvelope<EventByType<'lianban.clock.started.v1'>>): Promise<void> => {
  if (data.kind !== 'call-back') return;
  await tx.query(
    `INSERT INTO call_back_due (case_id, round, due_at) VALUES ($1, $2, $3) ON CONFLICT (case_id, round) DO UPDATE SET due_at = excluded.due_at`,
    [metadata.streamId, data.round, data.dueAt],
  );
  await tx.query('UPDATE call_back SET due_at = $3 WHERE case_id = $1 AND round = $2', [metadata.streamId, data.round, data.dueAt]);
};
