import type { EventEnvelope } from '@lianban/contracts';
import type { EventHandling } from '@lianban/kafka';

/** A transaction in progress, as the consumer runner hands it out. */
export type Tx = Parameters<EventHandling['handle']>[0];

export interface ReadModelTable {
  /** Without the version: `cases` lives in `cases_v1`, `cases_v2`, … */
  readonly name: string;
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** `state` rows are loaded, changed and written back; `log` rows are only ever added, and never loaded. */
  readonly kind: 'state' | 'log';
}

/** Rows by table name; a row's properties are the table's columns, its values what JSON can say (times as ISO 8601). */
export type RowsByTable = Readonly<Record<string, readonly object[]>>;

/**
 * What a read model is: tables, and a pure fold from one group's events (a case's) to the group's rows.
 * Groups are independent, and a group's events all have one subject (the case), so that they are in one partition.
 */
export interface ReadModel<View> {
  readonly name: string;
  readonly topics: readonly string[];
  /** Event types it is made of. */
  readonly handled: ReadonlySet<string>;
  readonly tables: readonly ReadModelTable[];
  /**
   * Tables that triggers on the others keep in step, such as sums: made, switched and dropped with them, never written from here. The trigger function of one is
   * `keep_<table>_vN`, or one for each kind of change, `keep_<table>_insert_vN` and so on. The procedure `fold_<table>_vN` puts together what connections of a
   * rebuild wrote side by side.
   */
  readonly kept?: readonly string[];
  /** The column every table names the group by. */
  readonly groupColumn: string;
  groupOf(of: { readonly streamId: string }): string;
  empty(group: string): View;
  /**
   * Takes an event in. Both this and `settle` may change the view they are given, which is the caller's own. Never refuses; keeps rows that did not
   * change as the same objects, so that they are not written.
   */
  evolve(view: View, event: EventEnvelope): View;
  /** Once after all events of a batch: what is derived from the rest. */
  settle(view: View): View;
  toRows(view: View): RowsByTable;
  /** The rows of the `log` tables that came to the view since the last time; it forgets them. */
  takeLog(view: View): RowsByTable;
  /** The opposite of `toRows` but for the `log` tables, whose rows start empty. */
  fromRows(group: string, rows: RowsByTable): View;
}

export const tableOf = (table: string, version: number): string => `${table}_v${version}`;

/** Name under which the consumer runner keeps the positions of a read model; also the consumer group's. */
export const consumerOf = (readModel: string): string => `insight.${readModel}`;

/** Name of the copy that a rebuild fills, in the registry and for its consumer. */
export const copyName = (model: { readonly name: string }, version: number): string => `${model.name}.v${version}`;
