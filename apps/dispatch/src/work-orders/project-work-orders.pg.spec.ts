import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, inTransaction } from '@lianban/event-store';
import { history, minuteOf, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import type { DispatchEvent } from '../domain/case-orders.js';
import { projectWorkOrders } from './project-work-orders.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

beforeAll(async () => { pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.dispatch, max: 2 }); }, 60_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const demand = { caseNo: 'LB20260209-000001', title: 'Lamp', description: 'Dark', territory: 'riverside', category: null };
const review = '2026-03-09T01:00:00.000Z';

/** A case's life in dispatch: led by one who returns it while it is on hold, then by another who answers after the hold has ended; an assistant's order is cancelled. */
const lifeOf = (caseId: string): EventEnvelope<DispatchEvent>[] => {
  const order = (name: string, role: 'lead' | 'assist' = 'lead') => ({ workOrderId: deterministicId(caseId, name), department: name, role, round: 1 } as const);
  const [first, second, assistant] = [order('housing'), order('water'), order('parks', 'assist')];
  const holdId = deterministicId(caseId, 'hold');
  return history('dispatch', caseId, [
    { type: 'lianban.work-order.issued.v1', data: { ...first, cause: 'dispatch' } },
    { type: 'lianban.work-order.issued.v1', data: { ...assistant, cause: 'dispatch' } },
    { type: 'lianban.work-order.signed.v1', data: { ...first, note: null } },
    { type: 'lianban.case.held.v1', data: { holdId, reason: 'funds', note: null, reviewAt: review } },
    { type: 'lianban.work-order.returned.v1', data: { ...first, reason: 'Not ours.', suggestedDepartment: 'water' } },
    { type: 'lianban.work-order.issued.v1', data: { ...second, cause: 'dispatch' } },
    { type: 'lianban.work-order.signed.v1', data: { ...second, note: null } },
    { type: 'lianban.work-order.progressed.v1', data: { ...second, note: 'Half.' } },
    { type: 'lianban.case.resumed.v1', data: { holdId, cause: 'command', note: null } },
    { type: 'lianban.work-order.completed.v1', data: { ...second, result: 'Done.', withoutAssistants: null } },
    { type: 'lianban.work-order.cancelled.v1', data: { ...assistant, reason: 'case-ended' } },
  ] as DispatchEvent[]);
};

const rowsOf = async (caseId: string) => (await pool.query(
  `SELECT department, status, issued_at, signed_at, ended_at, result, return_reason, suggested_department, held_until, (SELECT count(*)::int FROM hold_review WHERE case_id = w.case_id) AS holds
     FROM work_order w WHERE case_id = $1 ORDER BY issued_at`, [caseId])).rows as Record<string, unknown>[];

const project = (events: readonly EventEnvelope<DispatchEvent>[]) => inTransaction(pool, (tx) => projectWorkOrders(tx, events.map((event) => ({ events: [event], demand }))));
const at = (minute: number) => new Date(minuteOf(minute));

it.each([[[6]], [[5, 1]]])('has, while the case is on hold, the review on every open order, also on one that is issued meanwhile (in portions of %j)', async (portions) => {
  const caseId = deterministicId('project', 'held', JSON.stringify(portions));
  const life = lifeOf(caseId);
  for (const portion of portions) await project(life.splice(0, portion));
  expect(await rowsOf(caseId)).toMatchObject([
    { department: 'housing', status: 'returned', signed_at: at(3), ended_at: at(5), return_reason: 'Not ours.', suggested_department: 'water', holds: 1 },
    { department: 'parks', status: 'dispatched', held_until: new Date(review), ended_at: null },
    { department: 'water', status: 'dispatched', issued_at: at(6), held_until: new Date(review) },
  ]);
});

it.each([[[11]], [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]], [[4, 2, 5]], [[3, 5, 3]], [[5, 6]], [[8, 3]]])('ends in the same rows, written in portions of %j', async (portions) => {
  const caseId = deterministicId('project', JSON.stringify(portions));
  const life = lifeOf(caseId);
  for (const portion of portions) await project(life.splice(0, portion));
  expect(await rowsOf(caseId)).toEqual([
    { department: 'housing', status: 'returned', issued_at: at(1), signed_at: at(3), ended_at: at(5), result: null, return_reason: 'Not ours.', suggested_department: 'water', held_until: null, holds: 0 },
    { department: 'parks', status: 'cancelled', issued_at: at(2), signed_at: null, ended_at: at(11), result: null, return_reason: null, suggested_department: null, held_until: null, holds: 0 },
    { department: 'water', status: 'completed', issued_at: at(6), signed_at: at(7), ended_at: at(10), result: 'Done.', return_reason: null, suggested_department: null, held_until: null, holds: 0 },
  ]);
});
