import type { EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { dispatchStream } from '../dispatch-stream.js';
import { clockEventTypes } from '../domain/facts.js';
import type { ClockEvent } from '../domain/facts.js';
import { noteDue } from '../work-orders/project-work-orders.js';

/** Watches clocks: an inbox shows by when an order is due, and returns and extensions ask whether it is still time. */
@ProcessManager()
export class WatchClocks {
  @EventPattern(...clockEventTypes)
  onClock(@Payload() event: EventEnvelope<ClockEvent>, @Ctx() context: EventContext): void {
    // Those are clocks of intake and of satisfaction.
    if (event.data.kind === 'contact' || event.data.kind === 'call-back') return;
    context.react({ stream: dispatchStream, rows: (_, write) => write(noteDue, event) });
  }
}
