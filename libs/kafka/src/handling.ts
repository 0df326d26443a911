import type { EventEnvelope, EventReader, Source } from '@lianban/contracts';
import { queriesOf, together } from '@lianban/event-store';
import type { BoundStatement, Tx } from '@lianban/event-store';
import type pg from 'pg';
import type { BackboneLog } from './client.js';

/** What is written at the end of the transaction: it goes out in one go with the positions and COMMIT, so that nobody waits for each. */
export interface LastWrites {
  readonly statements: readonly BoundStatement[];
  /** Called when the transaction has ended, with the error if it was not committed or the outcome is unknown. */
  ended(error?: unknown): void;
}

/** For a transaction that does not end with them. */
export const writeNow = async (tx: Tx, { statements, ended }: LastWrites): Promise<void> => {
  try {
    await together<readonly unknown[]>(tx, queriesOf(tx, statements));
    ended();
  } catch (error) {
    ended(error);
    throw error;
  }
};

/** What a consumer does with events. All its effects must go through `tx`. */
export interface EventHandling {
  /** Newest types it handles. Events of other families are skipped, but their versions still count. */
  readonly handled: ReadonlySet<string>;
  /** How many events may share a transaction. */
  readonly batchSize: number;
  /** Reads, or locks of the transaction, that go out with BEGIN, for the streams of which something may have to be handled; `handle` is given the answer where it was asked. */
  opening?(tx: Tx, streamIds: readonly string[]): Promise<unknown>;
  /**
   * Each stream's events in order, of several partitions at most `batchSize`. May be called again for the same events after a rollback, also one by one.
   * @returns what it has not written yet
   */
  handle(tx: Tx, envelopes: readonly EventEnvelope[], opened?: unknown): Promise<LastWrites | void>;
  /** After the commit; for caches. Errors are logged only. */
  committed?(envelopes: readonly EventEnvelope[]): void;
}

export interface ApplyOptions extends EventHandling {
  readonly consumer: string;
  readonly pool: pg.Pool;
  readonly log: BackboneLog;
  /** Events of this source are the service's own and are skipped. */
  readonly ownSource?: Source;
  /** How often a throwing handler is tried before its event is parked. Lost races and a database that is down don't count. */
  readonly attempts?: number;
  /** Ends a drain of parked events between two transactions. */
  readonly stopping?: AbortSignal;
  /** The event versions it knows: all released ones, except in tests of an upgrade. */
  readonly reader?: EventReader;
}
