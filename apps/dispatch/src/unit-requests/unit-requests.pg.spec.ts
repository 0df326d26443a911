import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { deterministicId, inTransaction } from '@lianban/event-store';
import { history, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import type { DispatchEvent } from '../domain/case-orders.js';
import { readAssistants, readInbox } from '../work-orders/work-order-rows.js';
import { projectWorkOrders } from '../work-orders/project-work-orders.js';
import { readWaiting } from './unit-request-rows.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

beforeAll(async () => { pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.dispatch, max: 2 }); }, 60_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const caseId = deterministicId('unit-requests.pg.spec');
const order = (name: string, role: 'lead' | 'assist') => ({ workOrderId: deterministicId(caseId, name), department: name, role, round: 1 } as const);
const [lead, helper] = [order('housing', 'lead'), order('parks', 'assist')];
const { role: _role, ...helping } = helper;
const [transferId, secondId, releaseId] = ['first', 'second', 'release'].map((name) => deterministicId(caseId, name));
const transfer = (id: string | undefined, to: string) => ({ transferId: id, workOrderId: lead.workOrderId, round: 1, from: 'housing', to });
const own = '2026-03-06T09:00:00.000Z';

const waiting = async (department: string | null) =>
  (await readWaiting(pool, { department, kind: null, limit: 10 })).map(({ kind, number, asked_by, asked_of, title }) => [kind, number, asked_by, asked_of, title]);

it('lists what waits for an answer, by the unit that asked or is asked, and shows the lead its assistants', async () => {
  const life = history('dispatch', caseId, [
    { type: 'lianban.work-order.issued.v1', data: { ...lead, cause: 'dispatch' } },
    { type: 'lianban.work-order.issued.v1', data: { ...helper, cause: 'dispatch' } },
    { type: 'lianban.assistance.terms-set.v1', data: { ...helping, required: false, dueAt: own } },
    { type: 'lianban.transfer.requested.v1', data: { ...transfer(transferId, 'water'), reason: 'The pipe.' } },
    { type: 'lianban.assistance.release-requested.v1', data: { releaseId, ...helping, ground: 'not-competent', lead: 'housing', reason: 'No tree.' } },
    { type: 'lianban.transfer.declined.v1', data: { ...transfer(transferId, 'water'), reason: 'No pipe.' } },
    { type: 'lianban.transfer.requested.v1', data: { ...transfer(secondId, 'power'), reason: 'The lamp.' } },
    { type: 'lianban.assistance.released.v1', data: { ...helping, releaseId, reason: null } },
    { type: 'lianban.work-order.cancelled.v1', data: { ...helper, reason: 'released' } },
    { type: 'lianban.work-order.returned.v1', data: { ...lead, reason: 'Not ours.', suggestedDepartment: null } },
  ] as DispatchEvent[]);
  const demand = { caseNo: 'LB20260209-000001', title: 'Lamp', description: 'Dark', territory: 'riverside', category: null };
  const project = (count: number) => inTransaction(pool, (tx) => projectWorkOrders(tx, [{ events: life.splice(0, count), demand }]));

  await project(5);
  const [transferring, releasing] = [['transfer', 1, 'housing', 'water', 'Lamp'], ['release', 1, 'parks', 'housing', 'Lamp']];
  expect(await waiting(null)).toEqual([transferring, releasing]);
  expect(await waiting('water')).toEqual([transferring]);
  expect(await waiting('parks')).toEqual([releasing]);
  expect(await readAssistants(pool, caseId, 1)).toMatchObject([{ department: 'parks', required: false, own_due_at: new Date(own), due_at: new Date(own), status: 'dispatched' }]);
  expect(await readInbox(pool, { department: 'parks', statuses: ['dispatched'], limit: 5 })).toMatchObject([{ required: false }]);

  await project(4);
  expect(await waiting(null)).toEqual([['transfer', 2, 'housing', 'power', 'Lamp']]);
  await project(1);
  expect(await waiting(null)).toEqual([]);
});
