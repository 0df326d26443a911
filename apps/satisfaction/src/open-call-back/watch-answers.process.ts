import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { followCase } from './open-call-back.decider.js';
import { callBackIdOf, reaction } from '../satisfaction-stream.js';

/** Watches answers: each opens the call-backs of its demands. */
@ProcessManager()
export class WatchAnswers {
  @EventPattern('lianban.case.answered.v1')
  onAnswered(@Payload() event: EventEnvelope<EventByType<'lianban.case.answered.v1'>>, @Ctx() context: EventContext): void {
    context.react(reaction((state, facts) => followCase(state, facts, callBackIdOf(event))));
  }
}
