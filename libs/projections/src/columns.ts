import type { Tx } from '@lianban/event-store';
import { binaryTypes, type RecordColumn } from './binary-rows.js';
import { type ReadModel, tableOf } from './read-model.js';

export interface StoredColumn extends RecordColumn {
  /** Number of the table's row type. */
  readonly rowType: number;
  /** By Postgres, from other columns: not written. */
  readonly generated: boolean;
}

/** Columns of a table in their order. @throws Error when there is no such table */
export const columnsOf = async (tx: Tx, table: string): Promise<StoredColumn[]> => {
  const { rows } = await tx.query<StoredColumn>(
    `SELECT a.attname AS name, t.typname AS type, t.oid AS "typeOid", c.reltype AS "rowType", a.attgenerated <> '' AS generated
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
      WHERE c.oid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, [table]);
  if (rows.length === 0) throw new Error(`table ${table} does not exist`);
  return rows;
};

/**
 * Before the first event: a column that can't be written would park each of them.
 * @throws Error naming the columns
 */
export const refuseUnwritable = async (tx: Tx, model: Pick<ReadModel<unknown>, 'name' | 'tables'>, version: number): Promise<void> => {
  const unwritable: string[] = [];
  for (const { name } of model.tables) {
    for (const column of await columnsOf(tx, tableOf(name, version))) if (!column.generated && !binaryTypes.has(column.type)) unwritable.push(`${name}.${column.name} (${column.type})`);
  }
  if (unwritable.length > 0) {
    throw new Error(`The read model ${model.name} has columns of a type that a fold can't write: ${unwritable.join(', ')}. It can write ${[...binaryTypes].join(', ')}.`);
  }
};
