import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import { DirectoryCopy, EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { dispatchStream } from '../dispatch-stream.js';
import { rework } from './rework.decider.js';
import { escalateAfterRework } from '../escalate/escalate.decider.js';
import { isOfEarlierLife } from '../domain/facts.js';
import type { DispatchFacts, FactEvent } from '../domain/facts.js';

/**
 * Watches call-back outcomes: one that means rework gives the lead a new order, one round on; the third also goes to a higher tier. One that was
 * heard while its case was merged waits for the end of that.
 */
@ProcessManager()
export class WatchCallBacks {
  constructor(@Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'territoryPaths'>) {}

  @EventPattern('lianban.call-back.recorded.v2')
  async onRecorded(@Payload() event: EventEnvelope<EventByType<'lianban.call-back.recorded.v2'>>, @Ctx() context: EventContext): Promise<void> {
    await this.follow(event, context, (facts) => (isOfEarlierLife(facts, event) ? undefined : event.data));
  }

  @EventPattern('lianban.case.unmerged.v1')
  async onUnmerged(@Payload() event: EventEnvelope<EventByType<'lianban.case.unmerged.v1'>>, @Ctx() context: EventContext): Promise<void> {
    await this.follow(event, context, ({ unheard }) => unheard);
  }

  private async follow(event: EventEnvelope<FactEvent>, context: EventContext, outcomeIn: (facts: DispatchFacts) => DispatchFacts['unheard']): Promise<void> {
    const pathOf = await this.directory.territoryPaths();
    context.react({
      stream: dispatchStream,
      mayAct: (facts) => outcomeIn(facts)?.decision === 'rework',
      decide: ({ state, facts }) => {
        const outcome = outcomeIn(facts);
        const ordered = outcome ? rework(state, outcome, facts, deterministicId(event.metadata.id, 'rework')) : [];
        return outcome === undefined || ordered.length === 0 ? [] : [...ordered, ...escalateAfterRework(state, outcome, facts, event.metadata.occurredAt, pathOf)];
      },
    });
  }
}
