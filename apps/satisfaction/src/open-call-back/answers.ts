import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { projectCallBacks } from '../call-backs/project-call-backs.js';
import { followCase } from '../domain/decide.js';
import { evolveFacts } from '../domain/facts.js';
import { projectRates } from '../keep-rates/project-rates.js';
import { asSatisfactionEvents, callBackIdOf, satisfactionStream } from '../satisfaction-stream.js';

/** Watches answers: each opens the call-backs of its demands. */
@ProcessManager()
export class Answers {
  @EventPattern('lianban.case.answered.v1')
  onAnswered(@Payload() event: EventEnvelope<EventByType<'lianban.case.answered.v1'>>, @Ctx() context: EventContext): void {
    context.react({
      stream: satisfactionStream,
      evolveFacts: (facts) => evolveFacts(facts, event),
      decide: ({ state, facts }) => followCase(state, facts, callBackIdOf(event)),
      rows: ({ events, facts }) => {
        context.write(projectCallBacks, { events: asSatisfactionEvents(events), facts });
        context.write(projectRates, event);
      },
    });
  }
}
