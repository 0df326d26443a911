import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { DirectoryCopy, EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { dispatchStream } from '../dispatch-stream.js';
import { escalateBySupervision } from './escalate.decider.js';

/** When supervision asks for a higher tier, raises the case. */
@ProcessManager()
export class WatchSupervision {
  constructor(@Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'territoryPaths'>) {}

  @EventPattern('lianban.supervision.raised.v1')
  async onRaised(@Payload() event: EventEnvelope<EventByType<'lianban.supervision.raised.v1'>>, @Ctx() context: EventContext): Promise<void> {
    const pathOf = await this.directory.territoryPaths();
    context.react({
      stream: dispatchStream,
      // For a rework, dispatch has already raised the case.
      mayAct: () => event.data.step === 'escalation',
      decide: ({ state, facts }) => escalateBySupervision(state, event.data, facts, event.metadata.occurredAt, pathOf),
    });
  }
}
