import { UnreadableEvent } from './catalogue.js';
import type { EventByType, EventType } from './catalogue.js';
import type { EventEnvelope } from './envelope.js';

/** From a type of event to how it changes a state; `at` is when it happened. The table's keys are the types that are folded. */
export type Folds<State> = { readonly [Type in EventType]?: Fold<State, Type> };
type Fold<State, Type extends EventType> = (state: State, event: EventEnvelope<EventByType<Type>>, at: string) => State;

export const typesOf = <Table extends object>(folds: Table) => Object.keys(folds) as (keyof Table & EventType)[];

/** The same change by each of these types. */
export const foldEach = <const Type extends EventType, State>(types: readonly Type[], fold: Fold<State, Type>) =>
  Object.fromEntries(types.map((type) => [type, fold])) as unknown as { readonly [Each in Type]: Fold<State, Each> };

/** The fold by a table. @throws UnreadableEvent for a type that the table does not have */
export const foldBy = <State>(folds: Folds<State>, who: string) => (state: State, event: EventEnvelope): State => {
  const fold = folds[event.type] as Fold<State, EventType> | undefined;
  if (!fold) throw new UnreadableEvent(`${who} takes nothing from ${event.type}`);
  return fold(state, event, event.metadata.occurredAt);
};
