/** The thread between a requester and those who handle the case (docs/domain.md, "What the requester says"). Nobody moderates it. */
import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { hasEnded, inThisLife, notEnded } from '../domain/case-in-status.js';
import type { IntakeCase, IntakeEvent, IntakeState, Question } from '../domain/intake-case.js';

export type SendMessage = { readonly messageId: string; readonly text: MaskedText } & (
  | { readonly side: 'requester' }
  | { readonly side: 'handler'; readonly department: string | null; readonly asks: boolean }
);

/** Rules of the district at the time of the message. */
export interface WaitingRules {
  /** Days of 24 hours that a question waits at most. */
  readonly waitDays: number;
  /** Questions that may wait, in one life of the case. */
  readonly mostWaiting: number;
}

const dayMs = 86_400_000;

/** The question that the clocks wait for, at that time. */
export const waitingQuestion = ({ questions }: Pick<IntakeCase, 'questions'>, at: string): Question | undefined =>
  questions.find(({ settledAt, waitsUntil }) => settledAt === null && waitsUntil !== null && Date.parse(at) < Date.parse(waitsUntil));

export const sendMessage = (state: IntakeState, command: SendMessage, { waitDays, mostWaiting }: WaitingRules, at: string): IntakeEvent[] => {
  const current = notEnded(state);
  const { messageId, text, side } = command;
  const message = { messageId, side, department: null, text, asks: false, waitsUntil: null, answers: null };
  if (side === 'requester') {
    const question = waitingQuestion(current, at) ?? current.questions.findLast(({ settledAt }) => settledAt === null);
    return [{ type: 'lianban.message.sent.v1', data: { ...message, answers: question?.messageId ?? null } }];
  }
  const { department, asks } = command;
  if (!asks) return [{ type: 'lianban.message.sent.v1', data: { ...message, department } }];
  const open = waitingQuestion(current, at);
  if (open) throw new DomainError('state-conflict', say('question-waits', { at: open.waitsUntil as string }));
  // Only a handling unit has clocks that could wait; of its questions in this life the first ones do.
  const waited = current.questions.filter((question) => question.waitsUntil !== null && inThisLife(current, question.at)).length;
  const waits = department !== null && current.acceptedAt !== null && waited < mostWaiting;
  return [{ type: 'lianban.message.sent.v1', data: { ...message, department, asks, waitsUntil: waits ? new Date(Date.parse(at) + waitDays * dayMs).toISOString() : null } }];
};

/** Reaction to time: the clocks go on without an answer. */
export const lapseQuestion = (state: IntakeState, messageId: string): IntakeEvent[] => {
  if (state === null || hasEnded(state)) return [];
  const question = state.questions.find((each) => each.messageId === messageId);
  return question?.settledAt === null ? [{ type: 'lianban.question.lapsed.v1', data: { messageId, department: question.department } }] : [];
};
