import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '@lianban/contracts';
import { testInfrastructure, type ServiceDatabase } from '@lianban/testing';
import pg from 'pg';
import { checkout } from '../checkout.js';
import { prepareDatabase } from './database.js';
import { readModelsOfAnotherShape } from './read-models.js';

const infrastructure = testInfrastructure();
let database: ServiceDatabase;

beforeAll(async () => { database = await (await infrastructure.postgres()).serviceDatabase(); }, 120_000);
afterAll(() => infrastructure.stop());

async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const asOwner = (statement: string) => as(database.adminUrl, async (client) => {
  await client.query('SET ROLE lianban_owner');
  await client.query(statement);
});

describe('database bootstrap', () => {
  it('lets each service use its own schema without naming it, tables made later included', async () => {
    await asOwner('CREATE TABLE dispatch.later (id bigint GENERATED ALWAYS AS IDENTITY, note text)');
    const notes = await as(database.services.dispatch, async (client) => {
      await client.query(`INSERT INTO later (note) VALUES ('x')`);
      return (await client.query<{ note: string }>('SELECT note FROM later')).rows;
    });
    expect(notes).toEqual([{ note: 'x' }]);
  });

  it('keeps every service out of the schemas of the others', async () => {
    await asOwner('CREATE TABLE intake.private_matter (id int)');
    for (const service of serviceNames.filter((name) => name !== 'intake')) {
      await expect(as(database.services[service], (client) => client.query('SELECT * FROM intake.private_matter')))
        .rejects.toThrow('permission denied for schema intake');
    }
  });

  it('does not let a service change its tables', async () => {
    await expect(as(database.services.sla, (client) => client.query('CREATE TABLE own (id int)'))).rejects.toThrow('permission denied for schema sla');
  });

  it('builds an index beside the writers, however many prepare at the same time, and anew where an attempt was cut short', async () => {
    const valid = async () => (await as(database.adminUrl, (client) => client.query<{ valid: boolean }>(
      `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'dispatch.work_order_open_inbox'::regclass`))).rows;
    expect(await valid()).toEqual([{ valid: true }]);
    // Migrations run in order: what came after it goes as well.
    const folder = join(checkout, 'apps/dispatch/migrations');
    const later = readdirSync(folder).map((file) => file.replace('.sql', '')).filter((name) => name >= '0002').sort();
    const sql = later.map((name) => readFileSync(join(folder, `${name}.sql`), 'utf8')).join('\n');
    const tables = [...sql.matchAll(/^CREATE TABLE (\w+)/gm)].map(([, table]) => `dispatch.${table}`);
    const columns = [...sql.matchAll(/^ALTER TABLE work_order ADD COLUMN (\w+)/gm)].map(([, column]) => `DROP COLUMN ${column}`);
    await as(database.adminUrl, (client) => client.query(`DELETE FROM dispatch.migrations WHERE name >= '0002';
      ALTER TABLE dispatch.work_order ${columns.join(', ')}; DROP TABLE IF EXISTS ${tables.join(', ')}; DROP STATISTICS dispatch.work_order_open`));
    await as(database.adminUrl, async (writer) => {
      await writer.query('BEGIN');
      await writer.query('LOCK TABLE dispatch.work_order IN ROW EXCLUSIVE MODE');
      const passwords = Object.fromEntries([...Object.values(database.services), database.analystUrl].map((url) => [new URL(url).username, new URL(url).password]));
      const prepared = Promise.all([1, 2, 3].map(() => prepareDatabase(database.adminUrl, { passwords })));
      // The build waits for this writer, and other writers don't wait for the build.
      for (let building = 0; building === 0;) {
        building = (await as(database.adminUrl, (client) => client.query(`SELECT FROM pg_stat_activity WHERE query LIKE '%INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()`))).rowCount ?? 0;
      }
      await as(database.services.dispatch, (client) => client.query(`SET lock_timeout = '1s'; DELETE FROM work_order`));
      await writer.query('COMMIT');
      expect((await prepared).flatMap(({ ran }) => ran)).toEqual(later.map((name) => `dispatch/${name}`));
    });
    expect(await valid()).toEqual([{ valid: true }]);
  }, 30_000);

  it('tells a read model that another build has made', async () => {
    expect(await readModelsOfAnotherShape(database.adminUrl)).toEqual([]);
    await asOwner(`UPDATE insight.read_model SET shape = NULL`);
    expect(await readModelsOfAnotherShape(database.adminUrl)).toContain('cases');
  });

  it('ends a transaction that a service leaves open', async () => {
    const { rows } = await as(database.services.intake, (client) => client.query('SHOW idle_in_transaction_session_timeout'));
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '15s' }]);
  });

  it('shows the analyst nothing but granted views, read-only', async () => {
    await asOwner('CREATE TABLE insight.inner_v1 (id int)');
    await expect(as(database.analystUrl, (client) => client.query('SELECT * FROM insight.inner_v1'))).rejects.toThrow('permission denied for table inner_v1');
    await expect(as(database.analystUrl, (client) => client.query('SELECT * FROM intake.events'))).rejects.toThrow('permission denied for schema intake');
    const { rows } = await as(database.analystUrl, (client) => client.query('SHOW transaction_read_only'));
    expect(rows).toEqual([{ transaction_read_only: 'on' }]);
  });
});
