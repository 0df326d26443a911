import type { EventEnvelope } from '@lianban/contracts';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Ctx, Payload } from '@nestjs/microservices';
import { projectCallBacks } from '../call-backs/project-call-backs.js';
import { cancelDue } from '../domain/decide.js';
import { evolveFacts, factEventTypes, initialFacts } from '../domain/facts.js';
import type { FactEvent } from '../domain/facts.js';
import { projectRates } from '../keep-rates/project-rates.js';
import { asSatisfactionEvents, satisfactionFold } from '../satisfaction-fold.js';

/** Watches what intake decides: the end of a case cancels the call-backs that are due. */
@ProcessManager()
export class Cases {
  @EventPattern(...factEventTypes)
  onCase(@Payload() event: EventEnvelope<FactEvent>, @Ctx() context: EventContext): void {
    context.react({
      fold: satisfactionFold,
      initialFacts,
      evolveFacts: (facts) => evolveFacts(facts, event),
      mayAct: (facts) => facts.ended,
      decide: ({ state }) => cancelDue(state),
      rows: ({ events, facts }) => {
        context.write(projectCallBacks, { events: asSatisfactionEvents(events), demand: facts.demand });
        if (event.type === 'lianban.case.registered.v1') context.write(projectRates, event);
      },
    });
  }
}
