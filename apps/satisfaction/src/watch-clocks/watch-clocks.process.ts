import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { noteDue } from '../call-backs/project-call-backs.js';

/** Watches clocks: the list shows by when a call-back is due. */
@ProcessManager()
export class WatchClocks {
  @EventPattern('lianban.clock.started.v2', 'lianban.clock.rescheduled.v1')
  onStarted(@Payload() event: EventEnvelope<EventByType<'lianban.clock.started.v2' | 'lianban.clock.rescheduled.v1'>>, @Ctx() context: EventContext): void {
    if (event.data.kind === 'call-back') context.write(noteDue, event);
  }
}
