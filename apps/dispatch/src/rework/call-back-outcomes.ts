import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { asDispatchEvents, dispatchFold } from '../dispatch-fold.js';
import { rework } from '../domain/dispatch.js';
import { initialFacts } from '../domain/facts.js';
import { projectWorkOrders } from '../work-orders/project-work-orders.js';

/** Watches call-back outcomes: one that means rework gives the lead a new order, one round on. */
@ProcessManager()
export class CallBackOutcomes {
  @EventPattern('lianban.call-back.recorded.v1')
  onRecorded(@Payload() event: EventEnvelope<EventByType<'lianban.call-back.recorded.v1'>>, @Ctx() context: EventContext): void {
    context.react({
      fold: dispatchFold,
      initialFacts,
      evolveFacts: (facts) => facts,
      mayAct: () => event.data.decision === 'rework',
      decide: ({ state, facts }) => rework(state, event.data, facts, deterministicId(event.metadata.id, 'rework')),
      rows: ({ events, facts }) => context.write(projectWorkOrders, { events: asDispatchEvents(events), demand: facts.demand }),
    });
  }
}
