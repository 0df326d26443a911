/** What intake knows of a case from the other services' events. A fact is never refused: it has happened. */
import { UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';

export const factEventTypes = ['lianban.case.dispatched.v1', 'lianban.call-back.recorded.v2'] as const satisfies readonly EventType[];
export type FactEvent = EventByType<(typeof factEventTypes)[number]>;

export interface Outcome {
  readonly callBackId: string;
  readonly round: number;
  readonly decision: 'close' | 'rework';
  /** When it was recorded; absent in facts from before that was kept. */
  readonly at?: string;
}

export interface IntakeFacts {
  /** A department has been given the case, so it can't be settled at the desk any more. */
  readonly dispatched: boolean;
  /** When that was last. Absent in facts from before that was kept. */
  readonly dispatchedAt?: string;
  /** Last outcome of each demand: `own`, or the case of one that joined. Absent before the first. */
  readonly outcomes?: Readonly<Record<string, Outcome>>;
}
export const own = 'own';
export const initialFacts: IntakeFacts = { dispatched: false };

export const evolveFacts = (facts: IntakeFacts, event: EventEnvelope<FactEvent>): IntakeFacts => {
  switch (event.type) {
    case 'lianban.case.dispatched.v1':
      return { ...facts, dispatched: true, dispatchedAt: event.metadata.occurredAt };
    case 'lianban.call-back.recorded.v2': {
      const { callBackId, round, decision, demandCaseId } = event.data;
      return { ...facts, outcomes: { ...facts.outcomes, [demandCaseId ?? own]: { callBackId, round, decision, at: event.metadata.occurredAt } } };
    }
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`intake takes no fact from ${(unexpected as { type: string }).type}`);
    }
  }
};
