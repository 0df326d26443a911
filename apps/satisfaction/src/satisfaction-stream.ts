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

/** The stream of a case holds satisfaction's own events and nothing else; `evolve` refuses the rest. */
export const satisfactionStream: Aggregate<SatisfactionState, SatisfactionFacts> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<SatisfactionEvent>),
  facts: { initial: initialFacts, upgrade: currentFacts, evolve: evolveFacts },
  rows: (change, write) => {
    write(projectCallBacks, { events: asSatisfactionEvents(change.events), facts: change.facts });
    keepRates(change, write);
  },
  // It comes of what others enter, at their times. Every other event comes of what a person has entered here, or opens a call-back at the time of the answer it asks about.
  isAside: ({ type }) => type === 'lianban.case.counted.v1',
};

const keepRates = ({ streamId, state, facts }: Omit<Change<SatisfactionState, SatisfactionFacts>, 'version'>, write: WriteRows): void => {
  const counted = countOf(state, facts);
  if (counted !== null) write(projectRates, { caseId: streamId, counted });
};

/** How any event of the others about a case is taken in: what `decide` says follows, and what the case counts then. */
export const reaction = (decide: (state: SatisfactionState, facts: SatisfactionFacts) => readonly SatisfactionEvent[] = () => []): Reaction<SatisfactionState, SatisfactionFacts> => ({
  stream: satisfactionStream,
  decide: ({ state, facts }) => withCount(state, facts, decide(state, facts)),
  rows: keepRates,
});

export const asSatisfactionEvents = (events: readonly EventEnvelope[]): readonly EventEnvelope<SatisfactionEvent>[] =>
  events as readonly EventEnvelope<SatisfactionEvent>[];

/** Names the call-backs an event leads to, the same when it is heard again. */
export const callBackIdOf = ({ metadata }: EventEnvelope) => (demandCaseId: string | null): string =>
  deterministicId(metadata.id, 'call-back', ...(demandCaseId === null ? [] : [demandCaseId]));
