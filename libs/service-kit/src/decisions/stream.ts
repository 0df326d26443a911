import type { EventEnvelope } from '@lianban/contracts';
import type { Fold } from '@lianban/event-store';

/** What is said once about a kind of stream, for all commands and reactions of its service. */
export interface StreamDefinition<State, Facts = undefined> extends Fold<State> {
  /** What is known from other services before any of them was heard; undefined where no decision needs it. */
  readonly initialFacts: Facts;
  /** Time alone brought this event about, nobody entered it. Later entries for the past may be dated before it. */
  isAside(event: EventEnvelope): boolean;
  /** When that happened which every command rests on, and what it was: nothing can be dated before it. Null: not known. */
  notBefore(facts: Facts): { readonly at: string; readonly what: string } | null;
}

/** The event that a new one can't be dated before: the latest by its time, since one may have been entered after others that happened later. */
export const lastEntered = (history: readonly EventEnvelope[], { isAside }: Pick<StreamDefinition<unknown>, 'isAside'>): EventEnvelope | undefined =>
  history.filter((event) => !isAside(event)).reduce<EventEnvelope | undefined>((last, event) => (last && timeOf(last) > timeOf(event) ? last : event), undefined);

const timeOf = ({ metadata }: EventEnvelope): number => Date.parse(metadata.occurredAt);
