/** What satisfaction knows of a case from the others' events. A fact is never refused: it has happened. */
import { endingEventTypes, isEnding, UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { contactStatus, initialRateFacts } from './rate-facts.js';
import type { contactEventTypes, RateFacts } from './rate-facts.js';

/** Of intake. */
export const factEventTypes = [
  'lianban.case.registered.v1',
  'lianban.case.reopened.v1',
  'lianban.case.unmerged.v1',
  'lianban.demand.joined.v1',
  'lianban.demand.left.v1',
  ...endingEventTypes,
] as const;
export type FactEvent = EventByType<(typeof factEventTypes | typeof contactEventTypes)[number] | 'lianban.case.dispatched.v1' | 'lianban.case.answered.v1'>;

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
  readonly rates: RateFacts;
}
export const initialFacts: SatisfactionFacts = { ended: false, demand: null, answer: null, rates: initialRateFacts };

/** Facts of an earlier release have nothing of the rates where nothing was heard of a case that they read. */
export const currentFacts = (stored: Partial<SatisfactionFacts>): SatisfactionFacts =>
  ({ ended: false, demand: null, ...stored, rates: { ...initialRateFacts, ...stored.rates } });

export const evolveFacts = (facts: SatisfactionFacts, event: EventEnvelope<FactEvent>): SatisfactionFacts => {
  const at = event.metadata.occurredAt;
  const withRates = (change: Partial<RateFacts>): SatisfactionFacts => ({ ...facts, rates: { ...facts.rates, ...change } });
  if (isEnding(event)) return { ...(event.type === 'lianban.case.merged.v1' ? withRates({ merged: true }) : facts), ended: true };
  switch (event.type) {
    case 'lianban.case.registered.v1':
      return { ...withRates({ registeredAt: at }), demand: { caseNo: event.data.caseNo, title: event.data.title } };
    case 'lianban.case.dispatched.v1':
      return withRates({ currentLead: event.data.lead });
    case 'lianban.case.answered.v1': {
      const { round, lead, workOrderId } = event.data;
      // The lead of a rework has no dispatch of its own; it counts from its answer on.
      return { ...withRates({ leadAtAnswer: lead }), answer: { round, lead, workOrderId, at, by: event.metadata.actor.id } };
    }
    case 'lianban.case.reopened.v1':
      return { ...facts, ended: false, answer: null };
    case 'lianban.case.unmerged.v1':
      return { ...withRates({ merged: false }), ended: false, unmergedAt: at };
    case 'lianban.demand.joined.v1': {
      const { demandCaseId: caseId, caseNo, title } = event.data;
      return { ...facts, joined: [...facts.joined ?? [], { caseId, caseNo, title, at }] };
    }
    case 'lianban.demand.left.v1':
      return { ...facts, joined: facts.joined?.filter(({ caseId }) => caseId !== event.data.demandCaseId) ?? [] };
    case 'lianban.clock.started.v2':
    case 'lianban.clock.stopped.v2':
    case 'lianban.clock.breached.v2':
    case 'lianban.clock.corrected.v2':
    case 'lianban.clock.cancelled.v2':
    case 'lianban.clock.rescheduled.v1':
      return event.data.kind === 'contact' ? withRates({ contact: contactStatus(facts.rates.contact, event) }) : facts;
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`satisfaction takes no fact from ${(unexpected as { type: string }).type}`);
    }
  }
};

/** What the list shows of a call-back: the demand whose requester is asked. */
export const demandOf = ({ demand, joined = [] }: SatisfactionFacts, demandCaseId: string | null): Demand | null =>
  (demandCaseId === null ? demand : joined.find(({ caseId }) => caseId === demandCaseId) ?? null);
