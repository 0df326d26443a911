import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { intakeStream } from '../intake-stream.js';
import { closeAfterCallBack } from './close-after-call-back.decider.js';

/** Watches call-back outcomes: the last of a round that means close closes the case. */
@ProcessManager()
export class WatchCallBacks {
  @EventPattern('lianban.call-back.recorded.v2')
  onRecorded(@Payload() event: EventEnvelope<EventByType<'lianban.call-back.recorded.v2'>>, @Ctx() context: EventContext): void {
    context.react({
      stream: intakeStream,
      mayAct: () => event.data.decision === 'close',
      decide: ({ state, facts }) => closeAfterCallBack(state, facts),
    });
  }
}
