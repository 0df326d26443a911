import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { EventStore } from '@lianban/event-store';
import { EVENT_STORE, EventContext, EventPattern, ProcessManager, react } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { intakeFold } from '../case-commands.js';
import { closeAfterCallBack } from '../domain/decide.js';
import { initialFacts } from '../domain/facts.js';

/** Watches call-back outcomes: one that means close closes the case. */
@ProcessManager()
export class CallBackOutcomes {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @EventPattern('lianban.call-back.recorded.v1')
  onRecorded(@Payload() event: EventEnvelope<EventByType<'lianban.call-back.recorded.v1'>>, @Ctx() { tx }: EventContext): Promise<void> {
    return react(this.store, 'intake', tx, event, {
      fold: intakeFold,
      initialFacts,
      evolveFacts: (facts) => facts,
      decide: ({ state }) => closeAfterCallBack(state, event.data),
    });
  }
}
