import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure, type ServiceDatabase } from '@lianban/testing';
import pg from 'pg';

const infrastructure = testInfrastructure();
let database: ServiceDatabase;
const open: pg.Client[] = [];

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  open.push(client);
  return client;
};
const analyst = async (): Promise<pg.Client> => {
  const client = await connect(database.analystUrl);
  // What an analyst may switch off, is off.
  await client.query('SET default_transaction_read_only = off; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0');
  return client;
};

beforeAll(async () => { database = await (await infrastructure.postgres()).serviceDatabase(); }, 120_000);
afterAll(async () => {
  await Promise.all(open.map((client) => client.end().catch(() => undefined)));
  await infrastructure.stop();
});

describe('an analyst', () => {
  it.each([
    'SELECT pg_current_xact_id()', 'SELECT txid_current()', 'SELECT pg_advisory_lock(1)', 'SELECT pg_try_advisory_xact_lock(1, 2)', 'SELECT pg_advisory_unlock_all()',
    `SELECT pg_notify('event_appended_intake', '')`, `SELECT pg_logical_emit_message(true, 'a', 'b')`, 'SELECT pg_export_snapshot()', 'SELECT pg_sleep(600)', 'SELECT pg_terminate_backend(1)',
    'SELECT lo_creat(-1)', `SELECT lo_from_bytea(0, '1')`, 'SELECT lo_open(1, 1)', 'CREATE TEMP TABLE t (i int)', 'CREATE TABLE insight.t (i int)', 'DO $$ BEGIN LOOP END LOOP; END $$',
    'BEGIN; LOCK TABLE insight.cases IN EXCLUSIVE MODE', 'SELECT * FROM insight.cases FOR UPDATE', 'DELETE FROM insight.cases', `COPY (SELECT 1) TO PROGRAM 'true'`, `SELECT pg_read_file('x')`,
    'SET temp_file_limit = -1', 'ALTER ROLE analyst CONNECTION LIMIT -1', 'SELECT * FROM insight.end_obstructing_sessions()', 'SELECT * FROM intake.event',
  ])('is refused %s', async (statement) => {
    const client = await analyst();
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });

  it('has ten connections', async () => {
    const admin = await connect(database.adminUrl);
    expect((await admin.query(`SELECT rolconnlimit FROM pg_roles WHERE rolname = 'analyst'`)).rows).toEqual([{ rolconnlimit: 10 }]);
  });

  // What PostgreSQL lets every role do.
  it.each([
    ['a transaction id', 'transaction-id', ['BEGIN', 'ALTER ROLE analyst SET work_mem = 4096'], ''],
    ['a maintenance database', 'elsewhere', ['SELECT 1'], 'postgres'],
    ['a transaction id of another database', 'transaction-id', ['BEGIN', 'SELECT pg_current_xact_id()'], 'postgres'],
    ['an advisory lock', 'advisory-lock', ['SELECT pg_advisory_lock(1)'], 'template'],
  ])('loses a session that holds %s', async (_name, reason, statements, elsewhere) => {
    const url = new URL(database.analystUrl);
    if (elsewhere === 'postgres') url.pathname = '/postgres';
    const admin = await connect(database.adminUrl);
    // As where the admin user is no superuser.
    if (elsewhere === 'template') await admin.query('GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO analyst');
    const client = await connect(url.href);
    await client.query('SET default_transaction_read_only = off');
    const { rows: [me] } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    for (const statement of statements) await client.query(statement);
    const ended = new Promise((resolve) => { client.once('end', resolve); });
    const service = await connect(database.services.sla);
    const { rows } = await service.query('SELECT pid, reason FROM end_obstructing_sessions()');
    if (elsewhere === 'template') await admin.query('REVOKE EXECUTE ON FUNCTION pg_advisory_lock(bigint) FROM analyst');
    expect(rows).toContainEqual({ pid: me?.pid, reason });
    await ended;
  });

  it('keeps a session that reads, and one of a service is never ended', async () => {
    const client = await analyst();
    await client.query('BEGIN');
    await client.query('SELECT * FROM cases');
    const writer = await connect(database.services.intake);
    await writer.query('BEGIN');
    await writer.query('SELECT pg_current_xact_id(), pg_advisory_xact_lock(1)');
    expect((await writer.query('SELECT pid FROM pg_stat_activity WHERE pid = pg_backend_pid()')).rowCount).toBe(1);
    await (await connect(database.services.sla)).query('SELECT pid, reason FROM end_obstructing_sessions()');
    await writer.query('COMMIT');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
