import { serviceNames, type ServiceName } from '@lianban/contracts';
import pg from 'pg';
import { StartupProblem } from '../infrastructure/startup-problem.js';

/** Where node-pg-migrate keeps what has run, by folder of migrations. */
export const migrationTables = ['migrations_event_store', 'migrations_kafka', 'migrations_service_kit', 'migrations'] as const;

/** Owns schemas and tables; nobody logs in as it. */
export const ownerRole = 'lianban_owner';
export const analystRole = 'analyst';
export const serviceRole = (schema: ServiceName) => `lianban_${schema}`;
export const loginRoles = [...serviceNames.map(serviceRole), analystRole];

/** Passwords of the login roles, by role. */
export type Passwords = Readonly<Record<string, string>>;

const name = pg.escapeIdentifier;
const text = pg.escapeLiteral;

/** Creates the database when it is missing; on the connection of any other database of the cluster. */
export async function ensureDatabase(admin: pg.ClientBase, database: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (rowCount) return;
  try {
    await admin.query(`CREATE DATABASE ${name(database)} ENCODING 'UTF8' TEMPLATE template0`);
  } catch (error) {
    throw lacking(error, `create the database "${database}"`, `ALTER ROLE … CREATEDB, or create it yourself and name it in DATABASE_URL`);
  }
  await admin.query(`REVOKE ALL ON DATABASE ${name(database)} FROM PUBLIC`);
}

/** Creates the roles that are missing and sets the passwords; roles belong to the whole cluster. */
export async function ensureRoles(admin: pg.ClientBase, passwords: Passwords): Promise<void> {
  const { rows: existing } = await admin.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
  const known = new Set(existing.map(({ rolname }) => rolname));
  const { rows: [me] } = await admin.query<{ rolsuper: boolean }>('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  try {
    if (!known.has(ownerRole)) await admin.query(`CREATE ROLE ${name(ownerRole)} NOLOGIN`);
    // Migrations run as the owner (SET ROLE), which one who is no superuser may only as its member.
    if (!me?.rolsuper) await admin.query(`GRANT ${name(ownerRole)} TO CURRENT_USER`);
    for (const role of loginRoles) {
      const password = passwords[role];
      if (password === undefined) throw new Error(`no password for role ${role}`);
      await admin.query(`${known.has(role) ? 'ALTER' : 'CREATE'} ROLE ${name(role)} LOGIN PASSWORD ${text(password)}`);
    }
  } catch (error) {
    throw lacking(error, 'create its roles or set their passwords', 'ALTER ROLE … CREATEROLE, and the ADMIN option on lianban_… and analyst where another user made them');
  }
}

/** What a role gets on each connection to this database. */
export async function configureRoles(admin: pg.ClientBase, database: string): Promise<void> {
  try {
    // Whoever made the database: only our roles come in, and none of them makes temporary tables.
    await admin.query(`REVOKE ALL ON DATABASE ${name(database)} FROM PUBLIC`);
    for (const role of loginRoles) await admin.query(`GRANT CONNECT ON DATABASE ${name(database)} TO ${name(role)}`);
    await admin.query(`GRANT CREATE ON DATABASE ${name(database)} TO ${name(ownerRole)}`);
    for (const schema of serviceNames) {
      const setting = `ALTER ROLE ${name(serviceRole(schema))} IN DATABASE ${name(database)} SET`;
      await admin.query(`${setting} search_path = ${name(schema)}`);
      // One writing transaction left open holds back every relay.
      await admin.query(`${setting} idle_in_transaction_session_timeout = '15s'`);
    }
    const setting = `ALTER ROLE ${name(analystRole)} IN DATABASE ${name(database)} SET`;
    // A role may change its own settings; what an analyst has changed goes with the next start.
    await admin.query(`ALTER ROLE ${name(analystRole)} RESET ALL; ALTER ROLE ${name(analystRole)} IN DATABASE ${name(database)} RESET ALL`);
    await admin.query(`ALTER ROLE ${name(analystRole)} CONNECTION LIMIT 10`);
    await admin.query(`${setting} search_path = insight`);
    await admin.query(`${setting} idle_in_transaction_session_timeout = '1min'`);
    await admin.query(`${setting} default_transaction_read_only = on`);
    await admin.query(`${setting} statement_timeout = '5min'`);
  } catch (error) {
    throw lacking(error, `set up its roles in the database "${database}"`, 'ownership of the database and CREATEROLE');
  }
}

