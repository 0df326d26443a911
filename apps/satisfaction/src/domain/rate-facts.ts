/** What the three rates (三率) read of a case in the others' events. A fact is never refused: it has happened. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import type { ContactStatus } from '@lianban/scoring';

/** Events of sla that say how its clock of the first contact stands. Those of other clocks change nothing here. */
export const contactEventTypes = [
  'lianban.clock.started.v2',
  'lianban.clock.stopped.v2',
  'lianban.clock.breached.v2',
  'lianban.clock.corrected.v2',
  'lianban.clock.cancelled.v2',
  'lianban.clock.rescheduled.v1',
] as const;
type ContactEvent = EventEnvelope<EventByType<(typeof contactEventTypes)[number]>>;

/** Each service's events write fields of their own, so the order between services does not matter. */
export interface RateFacts {
  readonly registeredAt: string | null;
  readonly currentLead: string | null;
  readonly leadAtAnswer: string | null;
  readonly contact: ContactStatus | null;
  readonly merged: boolean;
}
export const initialRateFacts: RateFacts = { registeredAt: null, currentLead: null, leadAtAnswer: null, contact: null, merged: false };

/** Sla's last word on the clock wins: a correction or a cancellation takes back a breach. */
export const contactStatus = (known: ContactStatus | null, event: ContactEvent): ContactStatus => {
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
