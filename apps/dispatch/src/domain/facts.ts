/** What dispatch knows of a case from intake's events. A fact is never refused: it has happened. */
import { UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';

export const endingEventTypes = [
  'lianban.case.refused.v1',
  'lianban.case.handled-on-the-spot.v1',
  'lianban.case.withdrawn.v1',
  'lianban.case.closed.v1',
] as const satisfies readonly EventType[];

export const factEventTypes = [
  'lianban.case.registered.v1',
  'lianban.case.accepted.v1',
  ...endingEventTypes,
] as const satisfies readonly EventType[];
export type FactEvent = EventByType<(typeof factEventTypes)[number]>;

export interface DispatchFacts {
  readonly accepted: boolean;
  readonly ended: boolean;
  /** What the routing proposal reads; masked texts, as they travel. Null until the registration is heard. */
  readonly demand: {
    readonly caseNo: string; readonly title: string; readonly description: string; readonly territory: string; readonly category: string | null;
  } | null;
}
export const initialFacts: DispatchFacts = { accepted: false, ended: false, demand: null };

export const evolveFacts = (facts: DispatchFacts, event: EventEnvelope<FactEvent>): DispatchFacts => {
  switch (event.type) {
    case 'lianban.case.registered.v1': {
      const { caseNo, title, description, territory, category } = event.data;
      return { ...facts, demand: { caseNo, title, description, territory, category } };
    }
    case 'lianban.case.accepted.v1':
      return { ...facts, accepted: true, demand: facts.demand && { ...facts.demand, category: event.data.category } };
    case 'lianban.case.refused.v1':
    case 'lianban.case.handled-on-the-spot.v1':
    case 'lianban.case.withdrawn.v1':
    case 'lianban.case.closed.v1':
      return { ...facts, ended: true };
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`dispatch takes no fact from ${(unexpected as { type: string }).type}`);
    }
  }
};
