import type { EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { dispatchStream } from '../dispatch-stream.js';
import { endOrders } from './end-orders.decider.js';
import { factEventTypes } from '../domain/facts.js';
import type { FactEvent } from '../domain/facts.js';

/** Watches what intake decides: whether a case may be dispatched, and its end, which cancels what is open. */
@ProcessManager()
export class WatchCase {
  @EventPattern(...factEventTypes)
  onCase(@Payload() event: EventEnvelope<FactEvent>, @Ctx() context: EventContext): void {
    context.react({
      stream: dispatchStream,
      mayAct: (facts) => facts.ended,
      decide: ({ state }) => endOrders(state, event.metadata.occurredAt),
    });
  }
}
