import type { ProcessManager } from '@lianban/service-kit';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import type { DistrictNow } from '../domain/tiers.js';
import { escalateBySupervision } from './escalate.decider.js';

/** When supervision asks for a higher tier, raises the case. */
export const watchSupervision: ProcessManager<DispatchState, DispatchFacts, DistrictNow> = {
  'lianban.supervision.raised.v1': (event, { pathOf }) => ({
    stream: dispatchStream,
    // For a rework, dispatch has already raised the case.
    mayAct: () => event.data.step === 'escalation',
    decide: ({ state, facts }) => escalateBySupervision(state, event.data, facts, event.metadata.occurredAt, pathOf),
  }),
};
