/** The decider of clocks and the shipped rules, for playing cases without a server. */
export { evolve, initialState } from './domain/case-clocks.js';
export type { ClockEvent } from './domain/case-clocks.js';
export { evolveFacts, factEventTypes, initialFacts } from './domain/facts.js';
export type { FactEvent } from './domain/facts.js';
export { fire } from './sweep/fire.decider.js';
export { nextInstants } from './domain/next-instants.js';
export { react } from './domain/react.js';
export { shippedPolicies } from './domain/shipped-policies.js';
export { idsOf } from './clock-ids.js';
