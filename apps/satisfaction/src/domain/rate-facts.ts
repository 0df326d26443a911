/** What the three rates (三率) need of a case from the events of other services. A fact is never refused: it has happened. */
import { foldBy, typesOf } from '@lianban/contracts';
import type { Folds } from '@lianban/contracts';
import type { ContactStatus } from '@lianban/scoring';

/** Each service's events write their own fields. So the order between services does not matter. */
export interface RateFacts {
  readonly registeredAt: string | null;
  readonly currentLead: string | null;
  readonly leadAtAnswer: string | null;
  readonly contact: ContactStatus | null;
  readonly merged: boolean;
}
export const initialRateFacts: RateFacts = { registeredAt: null, currentLead: null, leadAtAnswer: null, contact: null, merged: false };

/** Status of sla's clock of the first contact. The last event wins: a correction or a cancellation undoes a breach. */
const contactFolds = {
  'lianban.clock.started.v2': (known) => known ?? 'running',
  'lianban.clock.rescheduled.v1': (_, { data }) => data.status,
  'lianban.clock.stopped.v2': (_, { data }) => (data.outcome === 'met' ? 'met' : 'breached'),
  'lianban.clock.breached.v2': () => 'breached',
  'lianban.clock.corrected.v2': () => 'met',
  'lianban.clock.cancelled.v2': () => 'cancelled',
} satisfies Folds<ContactStatus | null>;
/** Clocks of other kinds have these events too. */
export const contactEventTypes = typesOf(contactFolds);
export const contactStatus = foldBy<ContactStatus | null>(contactFolds, 'satisfaction');
