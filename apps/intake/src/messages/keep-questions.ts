import type { CaseEvent, EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';

/** Keeps the rows of `waiting_question` in the transaction of the events. */
export const keepWaitingQuestions = async (tx: Tx, events: readonly EventEnvelope<CaseEvent<'intake'>>[]): Promise<void> => {
  const asked: { case_id: string; message_id: string; waits_until: string }[] = [];
  const over: string[] = [];
  for (const { type, data, metadata: { streamId } } of events) {
    if (type === 'lianban.question.lapsed.v1') over.push(data.messageId);
    if (type !== 'lianban.message.sent.v1') continue;
    if (data.waitsUntil !== null) asked.push({ case_id: streamId, message_id: data.messageId, waits_until: data.waitsUntil });
    if (data.answers !== null) over.push(data.answers);
  }
  if (asked.length > 0) {
    await tx.query(
      `INSERT INTO waiting_question (case_id, message_id, waits_until, look_at)
       SELECT case_id, message_id, waits_until, waits_until FROM jsonb_to_recordset($1) AS q(case_id uuid, message_id uuid, waits_until timestamptz) ON CONFLICT DO NOTHING`, [JSON.stringify(asked)]);
  }
  if (over.length > 0) await tx.query('DELETE FROM waiting_question WHERE message_id = ANY ($1::uuid[])', [over]);
};

export const concernsQuestions = ({ type }: EventEnvelope): boolean => type === 'lianban.message.sent.v1' || type === 'lianban.question.lapsed.v1';
