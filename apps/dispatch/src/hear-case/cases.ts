import type { EventEnvelope } from '@lianban/contracts';
import type { EventStore } from '@lianban/event-store';
import { EVENT_STORE, EventContext, EventPattern, ProcessManager, react } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { asDispatchEvents, dispatchFold } from '../dispatch-fold.js';
import { endOrders } from '../domain/dispatch.js';
import { evolveFacts, factEventTypes, initialFacts } from '../domain/facts.js';
import type { FactEvent } from '../domain/facts.js';
import { projectWorkOrders } from '../work-orders/project-work-orders.js';

/** Watches what intake decides: whether a case may be dispatched, and its end, which cancels what is open. */
@ProcessManager()
export class Cases {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @EventPattern(...factEventTypes)
  onCase(@Payload() event: EventEnvelope<FactEvent>, @Ctx() { tx }: EventContext): Promise<void> {
    return react(this.store, 'dispatch', tx, event, {
      fold: dispatchFold,
      initialFacts,
      evolveFacts: (facts) => evolveFacts(facts, event),
      decide: ({ state, facts }) => (facts.ended ? endOrders(state) : []),
      alongside: (inner, { events, facts }) => projectWorkOrders(inner, asDispatchEvents(events), facts.demand),
    });
  }
}
