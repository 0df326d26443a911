import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { Aggregate } from '@lianban/service-kit';
import { projectCallBacks } from './call-backs/project-call-backs.js';
import { evolve, initialState } from './domain/case-call-backs.js';
import type { SatisfactionEvent, SatisfactionState } from './domain/case-call-backs.js';
import { evolveFacts, initialFacts } from './domain/facts.js';
import type { FactEvent, SatisfactionFacts } from './domain/facts.js';
import { projectRates } from './keep-rates/project-rates.js';

/** The stream of a case holds satisfaction's own events and nothing else; `evolve` refuses the rest. */
export const satisfactionStream: Aggregate<SatisfactionState, SatisfactionFacts> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<SatisfactionEvent>),
  facts: { initial: initialFacts, evolve: (facts, event) => evolveFacts(facts, event as EventEnvelope<FactEvent>) },
  rows: ({ events, facts }, write) => {
    const written = asSatisfactionEvents(events);
    write(projectCallBacks, { events: written, facts });
    for (const event of written) if (event.type === 'lianban.call-back.recorded.v2') write(projectRates, event);
  },
  // Nothing is aside: a person has entered what each event comes from. A call-back opens here, at the time of the answer it asks about: no fact is needed to date it.
};

export const asSatisfactionEvents = (events: readonly EventEnvelope[]): readonly EventEnvelope<SatisfactionEvent>[] =>
  events as readonly EventEnvelope<SatisfactionEvent>[];

/** Names the call-backs an event leads to, the same when it is heard again. */
export const callBackIdOf = ({ metadata }: EventEnvelope) => (demandCaseId: string | null): string =>
  deterministicId(metadata.id, 'call-back', ...(demandCaseId === null ? [] : [demandCaseId]));
