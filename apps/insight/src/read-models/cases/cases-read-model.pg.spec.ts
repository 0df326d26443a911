import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventEnvelope, maskText, sources } from '@lianban/contracts';
import { loadRows, readModelSql, type Tx } from '@lianban/projections';
import { testInfrastructure, type ServiceDatabase } from '@lianban/testing';
import pg from 'pg';
import { projecting } from '../../../test-support/projecting.js';
import { casesReadModel, sqlFolderOf } from '../../read-models.js';
import { caseId, reworkedLamp, withdrawnLamp } from '../../domain/sample-histories.js';

const infrastructure = testInfrastructure();
let database: ServiceDatabase;
let pool: pg.Pool;
let tx: Tx;

beforeAll(async () => {
  database = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: database.services.insight });
  tx = pool;
}, 120_000);
afterAll(async () => {
  await pool.end();
  await infrastructure.stop();
});

const asAnalyst = async <Row extends object>(sql: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: database.analystUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
};

/** The same history under another case id, so that tests don't meet. */
const about = (id: string, events: readonly EventEnvelope[]): EventEnvelope[] =>
  events.map((event, index) => ({
    ...event, metadata: { ...event.metadata, streamId: id, id: `00000000-0000-4000-8000-${id.slice(-6)}${String(index).padStart(6, '0')}` },
  }));
const everything = (id: string, lamp: typeof reworkedLamp) => about(id, sources.flatMap((source) => lamp[source]));

describe('the tables of the read model cases', () => {
  it('takes many cases in one batch', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `00000000-0000-4000-a000-0000000000${String(n).padStart(2, '0')}`);
    await projecting()(tx, 1, ids.flatMap((id, n) => everything(id, n % 2 ? reworkedLamp : withdrawnLamp)));
    expect((await tx.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM cases WHERE case_id = ANY($1) GROUP BY status ORDER BY status', [ids])).rows)
      .toEqual([{ status: 'closed', count: 25 }, { status: 'withdrawn', count: 25 }]);
  });

  it('works on the tables of an older shape, until a rebuild', async () => {
    await asOwner(async (client) => {
      await client.query((await readModelSql(sqlFolderOf(casesReadModel), 99)).tables);
      await client.query('ALTER TABLE insight.cases_v99 DROP COLUMN breaches');
    });
    const events = everything(caseId, withdrawnLamp);
    const project = projecting();
    for (const event of events) await project(tx, 99, [event]);
    expect((await loadRows(tx, casesReadModel, 99, [caseId])).get(caseId)?.cases).toMatchObject([{ status: 'withdrawn' }]);
  });

  it('keep text as it is, also what only looks like an escape', async () => {
    const id = '00000000-0000-4000-9000-0000000000fe';
    const [first] = everything(id, withdrawnLamp);
    if (first?.type !== 'lianban.case.registered.v1') throw new Error('a history that does not begin with the registration');
    const title = maskText('C:\\u0000 "灯" \\ud800 😀\t\\');
    await projecting()(tx, 1, [{ ...first, data: { ...first.data, title } }]);
    expect((await tx.query(`SELECT c.title, t.data->>'title' AS told FROM cases c JOIN timeline t USING (case_id) WHERE case_id = $1`, [id])).rows).toEqual([{ title, told: title }]);
  });

  it('refuses what fits no column, and names the column', async () => {
    const [first] = everything('00000000-0000-4000-9000-0000000000ff', withdrawnLamp);
    if (!first) throw new Error('a history without events');
    const project = projecting();
    await expect(project(tx, 1, [{ ...first, metadata: { ...first.metadata, id: 'no-uuid' } }])).rejects.toThrow('column event_id: no uuid');
    await expect(project(tx, 1, [{ ...first, metadata: { ...first.metadata, causationId: 'a\0b' } }])).rejects.toThrow('column causation_id: text with NUL');
  });

  it('works on the tables of a newer shape, whatever the new column holds', async () => {
    await asOwner(async (client) => {
      await client.query((await readModelSql(sqlFolderOf(casesReadModel), 98)).tables);
      await client.query(`ALTER TABLE insight.cases_v98 ADD COLUMN place point, ADD COLUMN source text NOT NULL DEFAULT 'unknown'`);
    });
    await projecting()(tx, 98, everything(caseId, withdrawnLamp));
    expect((await tx.query('SELECT status, place, source FROM cases_v98')).rows).toEqual([{ status: 'withdrawn', place: null, source: 'unknown' }]);
  });

  it('learns at the second try that a table was made anew in another shape', async () => {
    const madeAnew = async (change = '') => asOwner(async (client) => {
      await client.query('DROP TABLE IF EXISTS cases_v97, work_orders_v97, clocks_v97, call_backs_v97, timeline_v97, rate_sums_v97');
      await client.query(`${(await readModelSql(sqlFolderOf(casesReadModel), 97)).tables}; ${change}`);
    });
    const project = projecting();
    const events = everything(caseId, withdrawnLamp);
    await madeAnew();
    await project(tx, 97, events);
    await madeAnew('ALTER TABLE cases_v97 DROP COLUMN breaches');
    await expect(project(tx, 97, events)).rejects.toThrow(/column/);
    await project(tx, 97, events);
    expect((await loadRows(tx, casesReadModel, 97, [caseId])).get(caseId)?.cases).toMatchObject([{ status: 'withdrawn' }]);
  });
});

describe('the views', () => {
  it('are all that the analyst sees', async () => {
    await expect(asAnalyst('SELECT * FROM cases_v1')).rejects.toThrow('permission denied');
    await expect(asAnalyst('SELECT * FROM directory_entry')).rejects.toThrow('permission denied');
  });

  it.each(['departments', 'territories', 'categories'])('%s can be read', async (view) => {
    expect(Array.isArray(await asAnalyst(`SELECT * FROM ${view} LIMIT 1`))).toBe(true);
  });

  it('say what is overdue now', async () => {
    const id = '00000000-0000-4000-b000-000000000000';
    const running = about(id, [...reworkedLamp.intake.slice(0, 2), ...reworkedLamp.dispatch.slice(0, 3), ...reworkedLamp.sla.slice(0, 3)]);
    await projecting()(tx, 1, running);
    expect(await asAnalyst(`SELECT overdue, lead_department, contact_status FROM cases WHERE case_id = '${id}'`))
      .toEqual([{ overdue: true, lead_department: 'urban-management', contact_status: 'met' }]);
    expect(await asAnalyst(`SELECT role, overdue FROM work_orders WHERE case_id = '${id}' ORDER BY role DESC`))
      .toEqual([{ role: 'lead', overdue: true }, { role: 'assist', overdue: false }]);
    expect(await asAnalyst(`SELECT kind, open, overdue FROM clocks WHERE case_id = '${id}' ORDER BY kind`))
      .toEqual([{ kind: 'contact', open: false, overdue: false }, { kind: 'lead', open: true, overdue: true }]);
  });
});

const asOwner = async (work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    await client.query('SET ROLE lianban_owner; SET search_path = insight');
    await work(client);
  } finally {
    await client.end();
  }
};
