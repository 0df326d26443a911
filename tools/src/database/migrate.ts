import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSource, serviceNames, type ServiceName } from '@lianban/contracts';
import { runner, type MigrationBuilder } from 'node-pg-migrate';
import type pg from 'pg';
import { checkout } from '../checkout.js';

/** A folder of numbered SQL files; each keeps its own list of what has run, so that libraries and services number independently. */
export interface MigrationSet { schema: ServiceName; dir: string; table: string }

/** In the order they run: what libraries bring, then the service's own. Folders that are not there are left out. */
export function migrationSets(root = checkout): MigrationSet[] {
  const sets = serviceNames.flatMap((schema): MigrationSet[] => [
    ...(isSource(schema) ? [{ schema, dir: 'libs/event-store/migrations', table: 'migrations_event_store' }] : []),
    { schema, dir: 'libs/kafka/migrations', table: 'migrations_kafka' },
    { schema, dir: 'libs/service-kit/migrations', table: 'migrations_service_kit' },
    { schema, dir: `apps/${schema}/migrations`, table: 'migrations' },
  ]);
  return sets.map((set) => ({ ...set, dir: join(root, set.dir) })).filter(({ dir }) => existsSync(dir));
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Postgres builds an index beside the writers only outside of a transaction: then each statement, which ends a line with `;`, goes alone. */
const loadSql = (paths: readonly string[]) => Promise.all(paths.map(async (path) => {
  const text = await readFile(path, 'utf8');
  const up = (migration: MigrationBuilder): void => {
    if (!/^(?:CREATE|DROP) .*INDEX CONCURRENTLY/m.test(text)) return migration.sql(text);
    migration.noTransaction();
    for (const statement of text.split(/(?<=;)\s*$/m)) if (statement.trim()) migration.sql(statement);
  };
  return { id: path, filePaths: [path], actions: { up, down: false as const } };
}));

/**
 * Runs what has not run yet, each file in a transaction of its own (but see `loadSql`: such a file can be run again), on a connection that already acts as the owner role.
 * Two at the same time wait for each other.
 * @returns what ran, as `schema/file`
 * @throws Error naming the schema and the folder, with Postgres's own message
 */
export async function runMigrations(owner: pg.ClientBase, sets: readonly MigrationSet[]): Promise<string[]> {
  const ran: string[] = [];
  for (const { schema, dir, table } of sets) {
    try {
      const done = await runner({
        dbClient: owner, dir, schema, migrationsTable: table, direction: 'up', singleTransaction: false,
        advisoryLockMode: 'wait', logger: quiet, migrationLoaderStrategies: [{ extensions: ['.sql'], loader: loadSql }],
      });
      ran.push(...done.map(({ name }) => `${schema}/${name}`));
    } catch (error) {
      throw new Error(`migration of schema ${schema} from ${dir} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  return ran;
}
