import { onEach } from '@lianban/service-kit';
import type { ProcessManager } from '@lianban/service-kit';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchState } from '../domain/case-orders.js';
import { clockEventTypes } from '../domain/facts.js';
import type { DispatchFacts } from '../domain/facts.js';
import { noteDue } from '../work-orders/project-work-orders.js';

/** Watches clocks: an inbox shows by when an order is due, and returns and extensions ask whether it is still time. */
export const watchClocks: ProcessManager<DispatchState, DispatchFacts> = onEach(clockEventTypes, (event) =>
  // Those are clocks of intake and of satisfaction.
  (event.data.kind === 'contact' || event.data.kind === 'call-back' ? undefined : { stream: dispatchStream, rows: (_, write) => write(noteDue, event) }));
