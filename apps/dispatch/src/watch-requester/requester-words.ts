import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';

export const wordTypes = ['lianban.case.urged.v1', 'lianban.case.supplemented.v1', 'lianban.message.sent.v1', 'lianban.question.lapsed.v1'] as const;
type Word = EventEnvelope<EventByType<(typeof wordTypes)[number]>>;

interface Row {
  readonly case_id: string; readonly at: string;
  readonly urged: number | null; readonly supplemented: number | null; readonly wrote: boolean; readonly settles: boolean; readonly waits_until: string | null;
}

const rowOf = (event: Word): Row => {
  const { streamId: case_id, occurredAt: at } = event.metadata;
  const nothing = { case_id, at, urged: null, supplemented: null, wrote: false, settles: false, waits_until: null };
  switch (event.type) {
    case 'lianban.case.urged.v1': return { ...nothing, urged: event.data.ordinal };
    case 'lianban.case.supplemented.v1': return { ...nothing, supplemented: event.data.ordinal };
    case 'lianban.message.sent.v1': return { ...nothing, wrote: event.data.side === 'requester', settles: event.data.answers !== null, waits_until: event.data.waitsUntil };
    case 'lianban.question.lapsed.v1': return { ...nothing, settles: true };
  }
};

/** Keeps the rows of `requester_word`, in the order in which things were said. */
export const noteWords = async (tx: Tx, events: readonly Word[]): Promise<void> => {
  for (const { case_id, at, urged, supplemented, wrote, settles, waits_until } of events.map(rowOf)) {
    await tx.query(
      `INSERT INTO requester_word AS r (case_id, urgings, last_urged_at, supplements, messages, last_wrote_at, waits_until)
       VALUES ($1, coalesce($3, 0), CASE WHEN $3::integer IS NOT NULL THEN $2::timestamptz END, coalesce($4, 0), $5::integer, CASE WHEN $5::integer = 1 THEN $2::timestamptz END, $7)
       ON CONFLICT (case_id) DO UPDATE SET
         urgings = greatest(r.urgings, excluded.urgings), last_urged_at = greatest(r.last_urged_at, excluded.last_urged_at), supplements = greatest(r.supplements, excluded.supplements),
         messages = r.messages + excluded.messages, last_wrote_at = greatest(r.last_wrote_at, excluded.last_wrote_at),
         waits_until = CASE WHEN $6::boolean THEN NULL ELSE coalesce(excluded.waits_until, r.waits_until) END`,
      [case_id, at, urged, supplemented, wrote ? 1 : 0, settles, waits_until]);
  }
};
