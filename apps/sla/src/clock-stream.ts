import type { EventEnvelope } from '@lianban/contracts';
import type { Aggregate } from '@lianban/service-kit';
import { evolve, initialState } from './domain/case-clocks.js';
import type { ClockEvent, SlaState } from './domain/case-clocks.js';
import { currentFacts, evolveFacts, initialFacts } from './domain/facts.js';
import type { SlaFacts } from './domain/facts.js';
import type { Rules } from './domain/schedule-clock.js';
import { tellPeople } from './notices/tell-people.js';

/** The clocks of a case, for reading them. The stream holds the events of its clocks only. */
export const clockFold: Aggregate<SlaState, SlaFacts> = {
  initialState,
  evolve: (state, event: EventEnvelope<ClockEvent>) => evolve(state, event),
  facts: { initial: initialFacts, upgrade: currentFacts, evolve: evolveFacts },
};

/** The clocks of a case under the rules of a transaction: what is appended is told to those it concerns. */
export const clockStream = (rules: Rules): typeof clockFold => ({
  ...clockFold,
  rows: ({ streamId: caseId, events, facts }, write) => write(tellPeople, { caseId, events, facts, rules }),
});
