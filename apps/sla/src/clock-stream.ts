import type { EventEnvelope } from '@lianban/contracts';
import type { Aggregate } from '@lianban/service-kit';
import { evolve, initialState } from './domain/case-clocks.js';
import type { ClockEvent, SlaState } from './domain/case-clocks.js';
import { currentFacts, evolveFacts, initialFacts } from './domain/facts.js';
import type { SlaFacts } from './domain/facts.js';
import type { Rules } from './domain/schedule-clock.js';
import { tellPeople } from './notices/tell-people.js';

/** The clocks of a case, for reading. The stream holds only the events of its clocks. */
export const clockFold: Aggregate<SlaState, SlaFacts> = {
  initialState,
  evolve: (state, event: EventEnvelope<ClockEvent>) => evolve(state, event),
  facts: { initial: initialFacts, upgrade: currentFacts, evolve: evolveFacts },
};

/** The clocks of a case, under the rules of a transaction. Appended events tell the people they concern. */
export const clockStream = (rules: Rules): typeof clockFold => ({
  ...clockFold,
  rows: ({ streamId: caseId, events, facts }, write) => write(tellPeople, { caseId, events, facts, rules }),
});
