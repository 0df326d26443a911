import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { projectCallBacks } from '../call-backs/project-call-backs.js';
import { openCallBack } from '../domain/decide.js';
import { initialFacts } from '../domain/facts.js';
import { projectRates } from '../keep-rates/project-rates.js';
import { asSatisfactionEvents, satisfactionFold } from '../satisfaction-fold.js';

/** Watches answers: each opens a call-back. */
@ProcessManager()
export class Answers {
  @EventPattern('lianban.case.answered.v1')
  onAnswered(@Payload() event: EventEnvelope<EventByType<'lianban.case.answered.v1'>>, @Ctx() context: EventContext): void {
    context.react({
      fold: satisfactionFold,
      initialFacts,
      evolveFacts: (facts) => facts,
      decide: ({ state, facts }) => openCallBack(state, event.data, event.metadata.occurredAt, facts, deterministicId(event.metadata.id, 'call-back')),
      rows: ({ events, facts }) => {
        context.write(projectCallBacks, { events: asSatisfactionEvents(events), demand: facts.demand });
        context.write(projectRates, event);
      },
    });
  }
}
