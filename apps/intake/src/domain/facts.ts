/** What intake knows of a case from the other services' events. A fact is never refused: it has happened. */
import { UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';

export const factEventTypes = ['lianban.case.dispatched.v1'] as const satisfies readonly EventType[];
export type FactEvent = EventByType<(typeof factEventTypes)[number]>;

export interface IntakeFacts {
  /** A department has been given the case, so it can't be settled at the desk any more. */
  readonly dispatched: boolean;
}
export const initialFacts: IntakeFacts = { dispatched: false };

export const evolveFacts = (facts: IntakeFacts, event: EventEnvelope<FactEvent>): IntakeFacts => {
  switch (event.type) {
    case 'lianban.case.dispatched.v1':
      return { ...facts, dispatched: true };
    default: {
      const unexpected: never = event.type;
      throw new UnreadableEvent(`intake takes no fact from ${String(unexpected)}`);
    }
  }
};
