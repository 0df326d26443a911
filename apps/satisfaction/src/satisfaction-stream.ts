import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { StreamDefinition } from '@lianban/service-kit';
import { evolve, initialState } from './domain/case-call-backs.js';
import type { SatisfactionEvent, SatisfactionState } from './domain/case-call-backs.js';
import { initialFacts } from './domain/facts.js';
import type { SatisfactionFacts } from './domain/facts.js';

/** The stream of a case holds satisfaction's own events and nothing else; `evolve` refuses the rest. */
export const satisfactionStream: StreamDefinition<SatisfactionState, SatisfactionFacts> = {
  initialState,
  initialFacts,
  evolve: (state, event) => evolve(state, event as EventEnvelope<SatisfactionEvent>),
  // A person has entered what each of them comes from.
  isAside: () => false,
  // A call-back opens in this stream, at the time of the answer it asks about.
  notBefore: () => null,
};

export const asSatisfactionEvents = (events: readonly EventEnvelope[]): readonly EventEnvelope<SatisfactionEvent>[] =>
  events as readonly EventEnvelope<SatisfactionEvent>[];

/** Names the call-backs an event leads to, the same when it is heard again. */
export const callBackIdOf = ({ metadata }: EventEnvelope) => (demandCaseId: string | null): string =>
  deterministicId(metadata.id, 'call-back', ...(demandCaseId === null ? [] : [demandCaseId]));
