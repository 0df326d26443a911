import type { Aggregate } from '@lianban/service-kit';
import { clockFold } from './clock-fold.js';
import type { SlaState } from './domain/case-clocks.js';
import type { SlaFacts } from './domain/facts.js';
import type { Rules } from './domain/react.js';
import { tellPeople } from './notices/tell-people.js';

/** The clocks of a case under the rules of a transaction: what is appended is told to those it concerns. */
export const clockStream = (rules: Rules): Aggregate<SlaState, SlaFacts> => ({
  ...clockFold,
  rows: ({ streamId: caseId, events, facts }, write) => write(tellPeople, { caseId, events, facts, rules }),
});
