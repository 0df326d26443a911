/** What holds of every read model; `registrations` is one of the tests, so that nothing here is true of `cases` alone. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventEnvelope, sources } from '@lianban/contracts';
import { installReadModel, loadRows, readModelSql } from '@lianban/projections';
import { type ServiceDatabase, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { projecting } from '../test-support/projecting.js';
import { registrationsReadModel, registrationsSqlFolder } from '../test-support/registrations/registrations-read-model.js';
import { reworkedLamp, withdrawnLamp } from './domain/sample-histories.js';
import { readModels, sqlFolderOf } from './read-models.js';

const infrastructure = testInfrastructure();
let database: ServiceDatabase;
let pool: pg.Pool;

const connected = async <Result>(connectionString: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
const asOwner = <Result>(work: (client: pg.Client) => Promise<Result>) => connected(database.adminUrl, async (client) => {
  await client.query('SET ROLE lianban_owner; SET search_path = insight');
  return work(client);
});

beforeAll(async () => {
  database = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: database.services.insight });
  await asOwner((owner) => installReadModel(owner, registrationsReadModel, registrationsSqlFolder));
}, 120_000);
afterAll(async () => {
  await pool.end();
  await infrastructure.stop();
});

/** The same history under another case id, so that tests don't meet. */
const about = (id: string, events: readonly EventEnvelope[]): EventEnvelope[] =>
  events.map((event, index) => ({ ...event, metadata: { ...event.metadata, streamId: id, id: `00000000-0000-4000-8000-${id.slice(-6)}${String(index).padStart(6, '0')}` } }));

const all = [...readModels.map((model) => ({ model, folder: sqlFolderOf(model) })), { model: registrationsReadModel, folder: registrationsSqlFolder }];

describe.each(all.map((each) => [each.model.name, each] as const))('the read model %s', (_name, { model, folder }) => {
  it.each([1, 3, 100])('holds what its fold says, in batches of %d', async (size) => {
    const handled = (id: string, lamp: typeof reworkedLamp) => about(id, sources.flatMap((source) => lamp[source] ?? [])).filter(({ type }) => model.handled.has(type));
    const cases = [reworkedLamp, withdrawnLamp].map((lamp, index) => [`00000000-0000-4000-9000-0000000${index}000${size % 10}`, lamp] as const);
    const project = projecting(model);
    for (const [id, lamp] of cases) {
      const events = handled(id, lamp);
      for (let at = 0; at < events.length; at += size) await project(pool, 1, events.slice(at, at + size));
      const group = model.groupOf({ streamId: id });
      const folded = model.toRows(model.settle(events.reduce((view, event) => model.evolve(view, event), model.empty(group))));
      const stored = (await loadRows(pool, model, 1, [group])).get(group) ?? {};
      for (const { name, kind } of model.tables) {
        if (kind === 'state') expect([name, stored[name] ?? []]).toEqual([name, folded[name]]);
        else expect([name, (await pool.query(`SELECT FROM ${name}_v1 WHERE ${model.groupColumn} = $1`, [group])).rowCount]).toEqual([name, folded[name]?.length]);
      }
    }
  }, 30_000);

  it('shows the analyst its views, with a comment on each and on its columns', async () => {
    const views = [...(await readFile(new URL('3-views.sql', folder), 'utf8')).matchAll(/CREATE VIEW (\w+)/g)].map(([, view = '']) => view);
    expect(views.length).toBeGreaterThan(0);
    // As a rebuild makes them: what was granted to those from before goes with them.
    await asOwner(async (owner) => owner.query((await readModelSql(folder, 1)).views));
    await connected(database.analystUrl, async (analyst) => {
      for (const view of views) {
        await expect(analyst.query(`SELECT * FROM ${view} LIMIT 1`).then(() => 'can be read', (error: Error) => `${error.message}: GRANT SELECT ON ${view} TO analyst`)).resolves.toBe('can be read');
        const { rows } = await analyst.query(
          `SELECT a.attname AS column FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND col_description(a.attrelid, a.attnum) IS NULL
           UNION ALL SELECT 'the view itself' WHERE obj_description($1::regclass) IS NULL`, [view]);
        expect([view, rows]).toEqual([view, []]);
      }
      for (const { name } of model.tables) await expect(analyst.query(`SELECT * FROM ${name}_v1`)).rejects.toThrow('permission denied');
    });
  });
});

it('a column that a fold can not write is refused before the first event, by name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lianban-read-model-'));
  for (const file of ['2-indexes.sql', '3-views.sql']) await writeFile(join(folder, file), '');
  await writeFile(join(folder, '1-tables.sql'), 'CREATE TABLE prices_vN (case_id uuid PRIMARY KEY, price numeric, doubled numeric GENERATED ALWAYS AS (price * 2) STORED)');
  const prices = { name: 'prices', tables: [{ name: 'prices', key: ['case_id'], kind: 'state' as const }] };
  await asOwner(async (owner) => {
    await expect(installReadModel(owner, prices, pathToFileURL(`${folder}/`))).rejects.toThrow("The read model prices has columns of a type that a fold can't write: prices.price (numeric). It can write text, ");
    expect((await owner.query(`SELECT FROM read_model WHERE name = 'prices'`)).rowCount).toBe(0);
  });
});
