/** What the three rates (三率) read of a case in the others' events. A fact is never refused: it has happened. */
import { foldBy, typesOf } from '@lianban/contracts';
import type { Folds } from '@lianban/contracts';
import type { ContactStatus } from '@lianban/scoring';

/** Each service's events write fields of their own, so the order between services does not matter. */
export interface RateFacts {
  readonly registeredAt: string | null;
  readonly currentLead: string | null;
  readonly leadAtAnswer: string | null;
  readonly contact: ContactStatus | null;
  readonly merged: boolean;
}
export const initialRateFacts: RateFacts = { registeredAt: null, currentLead: null, leadAtAnswer: null, contact: null, merged: false };

/** How sla's clock of the first contact stands. Its last word wins: a correction or a cancellation takes back a breach. */
const contactFolds = {
  'lianban.clock.started.v2': (known) => known ?? 'running',
  'lianban.clock.rescheduled.v1': (_, { data }) => data.status,
  'lianban.clock.stopped.v2': (_, { data }) => (data.outcome === 'met' ? 'met' : 'breached'),
  'lianban.clock.breached.v2': () => 'breached',
  'lianban.clock.corrected.v2': () => 'met',
  'lianban.clock.cancelled.v2': () => 'cancelled',
} satisfies Folds<ContactStatus | null>;
/** Other clocks have these events too. */
export const contactEventTypes = typesOf(contactFolds);
export const contactStatus = foldBy<ContactStatus | null>(contactFolds, 'satisfaction');
