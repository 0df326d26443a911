import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { intakeStream } from '../intake-stream.js';

/** Watches dispatches: a case that a department has been given is no longer settled at the desk. */
@ProcessManager()
export class WatchDispatch {
  @EventPattern('lianban.case.dispatched.v1')
  onDispatched(@Payload() _: EventEnvelope<EventByType<'lianban.case.dispatched.v1'>>, @Ctx() context: EventContext): void {
    context.react({ stream: intakeStream });
  }
}
