import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type EventEnvelope, sources } from '@lianban/contracts';
import { writeNow } from '@lianban/kafka';
import { loadRows, projection, readModelSql } from '@lianban/projections';
import { testInfrastructure, type ServiceDatabase } from '@lianban/testing';
import pg from 'pg';
import { casesReadModel, sqlFolderOf } from '../read-models.js';
import { emptyView } from '../domain/projected-case.js';
import { evolve } from '../domain/evolve.js';
import { reworkedLamp } from '../domain/sample-histories.js';
import { settle } from '../domain/settle.js';

const infrastructure = testInfrastructure();
let database: ServiceDatabase;
let pool: pg.Pool;
let owner: pg.Client;

beforeAll(async () => {
  database = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: database.services.insight });
  owner = new pg.Client({ connectionString: database.adminUrl, options: '-c search_path=insight -c role=lianban_owner' });
  await owner.connect();
}, 120_000);
afterAll(async () => {
  await owner?.end();
  await pool?.end();
  await infrastructure.stop();
});

const [a, b, c] = ['00000000-0000-4000-9000-00000000000a', '00000000-0000-4000-9000-00000000000b', '00000000-0000-4000-9000-00000000000c'] as const;
const lifeOf = (id: string): EventEnvelope[] => sources.flatMap((source) => reworkedLamp[source])
  .map((event, index) => ({ ...event, metadata: { ...event.metadata, streamId: id, id: `00000000-0000-4000-8000-${id.slice(-6)}${String(index).padStart(6, '0')}` } }));
const stateOf = async (version: number, id: string) => (await loadRows(pool, casesReadModel, version, [id])).get(id);
const folded = (id: string) => {
  const { timeline: _, ...state } = casesReadModel.toRows(settle(lifeOf(id).reduce(evolve, emptyView(id))));
  return state;
};

/** The handling as the consumer calls it: asked for what may come, then told what has. */
const projecting = () => {
  const { opening, handle } = projection(casesReadModel);
  if (!opening) throw new Error('a projection that opens nothing');
  return async (asked: readonly string[], events: readonly EventEnvelope[]) => {
    const opened = await opening(pool, asked);
    const writes = await handle(pool, events, opened);
    if (writes) await writeNow(pool, writes);
    return opened as { version: number; early?: { rows: ReadonlyMap<string, unknown> } };
  };
};

it('reads the rows with its first statements once it knows the version', async () => {
  const project = projecting();
  const life = lifeOf(a);
  expect((await project([a], life.slice(0, 5))).early === undefined).toBe(true);
  const { version, early } = await project([a], life.slice(5));
  expect({ version, groups: [...early?.rows.keys() ?? []] }).toEqual({ version: 1, groups: [a] });
  expect(await stateOf(1, a)).toEqual(folded(a));
});

it('reads those it was not asked for when they come', async () => {
  const project = projecting();
  const life = lifeOf(b);
  await project([b], life.slice(0, 5));
  await project([a], life.slice(5));
  expect(await stateOf(1, b)).toEqual(folded(b));
});

it('goes to another version when that has gone live, also when the tables of the one before are gone', async () => {
  const project = projecting();
  const live = (version: number) => owner.query('UPDATE read_model SET version = $1 WHERE name = $2', [version, casesReadModel.name]);
  await project([c], lifeOf(c).slice(0, 5));

  await owner.query((await readModelSql(sqlFolderOf(casesReadModel), 96)).tables);
  await live(96);
  // What it reads with its first statements is that of version 1, where the case has begun already.
  await project([c], lifeOf(c));
  expect(await stateOf(96, c)).toEqual(folded(c));

  await live(1);
  await owner.query('DROP TABLE cases_v96, work_orders_v96, clocks_v96, call_backs_v96, timeline_v96, rate_sums_v96');
  await expect(project([c], lifeOf(c).slice(5))).rejects.toThrow('does not exist');
  await project([c], lifeOf(c).slice(5));
  expect(await stateOf(1, c)).toEqual(folded(c));
});
