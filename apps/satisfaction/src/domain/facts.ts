/** What satisfaction knows of a case from the others' events. A fact is never refused: it has happened. */
import { endingEventTypes, isEnding, UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';

export const factEventTypes = [
  'lianban.case.registered.v1',
  'lianban.case.reopened.v1',
  'lianban.case.unmerged.v1',
  'lianban.demand.joined.v1',
  'lianban.demand.left.v1',
  ...endingEventTypes,
] as const satisfies readonly EventType[];
export type FactEvent = EventByType<(typeof factEventTypes)[number] | 'lianban.case.answered.v1'>;

/** What a caller sees of a demand in the list. */
export interface Demand {
  readonly caseNo: string;
  readonly title: string;
}

export interface SatisfactionFacts {
  readonly ended: boolean;
  /** Null until the registration is heard. */
  readonly demand: Demand | null;
  /** The last answer of the life the case is in; null: none yet. Absent in facts from before demands could join. */
  readonly answer?: { readonly round: number; readonly lead: string; readonly workOrderId: string; readonly at: string;
    /** Who gave it; absent in facts from before that was kept. */
    readonly by?: string } | null;
  /** Demands of the cases that are merged into this one. Absent until the first joins. */
  readonly joined?: readonly (Demand & { readonly caseId: string; readonly at: string })[];
  /** When it last parted from the case it was merged into. */
  readonly unmergedAt?: string;
}
export const initialFacts: SatisfactionFacts = { ended: false, demand: null, answer: null };

export const evolveFacts = (facts: SatisfactionFacts, event: EventEnvelope<FactEvent>): SatisfactionFacts => {
  const at = event.metadata.occurredAt;
  if (isEnding(event)) return { ...facts, ended: true };
  switch (event.type) {
    case 'lianban.case.registered.v1':
      return { ...facts, demand: { caseNo: event.data.caseNo, title: event.data.title } };
    case 'lianban.case.answered.v1': {
      const { round, lead, workOrderId } = event.data;
      return { ...facts, answer: { round, lead, workOrderId, at, by: event.metadata.actor.id } };
    }
    case 'lianban.case.reopened.v1':
      return { ...facts, ended: false, answer: null };
    case 'lianban.case.unmerged.v1':
      return { ...facts, ended: false, unmergedAt: at };
    case 'lianban.demand.joined.v1': {
      const { demandCaseId: caseId, caseNo, title } = event.data;
      return { ...facts, joined: [...facts.joined ?? [], { caseId, caseNo, title, at }] };
    }
    case 'lianban.demand.left.v1':
      return { ...facts, joined: facts.joined?.filter(({ caseId }) => caseId !== event.data.demandCaseId) ?? [] };
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`satisfaction takes no fact from ${(unexpected as { type: string }).type}`);
    }
  }
};

/** What the list shows of a call-back: the demand whose requester is asked. */
export const demandOf = ({ demand, joined = [] }: SatisfactionFacts, demandCaseId: string | null): Demand | null =>
  (demandCaseId === null ? demand : joined.find(({ caseId }) => caseId === demandCaseId) ?? null);
