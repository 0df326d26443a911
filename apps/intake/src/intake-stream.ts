import type { EventEnvelope } from '@lianban/contracts';
import type { Aggregate } from '@lianban/service-kit';
import { evolveFacts, initialFacts } from './domain/facts.js';
import type { IntakeFacts } from './domain/facts.js';
import { evolve, initialState } from './domain/intake-case.js';
import type { IntakeEvent, IntakeState } from './domain/intake-case.js';
import { queueNotices } from './tell-requester/notice-rows.js';
import { noticesOf } from './tell-requester/notices-of.js';
import { concernsQuestions, keepWaitingQuestions } from './messages/keep-questions.js';
import { noteEnds } from './similar-cases/similar-case-rows.js';

/** After these a case is open where it was not, or the other way round. */
const endsOrGoesOn = new Set<string>([
  'lianban.case.refused.v1', 'lianban.case.handled-on-the-spot.v1', 'lianban.case.withdrawn.v1', 'lianban.case.closed.v1', 'lianban.case.merged.v1',
  'lianban.case.reopened.v1', 'lianban.case.unmerged.v1',
] satisfies IntakeEvent['type'][]);

/** The stream of a case holds intake's own events and nothing else; `evolve` refuses the rest. */
export const intakeStream: Aggregate<IntakeState, IntakeFacts> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<IntakeEvent>),
  facts: { initial: initialFacts, evolve: evolveFacts },
  rows: ({ streamId, state, events }, write) => {
    if (state !== null) for (const event of events) for (const notice of noticesOf(event as EventEnvelope<IntakeEvent>, state)) write(queueNotices, notice);
    for (const event of events) if (concernsQuestions(event)) write(keepWaitingQuestions, event as EventEnvelope<IntakeEvent>);
    if (state !== null && events.some(({ type }) => endsOrGoesOn.has(type))) write(noteEnds, { caseId: streamId, endedAt: state.endedAt });
  },
  // Time alone ends the waiting for an answer, and brings the news that a requester was told; otherwise a person has entered what each event comes from. What a command rests on is in the stream itself: no fact is needed to date it.
  isAside: ({ type }) => type === 'lianban.question.lapsed.v1' || type === 'lianban.requester.told.v1',
};

/** A contact is dated by when it was made, after the registration: what else was entered meanwhile does not bind it. */
export const contactStream: typeof intakeStream = { ...intakeStream, isAside: ({ type }) => type !== 'lianban.case.registered.v1' };
