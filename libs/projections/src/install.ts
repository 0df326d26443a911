import type pg from 'pg';
import { refuseUnwritable } from './columns.js';
import type { ReadModel } from './read-model.js';
import { readModelSql } from './sql-files.js';

/**
 * Makes version 1 of a read model that is not there yet, in the shape of this build; a later shape comes by a rebuild.
 * Needs a connection that acts as the owner of the tables, with the schema in its search path.
 * @returns whether it made it
 * @throws Error for a column that the fold could not write
 */
export const installReadModel = async (owner: pg.ClientBase, model: Pick<ReadModel<unknown>, 'name' | 'tables'>, folder: URL): Promise<boolean> => {
  const sql = await readModelSql(folder, 1);
  await owner.query('BEGIN');
  try {
    const { rowCount } = await owner.query('INSERT INTO read_model (name, version, shape) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING', [model.name, sql.shape]);
    if (rowCount) {
      for (const statement of [sql.tables, ...sql.indexes, sql.views]) await owner.query(statement);
      await refuseUnwritable(owner, model, 1);
    }
    await owner.query('COMMIT');
    return rowCount === 1;
  } catch (error) {
    await owner.query('ROLLBACK');
    throw error;
  }
};
