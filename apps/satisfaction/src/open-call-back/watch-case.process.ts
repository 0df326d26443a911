import type { EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { followCase } from './open-call-back.decider.js';
import { factEventTypes } from '../domain/facts.js';
import type { FactEvent } from '../domain/facts.js';
import { callBackIdOf, reaction } from '../satisfaction-stream.js';

/** Watches what intake decides: the end of a case cancels the call-backs that are due, and who joins or leaves it is called back with it or not. */
@ProcessManager()
export class WatchCase {
  @EventPattern(...factEventTypes)
  onCase(@Payload() event: EventEnvelope<FactEvent>, @Ctx() context: EventContext): void {
    context.react(reaction((state, facts) => followCase(state, facts, callBackIdOf(event))));
  }
}
