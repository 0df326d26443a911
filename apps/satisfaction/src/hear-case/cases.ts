import type { EventEnvelope } from '@lianban/contracts';
import type { EventStore } from '@lianban/event-store';
import { EVENT_STORE, EventContext, EventPattern, ProcessManager, react } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { projectCallBacks } from '../call-backs/project-call-backs.js';
import { cancelDue } from '../domain/decide.js';
import { evolveFacts, factEventTypes, initialFacts } from '../domain/facts.js';
import type { FactEvent } from '../domain/facts.js';
import { projectRate } from '../keep-rates/project-rates.js';
import { asSatisfactionEvents, satisfactionFold } from '../satisfaction-fold.js';

/** Watches what intake decides: the end of a case cancels the call-backs that are due. */
@ProcessManager()
export class Cases {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @EventPattern(...factEventTypes)
  onCase(@Payload() event: EventEnvelope<FactEvent>, @Ctx() { tx }: EventContext): Promise<void> {
    return react(this.store, 'satisfaction', tx, event, {
      fold: satisfactionFold,
      initialFacts,
      evolveFacts: (facts) => evolveFacts(facts, event),
      decide: ({ state, facts }) => (facts.ended ? cancelDue(state) : []),
      alongside: async (inner, { events, facts }) => {
        await projectCallBacks(inner, asSatisfactionEvents(events), facts.demand);
        if (event.type === 'lianban.case.registered.v1') await projectRate(inner, event);
      },
    });
  }
}
