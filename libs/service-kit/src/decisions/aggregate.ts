import type { EventEnvelope } from '@lianban/contracts';
import type { Fold, Tx } from '@lianban/event-store';
import type { Message } from '@lianban/texts';

/** What is said once about a kind of stream. Commands, reactions, timers and second cases all run on it. */
export interface Aggregate<State, Facts = undefined> extends Fold<State> {
  /** What is known from other services. Absent where no decision needs it. */
  readonly facts?: FactsDefinition<Facts>;
  /** Rows of this service that follow from new events; written in their transaction. */
  rows?(change: Change<State, Facts>, write: WriteRows): void;
  /** Time alone brought this event about, nobody entered it. Later entries for the past may be dated before it. Absent: there are none. */
  isAside?(event: EventEnvelope): boolean;
  /** When that happened which every command rests on, and what it was: nothing can be dated before it. Null or absent: not known. */
  notBefore?(facts: Facts): NotBefore | null;
}

export interface FactsDefinition<Facts> {
  /** Before anything was heard. */
  readonly initial: Facts;
  /** Facts as an earlier release has stored them, with what it did not know yet. Absent: nothing was added. */
  upgrade?(stored: Facts): Facts;
  /** Never refuses: another service's event is a fact. */
  evolve(facts: Facts, event: EventEnvelope): Facts;
}

/** A stream as a decision finds it. */
export interface Standing<State, Facts = undefined> {
  /** For cases the case id. */
  readonly streamId: string;
  readonly version: number;
  readonly state: State;
  readonly facts: Facts;
}

/** New events of a stream, and how it stands after them. */
export interface Change<State, Facts = undefined> extends Standing<State, Facts> {
  readonly events: readonly EventEnvelope[];
}

export interface NotBefore {
  readonly at: string;
  readonly what: Message;
}

/** Writes many rows in as few statements as it can; `items` in the order of the events. */
export type RowWriter<Item> = (tx: Tx, items: readonly Item[]) => Promise<void>;
/** Has a row written. The same writer each time: it gets all its items at once. */
export type WriteRows = <Item>(writer: RowWriter<Item>, item: Item) => void;

/** The facts to decide on, made from the stored ones, if there are any. */
export const factsFrom = <Facts>({ facts }: Pick<Aggregate<unknown, Facts>, 'facts'>, stored: unknown): Facts => {
  if (stored === undefined) return facts?.initial as Facts;
  return facts?.upgrade ? facts.upgrade(stored as Facts) : stored as Facts;
};
