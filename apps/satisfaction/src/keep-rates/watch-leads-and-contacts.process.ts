import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { contactEventTypes } from '../domain/rate-facts.js';
import { reaction } from '../satisfaction-stream.js';

/** Watches leads and contact clocks: the rates read them, no call-back does. */
@ProcessManager()
export class WatchLeadsAndContacts {
  @EventPattern('lianban.case.dispatched.v1', ...contactEventTypes)
  onLeadOrClock(
    @Payload() event: EventEnvelope<EventByType<'lianban.case.dispatched.v1' | (typeof contactEventTypes)[number]>>,
    @Ctx() context: EventContext,
  ): void {
    if (event.type === 'lianban.case.dispatched.v1' || event.data.kind === 'contact') context.react(reaction());
  }
}
