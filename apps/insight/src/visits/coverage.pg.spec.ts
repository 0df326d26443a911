import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlainEvent } from '@lianban/contracts';
import { history, testInfrastructure } from '@lianban/testing';
import type { Happened } from '@lianban/testing';
import pg from 'pg';
import { projecting } from '../../test-support/projecting.js';
import { visitsReadModel } from '../read-models.js';
import { coverageSql, unseenSql } from './coverage-sql.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
const id = (n: number): string => `3e6c1a4b-9d0f-4b7a-8a5e-0000000000${String(n).padStart(2, '0')}`;
const day = (n: number): string => new Date(Date.parse('2026-03-01T01:00:00Z') + n * 86_400_000).toISOString();

const firm = (n: number, building: string, on: number): Happened<PlainEvent> => ({ type: 'lianban.firm.registered.v1', data: { firmId: id(n), building, floor: null }, occurredAt: day(on) });
const changed = (n: number, building: string, active: boolean): Happened<PlainEvent> =>
  ({ type: 'lianban.firm.changed.v1', data: { firmId: id(n), building, floor: '3', active, changed: ['building'] }, occurredAt: day(5) });
const visit = (n: number, of: { readonly firm?: number; readonly door?: number }, territory: string, on: number, { met = true, demands = 0 } = {}): Happened<PlainEvent> => ({
  type: 'lianban.visit.recorded.v1', occurredAt: day(on),
  data: {
    visitId: id(n), territory, firmId: of.firm === undefined ? null : id(of.firm), householdId: of.door === undefined ? null : id(of.door), planId: null, post: 'grid-worker', portfolio: null, met, note: null,
    caseIds: Array.from({ length: demands }, (_, index) => id(80 + index)),
  },
});

beforeAll(async () => {
  const { adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=insight' });
  const places = [['lanqiao', 'district', null], ['cedar-park', 'park', 'lanqiao'], ['b1', 'building', 'cedar-park'], ['b2', 'building', 'cedar-park'], ['silk-house', 'building', 'lanqiao']] as const;
  for (const [code, kind, parent] of places) {
    await pool.query(`INSERT INTO directory_entry (kind, code, data, revision) VALUES ('territory', $1, $2, 1)`, [code, JSON.stringify({ code, kind, parent, name: { zh: code, en: code }, active: true })]);
  }
  const streams: readonly (readonly Happened<PlainEvent>[])[] = [
    [firm(1, 'b1', 0)], [firm(2, 'b1', 0)], [firm(3, 'b1', 1), changed(3, 'b2', true)], [firm(4, 'b1', 0), changed(4, 'b1', false)],
    [visit(11, { firm: 1 }, 'b1', 2, { demands: 2 })], [visit(12, { firm: 1 }, 'b1', 9)], [visit(13, { firm: 2 }, 'b1', 9, { met: false })],
    [visit(14, { firm: 3 }, 'b1', 3)], [visit(15, { door: 51 }, 'silk-house', 9)], [visit(16, { door: 51 }, 'silk-house', 9, { demands: 1 })], [visit(17, { door: 52 }, 'silk-house', 9, { met: false })],
  ];
  const project = projecting(visitsReadModel);
  for (const events of streams) {
    const first = events[0]?.data as { visitId?: string; firmId: string };
    await project(pool, 1, history('intake', first.visitId === undefined ? `firm/${first.firmId}` : `visit/${first.visitId}`, events));
  }
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const coverage = async (kind: string, from: string | null, to: string | null) =>
  (await pool.query<Record<string, unknown>>(coverageSql, [kind, from, to])).rows.map((row) =>
    [row.territory, row.firms, row.firmsSeen, row.firmsNeverSeen, row.householdsSeen, row.visits, row.nobodyMet, row.demands, (row.unseenSince as Date | null)?.toISOString() ?? null]);

describe('coverage', () => {
  it('by building, the least covered first: a closed firm is not owed a visit, and one where nobody was met is', async () => {
    expect(await coverage('building', null, null)).toEqual([
      ['b1', 2, 1, 1, 0, 3, 1, 2, day(0)],
      ['b2', 1, 1, 0, 0, 0, 0, 0, day(3)],
      ['silk-house', 0, 0, 0, 1, 2, 1, 1, null],
    ]);
  });

  it('of a period counts its visits alone; whoever was seen before has waited since then', async () => {
    expect(await coverage('building', day(8), day(10))).toEqual([
      ['b2', 1, 0, 0, 0, 0, 0, 0, day(3)],
      ['b1', 2, 1, 1, 0, 1, 1, 0, day(0)],
      ['silk-house', 0, 0, 0, 1, 2, 1, 1, null],
    ]);
  });

  it('of a park is that of what lies in it', async () => {
    expect(await coverage('park', null, null)).toEqual([['cedar-park', 3, 2, 1, 0, 3, 1, 2, day(0)]]);
  });
});

it('firms are listed by how long nobody has met them, page by page', async () => {
  const unseen = async (territory: string | null, before: string | null, after: readonly (string | null)[] = [null, null], limit = 10) =>
    (await pool.query<{ firmId: string; unseenSince: Date }>(unseenSql, [territory, before, ...after, limit])).rows.map(({ firmId, unseenSince }) => [Number(firmId.slice(-2)), unseenSince.toISOString()]);
  expect(await unseen(null, null)).toEqual([[2, day(0)], [3, day(3)], [1, day(9)]]);
  expect(await unseen('b1', null)).toEqual([[2, day(0)], [1, day(9)]]);
  expect(await unseen('cedar-park', day(9))).toEqual([[2, day(0)], [3, day(3)]]);
  expect(await unseen(null, null, [day(0), id(2)], 1)).toEqual([[3, day(3)]]);
});
