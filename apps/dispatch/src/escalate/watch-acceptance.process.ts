import type { ProcessManager } from '@lianban/service-kit';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import type { DistrictNow } from '../domain/tiers.js';
import { startAtTier } from './escalate.decider.js';

/** When a case is accepted, it starts at the tier that the rule `starting-tiers` names for its category. */
export const watchAcceptance: ProcessManager<DispatchState, DispatchFacts, DistrictNow> = {
  'lianban.case.accepted.v1': ({ metadata: { occurredAt: at } }, { pathOf, rules }) => ({
    stream: dispatchStream,
    mayAct: ({ demand }) => rules('starting-tiers', { at, territory: demand?.territory }).length > 0,
    decide: ({ state, facts }) => startAtTier(state, facts, at, pathOf, rules('starting-tiers', { at, territory: facts.demand?.territory })),
  }),
};
