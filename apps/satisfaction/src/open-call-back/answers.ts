import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { EVENT_STORE, EventContext, EventPattern, ProcessManager, react } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { projectCallBacks } from '../call-backs/project-call-backs.js';
import { openCallBack } from '../domain/decide.js';
import { initialFacts } from '../domain/facts.js';
import { projectRate } from '../keep-rates/project-rates.js';
import { asSatisfactionEvents, satisfactionFold } from '../satisfaction-fold.js';

/** Watches answers: each opens a call-back. */
@ProcessManager()
export class Answers {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @EventPattern('lianban.case.answered.v1')
  onAnswered(@Payload() event: EventEnvelope<EventByType<'lianban.case.answered.v1'>>, @Ctx() { tx }: EventContext): Promise<void> {
    return react(this.store, 'satisfaction', tx, event, {
      fold: satisfactionFold,
      initialFacts,
      evolveFacts: (facts) => facts,
      decide: ({ state, facts }) => openCallBack(state, event.data, event.metadata.occurredAt, facts, deterministicId(event.metadata.id, 'call-back')),
      alongside: async (inner, { events, facts }) => {
        await projectCallBacks(inner, asSatisfactionEvents(events), facts.demand);
        await projectRate(inner, event);
      },
    });
  }
}
