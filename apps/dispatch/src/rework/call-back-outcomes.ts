import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import { DirectoryCopy, EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { asDispatchEvents, dispatchFold } from '../dispatch-fold.js';
import { rework } from '../domain/dispatch.js';
import { escalateAfterRework } from '../domain/escalation.js';
import { initialFacts } from '../domain/facts.js';
import { projectWorkOrders } from '../work-orders/project-work-orders.js';

/** Watches call-back outcomes: one that means rework gives the lead a new order, one round on; the third also goes to a higher tier. */
@ProcessManager()
export class CallBackOutcomes {
  constructor(@Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'territoryPaths'>) {}

  @EventPattern('lianban.call-back.recorded.v1')
  async onRecorded(@Payload() event: EventEnvelope<EventByType<'lianban.call-back.recorded.v1'>>, @Ctx() context: EventContext): Promise<void> {
    const pathOf = await this.directory.territoryPaths();
    context.react({
      fold: dispatchFold,
      initialFacts,
      evolveFacts: (facts) => facts,
      mayAct: () => event.data.decision === 'rework',
      decide: ({ state, facts }) => {
        const ordered = rework(state, event.data, facts, deterministicId(event.metadata.id, 'rework'));
        return ordered.length === 0 ? [] : [...ordered, ...escalateAfterRework(state, event.data, facts, pathOf)];
      },
      rows: ({ events, facts }) => context.write(projectWorkOrders, { events: asDispatchEvents(events), demand: facts.demand }),
    });
  }
}
