import { serviceNames } from '@lianban/contracts';
import pg from 'pg';
import { analystRole, ownerRole, serviceRole } from './roles.js';

const name = pg.escapeIdentifier;

/** What everybody may call in PostgreSQL and no reader needs: locks, transaction ids, notifications, large objects, snapshots, sleep, ends of sessions. */
const notReading = '^(pg_(try_)?advisory_.*|pg_current_xact_id|txid_current|pg_notify|pg_logical_emit_message|pg_export_snapshot|pg_sleep.*|pg_(cancel|terminate)_backend|lo_.*|loread|lowrite)$';

const withoutRight = (error: unknown): boolean => (error as { code?: string }).code === '42501';

/** @returns false where only a superuser may */
const attempt = (admin: pg.ClientBase, statement: string): Promise<boolean> =>
  admin.query(statement).then(() => true, (error: unknown) => { if (withoutRight(error)) return false; throw error; });

/**
 * Leaves the analyst reading and nothing else, as far as PostgreSQL lets itself be told: such functions, and procedural code, are for our own roles only, in this database.
 * Run by the admin user, who must be a superuser for it. What can't be taken away is watched from outside: `end_obstructing_sessions`.
 * @returns whether all could be taken away
 */
export async function keepAnalystToReading(admin: pg.ClientBase, database: string): Promise<boolean> {
  // So that a function of the owner's can end an analyst's session.
  await admin.query(`GRANT ${name(analystRole)} TO ${name(ownerRole)}`);
  const ours = [ownerRole, ...serviceNames.map(serviceRole)].map(name).join(', ');
  const { rows } = await admin.query<{ signature: string }>(`SELECT oid::regprocedure::text AS signature FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ $1`, [notReading]);
  const functions = rows.map(({ signature }) => `pg_catalog.${signature}`).join(', ');
  const done = [
    await attempt(admin, `BEGIN; REVOKE EXECUTE ON FUNCTION ${functions} FROM PUBLIC; GRANT EXECUTE ON FUNCTION ${functions} TO ${ours}; COMMIT`),
    await attempt(admin, `BEGIN; REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC; GRANT USAGE ON LANGUAGE plpgsql TO ${ours}; COMMIT`),
    await attempt(admin, `ALTER ROLE ${name(analystRole)} IN DATABASE ${name(database)} SET temp_file_limit = '1GB'`),
  ];
  await admin.query('ROLLBACK');
  return done.every(Boolean);
}
