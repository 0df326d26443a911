import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { leadAndClockEventTypes } from '../domain/rate-facts.js';
import { projectRates } from './project-rates.js';

/** Watches leads and contact clocks: the rates read them, no decision does. */
@ProcessManager()
export class LeadsAndClocks {
  @EventPattern(...leadAndClockEventTypes)
  onLeadOrClock(
    @Payload() event: EventEnvelope<EventByType<(typeof leadAndClockEventTypes)[number]>>,
    @Ctx() context: EventContext,
  ): void {
    if (event.type === 'lianban.case.dispatched.v1' || event.data.kind === 'contact') context.write(projectRates, event);
  }
}
