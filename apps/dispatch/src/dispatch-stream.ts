import type { EventEnvelope } from '@lianban/contracts';
import type { Aggregate } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { evolve, initialState } from './domain/case-orders.js';
import type { DispatchEvent, DispatchState } from './domain/case-orders.js';
import { evolveFacts, initialFacts } from './domain/facts.js';
import type { DispatchFacts } from './domain/facts.js';
import { projectWorkOrders } from './work-orders/project-work-orders.js';

/** The stream of a case holds dispatch's own events and nothing else; `evolve` refuses the rest. */
export const dispatchStream: Aggregate<DispatchState, DispatchFacts> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<DispatchEvent>),
  facts: { initial: initialFacts, evolve: evolveFacts },
  rows: ({ events, facts }, write) => write(projectWorkOrders, { events: asDispatchEvents(events), demand: facts.demand }),
  isAside: (event) => isBroughtByTime(event as EventEnvelope<DispatchEvent>),
  notBefore: ({ openSince }) => (openSince === undefined ? null : { at: openSince, what: say('accepted-or-reopened') }),
};

export const asDispatchEvents = (events: readonly EventEnvelope[]): readonly EventEnvelope<DispatchEvent>[] =>
  events as readonly EventEnvelope<DispatchEvent>[];

/** These events come from time alone (a hold's review, supervision), so they don't bind the dates of an import. */
const isBroughtByTime = ({ type, data, metadata: { actor } }: EventEnvelope<DispatchEvent>): boolean => {
  if (type === 'lianban.case.resumed.v1') return data.cause === 'review-date' || (data.cause === 'escalated' && actor.role === 'system');
  return type === 'lianban.case.escalated.v1' && actor.role === 'system';
};
