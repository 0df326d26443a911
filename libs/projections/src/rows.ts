import { type BoundStatement, timesAsText, together } from '@lianban/event-store';
import { rowArrays } from './binary-rows.js';
import { columnsOf } from './columns.js';
import { rowsWritten } from './metrics.js';
import type { ReadModel, ReadModelTable, RowsByTable, Tx } from './read-model.js';
import { tableOf } from './read-model.js';

/** The `state` rows of these groups as the fold writes them, one statement a table. Groups without rows are absent. */
export const loadRows = async (tx: Tx, model: Pick<ReadModel<unknown>, 'tables' | 'groupColumn'>, version: number, groups: readonly string[]): Promise<Map<string, RowsByTable>> => {
  const loaded = new Map<string, Record<string, object[]>>();
  const answers = await together(tx, model.tables.filter(({ kind }) => kind === 'state').map(({ name }) => async () =>
    ({ name, ...await tx.query<Record<string, unknown>>({ text: `SELECT * FROM ${tableOf(name, version)} WHERE ${model.groupColumn} = ANY($1)`, types: timesAsText }, [groups]) })));
  for (const { name, rows } of answers) {
    for (const row of rows) {
      const group = String(row[model.groupColumn]);
      const tables = loaded.get(group) ?? {};
      loaded.set(group, tables);
      (tables[name] ??= []).push(row);
    }
  }
  return loaded;
};

/** How rows are handed to one table. */
interface Writing {
  readonly columns: readonly string[];
  readonly toArray: (rows: readonly object[]) => Buffer;
}

/**
 * Statements that write rows, one a table. Columns that the table does not have are left out: a build with a new column works on
 * the tables of the build before, until a rebuild makes those of its own shape.
 */
export const createRowStatements = () => {
  const writings = new Map<string, Writing>();

  const writingOf = async (tx: Tx, table: string, row: object): Promise<Writing> => {
    const known = writings.get(table);
    if (known) return known;
    const rows = await columnsOf(tx, table);
    const columns = rows.map(({ name }) => name).filter((name) => name in row);
    const writing = { columns, toArray: rowArrays(rows[0]?.rowType ?? 0, rows, new Set(columns)) };
    writings.set(table, writing);
    return writing;
  };

  const statementOf = async (tx: Tx, { name, key, kind }: ReadModelTable, version: number, rows: readonly object[]): Promise<BoundStatement | undefined> => {
    const [first] = rows;
    if (!first) return undefined;
    const table = tableOf(name, version);
    const { columns, toArray } = await writingOf(tx, table, first);
    rowsWritten.inc({ table: name }, rows.length);
    const list = columns.join(', ');
    const changed = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`).join(', ');
    const keeps = kind === 'log' || changed === '';
    return {
      text: `INSERT INTO ${table} (${list}) SELECT ${list} FROM unnest($1::${table}[])
         ON CONFLICT (${key.join(', ')}) DO ${keeps ? 'NOTHING' : `UPDATE SET ${changed}`}`,
      values: [toArray(rows)],
    };
  };

  /** After an error: a table may have another shape by now, made anew under its name; the next try looks. */
  const forget = () => writings.clear();

  return { statementOf, forget };
};
