/** What the three rates (三率) read of one case, whoever's events say it. A fact is never refused: it has happened. */
import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';
import { countsOf, departmentOf, periodOf } from '@lianban/scoring';
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
  'lianban.case.registered.v1', 'lianban.case.merged.v1', 'lianban.case.unmerged.v1', 'lianban.demand.joined.v1', 'lianban.demand.left.v1',
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
  readonly outcomes: readonly RecordedOutcome[];
  readonly merged: boolean;
  readonly joined: readonly string[];
}
export const initialRateFacts: RateFacts = { registeredAt: null, currentLead: null, leadAtAnswer: null, contact: null, outcomes: [], merged: false, joined: [] };

/** What older facts lack is as at the start: the migrations bring outcomes and joined demands along. */
export const currentRateFacts = (stored: Partial<RateFacts>): RateFacts => ({ ...initialRateFacts, ...stored });

export const evolveRateFacts = (facts: RateFacts, event: EventEnvelope<RateEvent>): RateFacts => {
  switch (event.type) {
    case 'lianban.case.registered.v1':
      return { ...facts, registeredAt: event.metadata.occurredAt };
    case 'lianban.case.merged.v1':
      return { ...facts, merged: true };
    case 'lianban.case.unmerged.v1':
      return { ...facts, merged: false };
    case 'lianban.demand.joined.v1':
      return { ...facts, joined: [...facts.joined, event.data.demandCaseId] };
    case 'lianban.demand.left.v1':
      return { ...facts, joined: facts.joined.filter((caseId) => caseId !== event.data.demandCaseId) };
    case 'lianban.case.dispatched.v1':
      return { ...facts, currentLead: event.data.lead };
    case 'lianban.case.answered.v1':
      // The lead of a rework has no dispatch of its own; it counts from its answer on.
      return { ...facts, leadAtAnswer: event.data.lead };
    case 'lianban.call-back.recorded.v2': {
      const { demandCaseId, reached, resolved, satisfaction } = event.data;
      return { ...facts, outcomes: [...facts.outcomes, { demandCaseId, sequence: event.metadata.streamVersion, reached, resolved, satisfaction }] };
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
export const countedCase = (facts: RateFacts): CountedCase => {
  const period = facts.registeredAt === null ? null : periodOf(facts.registeredAt);
  return { period, department: departmentOf(facts), counts: countsOf({ ...facts, period }) };
};
