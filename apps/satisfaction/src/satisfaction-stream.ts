import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { Aggregate, Change, Reaction, WriteRows } from '@lianban/service-kit';
import { projectCallBacks } from './call-backs/project-call-backs.js';
import { evolve, initialState } from './domain/case-call-backs.js';
import type { SatisfactionEvent, SatisfactionState } from './domain/case-call-backs.js';
import { countOf, withCount } from './domain/count.js';
import { currentFacts, evolveFacts, initialFacts } from './domain/facts.js';
import type { SatisfactionFacts } from './domain/facts.js';
import { projectRates } from './keep-rates/project-rates.js';

/** The stream of a case holds only satisfaction's own events; `evolve` refuses others. */
export const satisfactionStream: Aggregate<SatisfactionState, SatisfactionFacts> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<SatisfactionEvent>),
  facts: { initial: initialFacts, upgrade: currentFacts, evolve: evolveFacts },
  rows: (change, write) => {
    write(projectCallBacks, { events: asSatisfactionEvents(change.events), facts: change.facts });
    keepRates(change, write);
  },
  // `case.counted` follows from what other services' people enter, with their times. So an entry here may be dated before it.
  isAside: ({ type }) => type === 'lianban.case.counted.v1',
};

const keepRates = ({ streamId, state, facts }: Omit<Change<SatisfactionState, SatisfactionFacts>, 'version'>, write: WriteRows): void => {
  const counted = countOf(state, facts);
  if (counted !== null) write(projectRates, { caseId: streamId, counted });
};

/** How satisfaction takes in any event of another service: `decide` says what follows, then the figures are published if they changed. */
export const reaction = (decide: (state: SatisfactionState, facts: SatisfactionFacts) => readonly SatisfactionEvent[] = () => []): Reaction<SatisfactionState, SatisfactionFacts> => ({
  stream: satisfactionStream,
  decide: ({ state, facts }) => withCount(state, facts, decide(state, facts)),
  rows: keepRates,
});

export const asSatisfactionEvents = (events: readonly EventEnvelope[]): readonly EventEnvelope<SatisfactionEvent>[] =>
  events as readonly EventEnvelope<SatisfactionEvent>[];

/** Makes the ids of call-backs that an event opens. Hearing the event again gives the same ids. */
export const callBackIdOf = ({ metadata }: EventEnvelope) => (demandCaseId: string | null): string =>
  deterministicId(metadata.id, 'call-back', ...(demandCaseId === null ? [] : [demandCaseId]));