/** Own schema per service, all owned by the owner role; run as the owner. */
export async function ensureSchemas(owner: pg.ClientBase): Promise<void> {
  try {
    for (const schema of serviceNames) await owner.query(`CREATE SCHEMA IF NOT EXISTS ${name(schema)}`);
  } catch (error) {
    throw lacking(error, 'give its roles the right to make schemas in this database', 'ownership of the database');
  }
}

/**
 * What a service may do with a table where that is less than to write in it as it likes. What was decided stays as it was written, and only the
 * database gives transaction ids and positions. `columns`: all others.
 */
const narrower: Readonly<Record<string, (columns: string) => string>> = {
  event: (columns) => `SELECT, INSERT (${columns})`,
  stream: () => 'SELECT, INSERT, UPDATE (version, last_xid)',
  parked_trail: () => 'SELECT, INSERT',
  ...Object.fromEntries(migrationTables.map((table) => [table, () => 'SELECT'])),
};

const narrowRights = async (owner: pg.ClientBase, schema: ServiceName): Promise<string> => {
  const { rows } = await owner.query<{ table: string; columns: string }>(
    `SELECT c.relname AS table, string_agg(quote_ident(a.attname), ', ') FILTER (WHERE a.attname NOT IN ('xid', 'position')) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = $1::regnamespace AND c.relname = ANY ($2) GROUP BY c.relname`, [schema, Object.keys(narrower)]);
  const role = name(serviceRole(schema));
  return rows.map(({ table, columns }) => {
    const on = `ON ${name(schema)}.${name(table)}`;
    return `REVOKE ALL ${on} FROM ${role}; GRANT ${narrower[table]?.(columns)} ${on} TO ${role};`;
  }).join('\n');
};

/** Grants for what is there and, as default privileges, for what the owner makes later (a rebuild's new tables); run as the owner. */
export async function grantAccess(owner: pg.ClientBase): Promise<void> {
  for (const schema of serviceNames) {
    const to = name(serviceRole(schema));
    const inSchema = `IN SCHEMA ${name(schema)}`;
    // One transaction, so that a service that runs meanwhile is never without a right.
    await owner.query(`
      GRANT USAGE ON SCHEMA ${name(schema)} TO ${to};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES ${inSchema} TO ${to};
      REVOKE UPDATE ON ALL SEQUENCES ${inSchema} FROM ${to};
      GRANT USAGE, SELECT ON ALL SEQUENCES ${inSchema} TO ${to};
      GRANT EXECUTE ON ALL ROUTINES ${inSchema} TO ${to};
      ALTER DEFAULT PRIVILEGES ${inSchema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${to};
      ALTER DEFAULT PRIVILEGES ${inSchema} GRANT USAGE, SELECT ON SEQUENCES TO ${to};
      ALTER DEFAULT PRIVILEGES ${inSchema} REVOKE UPDATE ON SEQUENCES FROM ${to};
      ALTER DEFAULT PRIVILEGES ${inSchema} GRANT EXECUTE ON ROUTINES TO ${to};
      ${await narrowRights(owner, schema)}`);
  }
  await owner.query(`GRANT USAGE ON SCHEMA insight TO ${name(analystRole)}`);
  // The documented views only: tables behind them change shape with each rebuild.
  const { rows: views } = await owner.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.views WHERE table_schema = 'insight'`);
  for (const { table_name: view } of views) await owner.query(`GRANT SELECT ON insight.${name(view)} TO ${name(analystRole)}`);
}

/** A missing right becomes one line that names it; any other error stays what it is. */
export function lacking(error: unknown, what: string, right: string): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === '42501') return new StartupProblem(`The user of DATABASE_URL may not ${what}. It needs: ${right}.`);
  return error instanceof Error ? error : new Error(String(error));
}
