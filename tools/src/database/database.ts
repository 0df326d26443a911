import { setTimeout as delay } from 'node:timers/promises';
import { serviceNames, type ServiceName } from '@lianban/contracts';
import { SessionClient } from '@lianban/event-store';
import type pg from 'pg';
import { noSuchDatabase } from '../infrastructure/embedded-postgres.js';
import { keepAnalystToReading } from './keep-to-reading.js';
import { migrationSets, runMigrations, type MigrationSet } from './migrate.js';
import { installReadModels } from './read-models.js';
import {
  analystRole, configureRoles, ensureDatabase, ensureRoles, ensureSchemas, grantAccess, ownerRole, serviceRole, type Passwords,
} from './roles.js';
import { withSession } from './with-session.js';

export interface DatabaseUrls {
  /** The given admin user, in Lianban's database: for migrations and rebuilds. */
  admin: string;
  /** Each service's own role. */
  services: Readonly<Record<ServiceName, string>>;
  /** Read-only, the views of schema insight. */
  analyst: string;
  /** Migrations that ran now, as `schema/file`. */
  ran: string[];
}

export interface PrepareOptions {
  passwords: Passwords;
  /** Overrides the rule of `targetDatabase`. */
  database?: string;
  migrations?: readonly MigrationSet[];
}

/** A URL of a maintenance database means "make your own beside it" (`lianban`); any other names the database to use. */
export function targetDatabase(adminUrl: string): string {
  return isMaintenance(adminUrl) ? 'lianban' : databaseOf(adminUrl);
}

const databaseOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1));
const isMaintenance = (url: string) => ['', 'postgres', 'template1', 'defaultdb'].includes(databaseOf(url));

/**
 * Brings a database from nothing, or from any earlier version, to what the services need: database, roles, schemas,
 * migrations, grants. Running it again changes nothing.
 * @returns with `limited`: whether the analyst could be kept to reading, for which the admin user must be a superuser
 * @param adminUrl a superuser, or a user with CREATEDB and CREATEROLE (a clear StartupProblem says which right is missing)
 */
export async function prepareDatabase(adminUrl: string, options: PrepareOptions): Promise<DatabaseUrls & { limited: boolean }> {
  const database = options.database ?? targetDatabase(adminUrl);
  const admin = withDatabase(adminUrl, database);
  if (!(await exists(admin))) {
    const elsewhere = isMaintenance(adminUrl) ? adminUrl : withDatabase(adminUrl, 'postgres');
    await withSession(elsewhere, (client) => ensureDatabase(client, database));
  }
  let limited = false;
  const ran = await withSession(admin, async (client) => {
    await takeTurn(client);
    await ensureRoles(client, options.passwords);
    await configureRoles(client, database);
    limited = await keepAnalystToReading(client, database);
    await client.query(`SET ROLE ${ownerRole}`);
    await ensureSchemas(client);
    const done = await runMigrations(client, options.migrations ?? migrationSets());
    if (!options.migrations) done.push(...await installReadModels(client));
    await grantAccess(client);
    return done;
  }, { application_name: 'lianban-prepare' });
  const as = (role: string) => withUser(admin, role, options.passwords[role] ?? '');
  const services = Object.fromEntries(serviceNames.map((schema) => [schema, as(serviceRole(schema))])) as Record<ServiceName, string>;
  return { admin, services, analyst: as(analystRole), ran, limited };
}

/**
 * Two preparations at a time would both find a role missing. Asks again and again: a statement that waits is one that an index built
 * CONCURRENTLY waits for.
 */
async function takeTurn(client: pg.ClientBase): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>(`SELECT pg_try_advisory_lock(hashtext('lianban-prepare')) AS mine`);
    if (rows[0]?.mine) return;
    await delay(100);
  }
}

/** Any error but "no such database" is left to the real connection, which words it. */
async function exists(url: string): Promise<boolean> {
  const client = new SessionClient({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === noSuchDatabase);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

function withUser(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = encodeURIComponent(password);
  return changed.href;
}
