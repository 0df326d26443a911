import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { intakeFold } from '../case-commands.js';
import { closeAfterCallBack } from '../domain/decide.js';
import { initialFacts } from '../domain/facts.js';

/** Watches call-back outcomes: one that means close closes the case. */
@ProcessManager()
export class CallBackOutcomes {
  @EventPattern('lianban.call-back.recorded.v1')
  onRecorded(@Payload() event: EventEnvelope<EventByType<'lianban.call-back.recorded.v1'>>, @Ctx() context: EventContext): void {
    context.react({
      fold: intakeFold,
      initialFacts,
      evolveFacts: (facts) => facts,
      mayAct: () => event.data.decision === 'close',
      decide: ({ state }) => closeAfterCallBack(state, event.data),
    });
  }
}
