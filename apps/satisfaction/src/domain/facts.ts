/** What satisfaction knows of a case from intake's events. A fact is never refused: it has happened. */
import { UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';

export const endingEventTypes = [
  'lianban.case.refused.v1',
  'lianban.case.handled-on-the-spot.v1',
  'lianban.case.withdrawn.v1',
  'lianban.case.closed.v1',
] as const satisfies readonly EventType[];

export const factEventTypes = ['lianban.case.registered.v1', 'lianban.case.reopened.v1', ...endingEventTypes] as const satisfies readonly EventType[];
export type FactEvent = EventByType<(typeof factEventTypes)[number]>;

export interface SatisfactionFacts {
  readonly ended: boolean;
  /** What a caller sees of the case in the list. Null until the registration is heard. */
  readonly demand: { readonly caseNo: string; readonly title: string } | null;
}
export const initialFacts: SatisfactionFacts = { ended: false, demand: null };

export const evolveFacts = (facts: SatisfactionFacts, event: EventEnvelope<FactEvent>): SatisfactionFacts => {
  switch (event.type) {
    case 'lianban.case.registered.v1':
      return { ...facts, demand: { caseNo: event.data.caseNo, title: event.data.title } };
    case 'lianban.case.reopened.v1':
      return { ...facts, ended: false };
    case 'lianban.case.refused.v1':
    case 'lianban.case.handled-on-the-spot.v1':
    case 'lianban.case.withdrawn.v1':
    case 'lianban.case.closed.v1':
      return { ...facts, ended: true };
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`satisfaction takes no fact from ${(unexpected as { type: string }).type}`);
    }
  }
};
