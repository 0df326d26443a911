import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { EventEnvelope, Role } from '@lianban/contracts';
import { deterministicId, inTransaction, newId, postgresEventStore } from '@lianban/event-store';
import { reachOn } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { history, minuteOf, someone, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { access } from '../access.js';
import type { DispatchEvent } from '../domain/case-orders.js';
import { projectWorkOrders } from '../work-orders/project-work-orders.js';
import { ListExtensionRequestsController } from './list-extension-requests.controller.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let owner: pg.Pool;

beforeAll(async () => {
  const { services, adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.dispatch, max: 2 });
  owner = new pg.Pool({ connectionString: adminUrl, options: '-c search_path=dispatch', max: 1 });
}, 60_000);
beforeEach(() => pool.query('DELETE FROM extension_request'));
afterAll(async () => {
  await pool?.end();
  await owner?.end();
  await infrastructure.stop();
});

const demand = { caseNo: 'LB20260209-000001', title: 'Lamp', description: 'Dark', territory: 'riverside', category: null };
const project = (events: readonly EventEnvelope<DispatchEvent>[]) => inTransaction(pool, (tx) => projectWorkOrders(tx, [{ events, demand }]));

/** A unit asks, is refused, and asks again. */
const asked = (caseId: string, department: string, ordinal = 1, ...more: DispatchEvent[]): EventEnvelope<DispatchEvent>[] => {
  const order = { workOrderId: deterministicId(caseId, 'order'), department, role: 'lead', round: 1 } as const;
  const request = (name: string) => ({ extensionId: deterministicId(caseId, name), workOrderId: order.workOrderId, department, round: 1 });
  const wanted = { by: { kind: 'working', amount: 2, unit: 'days' }, dueAt: minuteOf(600), reason: 'x' } as const;
  return history('dispatch', caseId, [
    { type: 'lianban.work-order.issued.v1', data: { ...order, cause: 'dispatch' } },
    { type: 'lianban.work-order.signed.v1', data: { ...order, note: null } },
    { type: 'lianban.extension.requested.v1', data: { ...request('first'), ordinal: 1, ...wanted } },
    { type: 'lianban.extension.refused.v1', data: { ...request('first'), reason: 'x' } },
    { type: 'lianban.extension.requested.v1', data: { ...request('second'), ordinal, ...wanted } },
    ...more,
  ] as DispatchEvent[]);
};
const by = (role: Role, department: string | null = null): CommandContext => ({
  actor: { id: `${role}-1`, role, department, territory: null }, reach: reachOn(access, 'GET /api/v1/extension-requests', role), mayImport: false, correlationId: 'test', route: '', requestHash: '',
});
const list = (who: CommandContext, query: object = {}) => new ListExtensionRequestsController(pool).list(query, who);
const cases = async (who: CommandContext, query: object = {}) => (await list(who, query)).items.map(({ caseId }) => caseId);

it('waits in the list of who decides it, under its number, until that is done', async () => {
  const [first, second] = [newId(), newId()];
  await project(asked(first, 'housing'));
  await project(asked(second, 'water', 2));
  expect((await list(by('head', 'housing'))).items).toMatchObject([
    { caseId: first, caseNo: 'LB20260209-000001', title: 'Lamp', department: 'housing', number: 2, ordinal: 1, by: { kind: 'working', amount: 2, unit: 'days' }, requestedAt: minuteOf(5) },
  ]);
  expect([await cases(by('operator', 'housing')), await cases(by('head', 'parks')), await cases(by('head'))]).toEqual([[first], [], []]);
  expect([await cases(by('coordinator')), (await cases(by('supervisor'))).sort()]).toEqual([[second], [first, second].sort()]);
  expect(await cases(by('supervisor'), { department: 'water' })).toEqual([second]);
  await expect(list(by('head', 'housing'), { department: 'water' })).rejects.toMatchObject({ code: 'forbidden' });
  const page = await list(by('supervisor'), { limit: 1 });
  expect((await list(by('supervisor'), { limit: 1, cursor: page.nextCursor })).items.map(({ caseId }) => caseId)).toEqual((await cases(by('supervisor'))).slice(1));

  const decided = { extensionId: deterministicId(first, 'second'), workOrderId: deterministicId(first, 'order'), department: 'housing', round: 1, reason: 'x' };
  await project(history('dispatch', first, [{ type: 'lianban.extension.refused.v1', data: decided } as DispatchEvent]));
  expect(await cases(by('head', 'housing'))).toEqual([]);
});

it('waits no more when its order has ended', async () => {
  const caseId = newId();
  await project(asked(caseId, 'housing', 1, { type: 'lianban.work-order.cancelled.v1', data: { workOrderId: deterministicId(caseId, 'order'), department: 'housing', role: 'lead', round: 1, reason: 'case-ended' } }));
  expect(await cases(by('head', 'housing'))).toEqual([]);
});

it('is found for what was asked before there was a list', async () => {
  const caseId = newId();
  const store = postgresEventStore(pool, 'dispatch');
  const events = asked(caseId, 'gas-company');
  await store.transaction((tx) => store.append(tx, caseId, 0, events.map(({ type, data }) => ({ type, data })) as DispatchEvent[], {
    occurredAt: minuteOf(5), recordedAt: minuteOf(5), correlationId: 'c', causationId: 'c', actor: someone,
  }));
  await project(events);
  const columns = 'extension_id, number, ordinal, added, due_at, reason, status, requested_at';
  const rows = async () => (await owner.query(`SELECT ${columns} FROM extension_request WHERE case_id = $1 ORDER BY number`, [caseId])).rows as object[];
  const kept = await rows();
  expect(kept).toMatchObject([{ number: 1, status: 'refused' }, { number: 2, status: 'requested' }]);
  await owner.query('DELETE FROM extension_request');
  const [insert] = /INSERT INTO extension_request[\s\S]*/.exec(readFileSync(new URL('../../migrations/0008_extension_requests.sql', import.meta.url), 'utf8')) ?? [];
  await owner.query(insert as string);
  expect((await rows()).map((row) => ({ ...row, requested_at: null }))).toEqual(kept.map((row) => ({ ...row, requested_at: null })));
});
