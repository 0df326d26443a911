import { onEach } from '@lianban/service-kit';
import type { ProcessManager } from '@lianban/service-kit';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchState } from '../domain/case-orders.js';
import { factEventTypes } from '../domain/facts.js';
import type { DispatchFacts } from '../domain/facts.js';
import { endOrders } from './end-orders.decider.js';

/** Watches what intake decides: whether a case may be dispatched, and its end, which cancels what is open. */
export const watchCase: ProcessManager<DispatchState, DispatchFacts> = onEach(factEventTypes, ({ metadata }) => ({
  stream: dispatchStream,
  mayAct: (facts: DispatchFacts) => facts.ended,
  decide: ({ state }: { state: DispatchState }) => endOrders(state, metadata.occurredAt),
}));
