/** The one way in which events come about: a stream and its facts, a pure decision, what is to be written. Who runs it differs only in how it locks and commits. */
import type { EventEnvelope } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { AppendMeta, EventStore, NewEvent, PreparedAppend, Tx } from '@lianban/event-store';
import { isLostRace } from '@lianban/kafka';
import type { Aggregate, Change, RowWriter, Standing, WriteRows } from './aggregate.js';

/** A change that is ready to be written. */
export interface Decision<State, Facts = undefined> extends Change<State, Facts> {
  readonly append: PreparedAppend;
  /** Follow from the events. */
  readonly rows: readonly RowToWrite[];
}

export interface RowToWrite {
  readonly writer: RowWriter<unknown>;
  readonly item: unknown;
}

export const standingOf = <State, Facts>(stream: Aggregate<State, Facts>, streamId: string, history: readonly EventEnvelope[], facts: Facts): Standing<State, Facts> =>
  ({ streamId, version: history.length, state: foldEvents(stream, history), facts });

/** @param decide pure. `[]` means it is already so. @throws what `decide` throws; UnreadableEvent when an event breaks its own schema */
export const decideOn = <State, Facts>(
  store: Pick<EventStore, 'prepare'>, stream: Aggregate<State, Facts>, before: Standing<State, Facts>, decide: (before: Standing<State, Facts>) => readonly NewEvent[], meta: AppendMeta,
): Decision<State, Facts> => {
  const append = store.prepare({ streamId: before.streamId, expectedVersion: before.version, events: decide(before), meta });
  const events = append.envelopes;
  const change = { ...before, version: before.version + events.length, state: foldEvents(stream, events, before.state), events };
  return { ...change, append, rows: events.length === 0 ? [] : rowsOf((write) => stream.rows?.(change, write)) };
};

export const asRow = <Item>(writer: RowWriter<Item>, item: Item): RowToWrite => ({ writer: writer as RowWriter<unknown>, item });

/** What `ask` has asked to be written. */
export const rowsOf = (ask: (write: WriteRows) => void): RowToWrite[] => {
  const rows: RowToWrite[] = [];
  ask((writer, item) => rows.push(asRow(writer, item)));
  return rows;
};

/** Writers run in the order in which they were first asked for, each once. @returns what each is to write */
export const byWriter = (rows: readonly RowToWrite[]): ReadonlyMap<RowWriter<unknown>, unknown[]> => {
  const found = new Map<RowWriter<unknown>, unknown[]>();
  for (const { writer, item } of rows) {
    const items = found.get(writer);
    if (items) items.push(item);
    else found.set(writer, [item]);
  }
  return found;
};

/** Appends first, then rows, as everyone does. @throws ConflictError: the transaction must be rolled back then */
export const writeDecisions = async (store: EventStore, tx: Tx, decisions: readonly Pick<Decision<unknown, unknown>, 'append' | 'rows'>[], more: readonly RowToWrite[] = []): Promise<void> => {
  await store.appendMany(tx, decisions.flatMap(({ append }) => (append.records.length > 0 ? append : [])));
  for (const [writer, items] of byWriter([...decisions.flatMap(({ rows }) => rows), ...more])) await writer(tx, items);
};

const attempts = 6;

/** Runs `work`, a transaction or what ends in one, again when it lost a race, a few times. @param lost is told of each time */
export const untilWon = async <T>(work: () => Promise<T>, lost: () => void = () => undefined): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !isLostRace(error)) throw error;
      lost();
    }
  }
};
