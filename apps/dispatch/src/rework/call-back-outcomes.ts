import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { EVENT_STORE, EventContext, EventPattern, ProcessManager, react } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { asDispatchEvents, dispatchFold } from '../dispatch-fold.js';
import { rework } from '../domain/dispatch.js';
import { initialFacts } from '../domain/facts.js';
import { projectWorkOrders } from '../work-orders/project-work-orders.js';

/** Watches call-back outcomes: one that means rework gives the lead a new order, one round on. */
@ProcessManager()
export class CallBackOutcomes {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @EventPattern('lianban.call-back.recorded.v1')
  onRecorded(@Payload() event: EventEnvelope<EventByType<'lianban.call-back.recorded.v1'>>, @Ctx() { tx }: EventContext): Promise<void> {
    return react(this.store, 'dispatch', tx, event, {
      fold: dispatchFold,
      initialFacts,
      evolveFacts: (facts) => facts,
      decide: ({ state, facts }) => rework(state, event.data, facts, deterministicId(event.metadata.id, 'rework')),
      alongside: (inner, { events, facts }) => projectWorkOrders(inner, asDispatchEvents(events), facts.demand),
    });
  }
}
