/** Questions whose time is over: the clocks go on (docs/domain.md, "What the requester says"). */
import type { EventStore, Tx } from '@lianban/event-store';
import { actOnDueCases, dueMetrics } from '@lianban/timers';
import type { ActedOn, Timer } from '@lianban/timers';
import { intakeStream } from '../intake-stream.js';
import { lapseQuestion } from './send-message.decider.js';

interface Due {
  readonly caseId: string;
  readonly messageId: string;
  readonly waitsUntil: Date;
}

/** Ends the waiting with its own time, even when the timer ran late. */
export const lapseQuestions = (store: EventStore, now: Date, limit: number): Promise<ActedOn<Due>> =>
  actOnDueCases({ store, source: 'intake', now, limit }, () => ({
    stream: intakeStream,
    due: lockDue,
    decide: ({ state, history, due: { messageId, waitsUntil } }) => {
      const asked = history.find(({ type, data }) => type === 'lianban.message.sent.v1' && data.messageId === messageId);
      return lapseQuestion(state, messageId).map((event) => ({ ...event, occurredAt: waitsUntil.toISOString(), cause: asked?.metadata }));
    },
    // A question that was settled already leaves no event, and its row goes all the same.
    rows: ({ due }, write) => write(dropQuestions, due),
    putOff,
  }));

/** Each case once: one has at most one question that waits. */
const lockDue = async (tx: Tx, now: Date, limit: number): Promise<Due[]> => {
  const { rows } = await tx.query<{ case_id: string; message_id: string; waits_until: Date }>(
    'SELECT case_id, message_id, waits_until FROM waiting_question WHERE look_at <= $1 ORDER BY look_at LIMIT $2 FOR UPDATE SKIP LOCKED', [now, limit]);
  const due = rows.map(({ case_id: caseId, message_id: messageId, waits_until: waitsUntil }) => ({ caseId, messageId, waitsUntil }));
  return due.filter(({ caseId }, place) => due.findIndex((other) => other.caseId === caseId) === place);
};

const dropQuestions = async (tx: Tx, over: readonly Due[]): Promise<void> => {
  await tx.query('DELETE FROM waiting_question WHERE message_id = ANY ($1::uuid[])', [over.map(({ messageId }) => messageId)]);
};

const putOff = async (tx: Tx, later: readonly { readonly due: Due; readonly until: Date }[]): Promise<void> => {
  await tx.query('UPDATE waiting_question q SET look_at = l.until FROM unnest($1::uuid[], $2::timestamptz[]) AS l(message_id, until) WHERE q.message_id = l.message_id',
    [later.map(({ due }) => due.messageId), later.map(({ until }) => until)]);
};

const dueQuestions = dueMetrics('lianban_questions', 'Questions to requesters whose time is over and whose clocks have not been told yet', 'SELECT look_at AS at FROM waiting_question');

/** Lets the clocks go on, for as long as the process runs. */
export const questionTimer = (store: EventStore): Timer => ({ name: 'questions', intervalMs: 5_000, metrics: dueQuestions, act: (now) => lapseQuestions(store, now, 50) });
