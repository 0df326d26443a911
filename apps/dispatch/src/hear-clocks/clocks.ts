import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { noteDue } from '../work-orders/project-work-orders.js';

/** Watches clocks: an inbox shows by when an order is due. */
@ProcessManager()
export class Clocks {
  @EventPattern('lianban.clock.started.v2')
  onStarted(@Payload() event: EventEnvelope<EventByType<'lianban.clock.started.v2'>>, @Ctx() context: EventContext): void {
    // Those are clocks of intake and of satisfaction.
    if (event.data.kind !== 'contact' && event.data.kind !== 'call-back') context.write(noteDue, event);
  }
}
