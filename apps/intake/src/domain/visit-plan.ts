/** A plan of visits. Stream: `visit-plan/` and its id. */
import { UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope } from '@lianban/contracts';

export type PlanEvent = EventByType<'lianban.visit-plan.made.v1' | 'lianban.visit-plan.ended.v1'>;
export type Plan = EventByType<'lianban.visit-plan.made.v1'>['data'] & {
  /** When it was ended before its last day; null: it was not. */
  readonly endedAt: string | null;
};

/** `null` until it is made. */
export type PlanState = Plan | null;

export const evolvePlan = (state: PlanState, event: EventEnvelope<PlanEvent>): PlanState => {
  if (event.type === 'lianban.visit-plan.made.v1') return { ...event.data, endedAt: null };
  if (state === null) throw new UnreadableEvent(`${event.type} before its plan was made`);
  return { ...state, endedAt: event.metadata.occurredAt };
};
