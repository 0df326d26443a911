/** What the three rates (三率) read of one case, whoever's events say it. A fact is never refused: it has happened. */
import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';
import { countsOf, departmentOf, lastOutcome, periodOf } from '@lianban/scoring';
import type { ContactStatus, Counts, RecordedOutcome } from '@lianban/scoring';

/** Besides these, what intake and dispatch say of the case and the recorded outcomes, which are heard or written where satisfaction acts on them. */
export const leadAndClockEventTypes = [
  'lianban.case.dispatched.v1',
  'lianban.clock.started.v2',
  'lianban.clock.stopped.v2',
  'lianban.clock.breached.v2',
  'lianban.clock.corrected.v2',
  'lianban.clock.cancelled.v2',
  'lianban.clock.rescheduled.v1',
] as const satisfies readonly EventType[];

/** Of intake. */
export const caseRateEventTypes = [
  'lianban.case.registered.v1', 'lianban.case.merged.v1', 'lianban.case.unmerged.v1', 'lianban.demand.left.v1',
] as const satisfies readonly EventType[];

export const isCaseRateEvent = <E extends EventEnvelope>(event: E): event is Extract<E, { type: (typeof caseRateEventTypes)[number] }> =>
  (caseRateEventTypes as readonly string[]).includes(event.type);

export type RateEvent = EventByType<
  (typeof leadAndClockEventTypes)[number] | (typeof caseRateEventTypes)[number] | 'lianban.case.answered.v1' | 'lianban.call-back.recorded.v2'
>;

/** Each service's events write fields of their own, so the order between services does not matter. */
export interface RateFacts {
  readonly registeredAt: string | null;
  readonly currentLead: string | null;
  readonly leadAtAnswer: string | null;
  readonly contact: ContactStatus | null;
  /** Last one of each demand: `own`, or the case of one that joined. */
  readonly outcomes: Readonly<Record<string, RecordedOutcome>>;
  /** Its demand counts with the case it is merged into. */
  readonly merged: boolean;
}
export const initialRateFacts: RateFacts = { registeredAt: null, currentLead: null, leadAtAnswer: null, contact: null, outcomes: {}, merged: false };

/** Facts as they were stored before demands could join: one outcome, the case's own. */
export const currentRateFacts = ({ outcome, ...stored }: Partial<RateFacts> & { readonly outcome?: RecordedOutcome | null }): RateFacts =>
  ({ ...initialRateFacts, ...(outcome ? { outcomes: { own: outcome } } : {}), ...stored });

export const evolveRateFacts = (facts: RateFacts, event: EventEnvelope<RateEvent>): RateFacts => {
  switch (event.type) {
    case 'lianban.case.registered.v1':
      return { ...facts, registeredAt: event.metadata.occurredAt };
    case 'lianban.case.merged.v1':
      return { ...facts, merged: true };
    case 'lianban.case.unmerged.v1':
      return { ...facts, merged: false };
    case 'lianban.demand.left.v1': {
      const { [event.data.demandCaseId]: _, ...outcomes } = facts.outcomes;
      return { ...facts, outcomes };
    }
    case 'lianban.case.dispatched.v1':
      return { ...facts, currentLead: event.data.lead };
    case 'lianban.case.answered.v1':
      // The lead of a rework has no dispatch of its own; it counts from its answer on.
      return { ...facts, leadAtAnswer: event.data.lead };
    case 'lianban.call-back.recorded.v2': {
      const { demandCaseId, reached, resolved, satisfaction } = event.data;
      const demand = demandCaseId ?? 'own';
      const outcome = lastOutcome(facts.outcomes[demand] ?? null, { sequence: event.metadata.streamVersion, reached, resolved, satisfaction });
      return { ...facts, outcomes: { ...facts.outcomes, [demand]: outcome } };
    }
    default:
      return event.data.kind === 'contact' ? { ...facts, contact: contactStatus(facts.contact, event) } : facts;
  }
};

type ClockEvent = EventEnvelope<Extract<RateEvent, { type: `lianban.clock.${string}` }>>;

/** Sla's last word on the clock wins: a correction or a cancellation takes back a breach. */
const contactStatus = (known: ContactStatus | null, event: ClockEvent): ContactStatus => {
  switch (event.type) {
    case 'lianban.clock.started.v2':
      return known ?? 'running';
    case 'lianban.clock.rescheduled.v1':
      return event.data.status;
    case 'lianban.clock.stopped.v2':
      return event.data.outcome === 'met' ? 'met' : 'breached';
    case 'lianban.clock.breached.v2':
      return 'breached';
    case 'lianban.clock.corrected.v2':
      return 'met';
    case 'lianban.clock.cancelled.v2':
      return 'cancelled';
    default:
      return event satisfies never;
  }
};

/** Where a case counts, and what it counts. Without a period it is not counted yet. */
export interface CountedCase {
  readonly period: string | null;
  readonly department: string | null;
  readonly counts: Counts;
}
export const countedCase = (facts: RateFacts): CountedCase => ({
  period: facts.registeredAt === null ? null : periodOf(facts.registeredAt),
  department: departmentOf(facts),
  counts: countsOf({ contact: facts.contact, outcomes: facts.merged ? [] : Object.values(facts.outcomes) }),
});
