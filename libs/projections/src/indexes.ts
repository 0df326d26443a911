/** A copy's keys and indexes, made when its rows are there. `CONCURRENTLY`, since a long transaction of any role would hold back the relays. */
import type pg from 'pg';
import { tableOf, type ReadModel } from './read-model.js';

/** Memory for one index build; the default of 64 MB sorts a million rows on disk. */
const buildMemory = '256MB';

type Model = Pick<ReadModel<unknown>, 'tables' | 'kept'>;

const keyName = (table: string): string => `${table}_pkey`;

export const dropPrimaryKeys = async (pool: pg.Pool, { tables }: Model, version: number): Promise<void> => {
  for (const { name } of tables) await pool.query(`ALTER TABLE ${tableOf(name, version)} DROP CONSTRAINT ${keyName(tableOf(name, version))}`);
};

/** Runs lists of statements side by side, two lists at a time; the statements of one list one after the other. */
const sideBySide = async (pool: pg.Pool, lists: readonly (readonly string[])[]): Promise<void> => {
  const rest = [...lists];
  const work = async () => {
    const client = await pool.connect();
    try {
      await client.query(`SET maintenance_work_mem = '${buildMemory}'`);
      for (let list = rest.shift(); list; list = rest.shift()) for (const statement of list) await client.query(statement);
      await client.query('RESET maintenance_work_mem');
      client.release();
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  };
  await Promise.all([work(), work()]);
};

export const createPrimaryKeys = (pool: pg.Pool, { tables }: Model, version: number): Promise<void> => sideBySide(pool, [...tables].reverse().map(({ name, key }) => {
  const table = tableOf(name, version);
  return [
    `CREATE UNIQUE INDEX CONCURRENTLY ${keyName(table)} ON ${table} (${key.join(', ')})`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${keyName(table)} PRIMARY KEY USING INDEX ${keyName(table)}`,
  ];
}));

/** Of the tables that triggers keep; in place of the rows that this has put together others come. */
export const foldKept = async (pool: pg.Pool, { kept = [] }: Model, version: number): Promise<void> => {
  for (const name of kept) {
    await pool.query(`CALL fold_${tableOf(name, version)}()`);
    await pool.query(`VACUUM ${tableOf(name, version)}`);
  }
};

/** Statistics for the planner. One process samples each table, so two tables take as long as one. */
export const analyze = (pool: pg.Pool, tables: readonly string[]): Promise<void> => sideBySide(pool, tables.map((table) => [`ANALYZE ${table}`]));

/** @param statements `CREATE INDEX … ON table …`; those of one table take turns, as Postgres demands */
export const createIndexes = (pool: pg.Pool, statements: readonly string[], say: (index: string) => void): Promise<void> => {
  const byTable = new Map<string, string[]>();
  for (const statement of statements) {
    const [, index = 'index', table = ''] = /INDEX (\S+) ON (\S+)/.exec(statement) ?? [];
    say(index);
    byTable.set(table, [...byTable.get(table) ?? [], statement.replace(/^CREATE INDEX/, 'CREATE INDEX CONCURRENTLY')]);
  }
  return sideBySide(pool, [...byTable.values()]);
};
