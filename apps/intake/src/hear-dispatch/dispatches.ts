import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { EventStore } from '@lianban/event-store';
import { EVENT_STORE, EventContext, EventPattern, ProcessManager, react } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { intakeFold } from '../case-commands.js';
import { evolveFacts, initialFacts } from '../domain/facts.js';

/** Watches dispatches: a case that a department has been given is no longer settled at the desk. */
@ProcessManager()
export class Dispatches {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @EventPattern('lianban.case.dispatched.v1')
  onDispatched(@Payload() event: EventEnvelope<EventByType<'lianban.case.dispatched.v1'>>, @Ctx() { tx }: EventContext): Promise<void> {
    return react(this.store, 'intake', tx, event, {
      fold: intakeFold,
      initialFacts,
      evolveFacts: (facts) => evolveFacts(facts, event),
      decide: () => [],
    });
  }
}
