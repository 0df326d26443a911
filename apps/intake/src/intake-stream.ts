import type { EventEnvelope } from '@lianban/contracts';
import type { Aggregate } from '@lianban/service-kit';
import { evolveFacts, initialFacts } from './domain/facts.js';
import type { IntakeFacts } from './domain/facts.js';
import { evolve, initialState } from './domain/intake-case.js';
import type { IntakeEvent, IntakeState } from './domain/intake-case.js';
import { concernsQuestions, keepWaitingQuestions } from './messages/keep-questions.js';

/** The stream of a case holds intake's own events and nothing else; `evolve` refuses the rest. */
export const intakeStream: Aggregate<IntakeState, IntakeFacts> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<IntakeEvent>),
  facts: { initial: initialFacts, evolve: evolveFacts },
  rows: ({ events }, write) => {
    for (const event of events) if (concernsQuestions(event)) write(keepWaitingQuestions, event as EventEnvelope<IntakeEvent>);
  },
  // Time alone ends the waiting for an answer; otherwise a person has entered what each event comes from. What a command rests on is in the stream itself: no fact is needed to date it.
  isAside: ({ type }) => type === 'lianban.question.lapsed.v1',
};

/** A contact is dated by when it was made, after the registration: what else was entered meanwhile does not bind it. */
export const contactStream: typeof intakeStream = { ...intakeStream, isAside: ({ type }) => type !== 'lianban.case.registered.v1' };
