import { together } from '@lianban/event-store';
import { rowsWritten } from './metrics.js';
import type { ReadModel, ReadModelTable, RowsByTable, Tx } from './read-model.js';
import { tableOf } from './read-model.js';

/** Postgres hands times out as Date; in a row they are text, as the fold writes them. */
const asWritten = (row: Record<string, unknown>): object => {
  for (const [column, value] of Object.entries(row)) if (value instanceof Date) row[column] = value.toISOString();
  return row;
};

/** The `state` rows of these groups, one statement a table. Groups without rows are absent. */
export const loadRows = async (tx: Tx, model: Pick<ReadModel<unknown>, 'tables' | 'groupColumn'>, version: number, groups: readonly string[]): Promise<Map<string, RowsByTable>> => {
  const loaded = new Map<string, Record<string, object[]>>();
  const answers = await together(tx, model.tables.filter(({ kind }) => kind === 'state').map(({ name }) => async () =>
    ({ name, ...await tx.query<Record<string, unknown>>(`SELECT * FROM ${tableOf(name, version)} WHERE ${model.groupColumn} = ANY($1)`, [groups]) })));
  for (const { name, rows } of answers) {
    for (const row of rows) {
      const group = String(row[model.groupColumn]);
      const tables = loaded.get(group) ?? {};
      loaded.set(group, tables);
      (tables[name] ??= []).push(asWritten(row));
    }
  }
  return loaded;
};

/**
 * Writes rows with one statement a table. Columns that the table does not have are left out: a build with a new column works on
 * the tables of the build before, until a rebuild makes those of its own shape.
 */
export const createRowWriter = () => {
  const columnsByTable = new Map<string, readonly string[]>();

  const columnsOf = async (tx: Tx, table: string): Promise<readonly string[]> => {
    const known = columnsByTable.get(table);
    if (known) return known;
    const { rows } = await tx.query<{ attname: string }>(
      'SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped', [table]);
    if (rows.length === 0) throw new Error(`table ${table} does not exist`);
    const columns = rows.map(({ attname }) => attname);
    columnsByTable.set(table, columns);
    return columns;
  };

  return async (tx: Tx, { name, key, kind }: ReadModelTable, version: number, rows: readonly object[]): Promise<void> => {
    const [first] = rows;
    if (!first) return;
    const table = tableOf(name, version);
    const existing = await columnsOf(tx, table);
    const columns = Object.keys(first).filter((column) => existing.includes(column));
    rowsWritten.inc({ table: name }, rows.length);
    const list = columns.join(', ');
    const changed = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`).join(', ');
    await tx.query(
      `INSERT INTO ${table} (${list}) SELECT ${list} FROM json_populate_recordset(NULL::${table}, $1::json)
       ON CONFLICT (${key.join(', ')}) DO ${kind === 'log' ? 'NOTHING' : `UPDATE SET ${changed}`}`,
      [JSON.stringify(rows)],
    );
  };
};
