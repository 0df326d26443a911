import type { Actor, EventEnvelope, EventMetadata, LianbanEvent } from '@lianban/contracts';
import type { CustomTypesConfig } from 'pg';

/** SQL with its own way to parse the answer, such as `timesAsText`, or its own time limit in milliseconds. */
export interface Statement {
  readonly text: string;
  readonly types?: CustomTypesConfig;
  readonly query_timeout?: number;
}

/** A transaction in progress. `query` takes SQL with `$1` parameters. */
export interface Tx {
  query<Row extends object = Record<string, unknown>>(statement: string | Statement, values?: unknown[]): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** An event that was decided and is to be written. `occurredAt`, `id` and `cause` win over the command's own. */
export type NewEvent = LianbanEvent & { readonly occurredAt?: string; readonly id?: string; readonly cause?: Cause };

/** The event that brought another one about. */
export type Cause = Pick<EventMetadata, 'id' | 'correlationId'>;

/** What all events of one append share. Times are ISO 8601 with offset. */
export interface AppendMeta {
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: Actor;
}

/** Events to be written to one stream after `expectedVersion` (0: the stream is new). */
export interface Append {
  readonly streamId: string;
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
  readonly meta: AppendMeta;
}

/** One event as it is written, without its place. */
export interface EventRecord extends Omit<EventMetadata, 'source' | 'streamId' | 'streamVersion'> {
  readonly type: string;
  readonly data: unknown;
}

/** Events checked and ready to be written: as they will lie in the store, and as everyone will see them. */
export interface PreparedAppend {
  readonly streamId: string;
  readonly expectedVersion: number;
  readonly records: readonly EventRecord[];
  readonly envelopes: readonly EventEnvelope[];
}

/** The stream was not at the expected version, or a younger transaction wrote it first. Load, decide and try in a NEW transaction. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  constructor(readonly streamId: string, readonly expectedVersion: number) {
    super(`stream ${streamId} is not at version ${expectedVersion} for this transaction`);
  }
}

/** One service's event streams. There is no append without an expected version. */
export interface EventStore {
  /** Runs `work` in one READ COMMITTED transaction: all of it is on disk when the promise resolves, or none of it. Keep it short. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The whole stream in order, every event lifted to its newest version; `[]` when there is none. */
  read(streamId: string, tx?: Tx): Promise<EventEnvelope[]>;
  /**
   * Appends after `expectedVersion` (0: the stream is new). Write last: read and decide before the transaction's first write.
   * Times may have any offset; what is returned and read is UTC with milliseconds.
   * @throws ConflictError; UnreadableEvent when an event breaks its own schema, before anything is written
   */
  append(tx: Tx, streamId: string, expectedVersion: number, events: readonly NewEvent[], meta: AppendMeta): Promise<EventEnvelope[]>;
  /**
   * An append that is a transaction of its own, committed together with those of other callers that wait at the same moment; each has its
   * own outcome. Resolves when it is on disk.
   * @throws ConflictError, UnreadableEvent; Overloaded when too many wait: then nothing was written
   */
  commit(append: Append): Promise<EventEnvelope[]>;
  /** Many streams at once, each as `read` gives it; those that do not exist are absent. */
  readMany(streamIds: readonly string[], tx?: Tx): Promise<ReadonlyMap<string, readonly EventEnvelope[]>>;
  /** Checks an append and says how its events will be read, without writing. @throws UnreadableEvent when an event breaks its own schema */
  prepare(append: Append): PreparedAppend;
  /**
   * Writes prepared appends to any number of streams in one statement; several to one stream in their order.
   * @throws ConflictError for the first that was not possible; the transaction must be rolled back then
   */
  appendMany(tx: Tx, appends: readonly PreparedAppend[]): Promise<void>;
}

/** How a state is made from events: `evolve` never refuses. */
export interface Fold<State> {
  readonly initialState: State;
  evolve(state: State, event: EventEnvelope): State;
}

export const foldEvents = <State>(fold: Fold<State>, events: readonly EventEnvelope[], from: State = fold.initialState): State =>
  events.reduce((state, event) => fold.evolve(state, event), from);
