import { shippedRules } from '@lianban/contracts';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Derivation, EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus, handleTogether, hearing, HealthChecks, Metrics } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { history, testInfrastructure } from '@lianban/testing';
import { TimerLoop } from '@lianban/timers';
import pg from 'pg';
import { DispatchCaseController } from '../dispatch-case/dispatch-case.controller.js';
import type { DispatchedCaseView } from '../dispatch-case/dispatched-case.view.js';
import { watchCase } from '../watch-case/watch-case.process.js';
import { watchClocks } from '../watch-clocks/watch-clocks.process.js';
import { SignController } from '../sign/sign.controller.js';
import { WorkOrderCommands } from '../work-orders/work-order-commands.js';
import { HoldController } from './hold.controller.js';
import { wakeHeldCases as wakeDue, wakeTimer } from './wake-held-cases.js';

const infrastructure = testInfrastructure();
const pools: pg.Pool[] = [];
let stores: [EventStore, EventStore];
let holding: HoldController;
let dispatching: DispatchCaseController;
let admin: pg.Pool;
let signing: SignController;

beforeAll(async () => {
  const { services, adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  admin = new pg.Pool({ connectionString: adminUrl, max: 1 });
  const open = () => {
    const pool = new pg.Pool({ connectionString: services.dispatch, max: 6 });
    pools.push(pool);
    return pool;
  };
  // Two processes.
  stores = [postgresEventStore(open(), 'dispatch'), postgresEventStore(open(), 'dispatch')];
  const bus = new CommandBus('dispatch', pools[0] as pg.Pool, stores[0], 'only-for-this-test-0123456789');
  holding = new HoldController(bus, pools[0] as pg.Pool);
  signing = new SignController(new WorkOrderCommands(bus, pools[0] as pg.Pool));
  dispatching = new DispatchCaseController(bus, { require: () => Promise.resolve(), rules: () => Promise.resolve(shippedRules) }, { now: () => Promise.resolve(() => null) });
}, 120_000);

afterAll(async () => {
  for (const pool of [admin, ...pools]) await pool.end();
  await infrastructure.stop();
});

const coordinator: CommandContext = {
  actor: { id: 'coordinator-1', role: 'coordinator', department: null, territory: null }, reach: new CallerReach('everything'), mayImport: false, correlationId: 'test', route: '', requestHash: '',
};
const { hear: follow } = hearing([watchCase, watchClocks], () => Promise.resolve());
const hear = (event: EventEnvelope) => stores[0].transaction((tx) => handleTogether(tx, stores[0], 'dispatch', [event], follow));
const fact = (caseId: string, type: 'lianban.case.accepted.v1' | 'lianban.case.withdrawn.v1') =>
  history('intake', caseId, [type === 'lianban.case.accepted.v1' ? { type, data: { level: 'general', category: null, greenChannel: false } } : { type, data: { reason: null } }])[0] as EventEnvelope;

const derivation: Derivation = {
  policy: { id: 'x', effectiveFrom: '2000-01-01' }, calendarVersion: null, matched: [], calendarUnit: null, extensions: [], held: [], holidays: [], makeUpDays: [], extensionCap: null,
  start: '2026-01-01T00:00:00Z', limit: { kind: 'elapsed', amount: 1, unit: 'days' },
};
/** Sla has told of the order, which is due in a century. */
const tellClocks = async (caseId: string, workOrderId: string) => {
  for (const event of history('sla', caseId, (['lead', 'sign'] as const).map((kind) => ({
    type: 'lianban.clock.started.v2' as const, data: {
      clockId: deterministicId(caseId, kind), kind, round: 1, milestone: null, workOrderId: kind === 'sign' ? workOrderId : null, department: null, startedAt: derivation.start, dueAt: '2126-01-01T00:00:00Z', warnAt: [], provisional: false, derivation,
    },
  })))) await hear(event);
};

/** How many were looked at. */
const wakeHeldCases = async (store: EventStore, now: Date, limit: number, quietMs: number) => (await wakeDue(store, now, limit, quietMs)).cases;

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const importer: CommandContext = { ...coordinator, mayImport: true };

/** Put on hold now until in an hour, or at a time of the past. */
const heldCase = async (name: string, past?: { readonly at: string; readonly reviewOn: string }): Promise<string> => {
  const caseId = deterministicId('wake', name);
  await hear({ ...fact(caseId, 'lianban.case.accepted.v1'), ...(past ? { metadata: { ...fact(caseId, 'lianban.case.accepted.v1').metadata, occurredAt: past.at } } : {}) });
  const { workOrders: [lead] } = (await dispatching.dispatch(caseId, importer, { lead: 'housing', occurredAt: past?.at })).answer.body as DispatchedCaseView;
  await tellClocks(caseId, lead?.workOrderId ?? '');
  await holding.hold(lead?.workOrderId ?? '', importer, { reason: 'funds', reviewOn: past?.reviewOn ?? inMinutes(60).toISOString(), occurredAt: past?.at });
  return caseId;
};
const resumedOf = async (caseId: string) => (await stores[0].read(caseId)).flatMap(({ type, data, metadata }) => (type === 'lianban.case.resumed.v1' ? [{ cause: data.cause, at: metadata.occurredAt }] : []));
const orderOf = async (caseId: string) => (await pools[0]?.query<{ id: string }>('SELECT work_order_id AS id FROM work_order WHERE case_id = $1', [caseId]))?.rows[0]?.id ?? '';
const rowsOf = async (caseId: string) => ({
  heldUntil: (await pools[0]?.query<{ held_until: Date | null }>('SELECT held_until FROM work_order WHERE case_id = $1', [caseId]))?.rows.map(({ held_until }) => held_until?.toISOString() ?? null),
  reviews: (await pools[0]?.query('SELECT 1 FROM hold_review WHERE case_id = $1', [caseId]))?.rowCount,
});

it('held cases wake at their review, once, however many look and however late', async () => {
  const cases = await Promise.all(Array.from({ length: 30 }, (_, n) => heldCase(`crowd ${n}`)));
  const reviews = new Map(await Promise.all(cases.map(async (caseId) => [caseId, (await rowsOf(caseId)).heldUntil?.[0]] as const)));
  expect(await wakeHeldCases(stores[0], inMinutes(59), 50, 0)).toBe(0);
  const looked = await Promise.all([...stores, ...stores].map((store) => wakeHeldCases(store, inMinutes(600), 50, 0)));
  expect(looked.reduce((sum, count) => sum + count)).toBe(30);
  for (const caseId of cases) {
    expect(await resumedOf(caseId)).toEqual([{ cause: 'review-date', at: reviews.get(caseId) }]);
    expect(await rowsOf(caseId)).toEqual({ heldUntil: [null], reviews: 0 });
  }
  expect(await wakeHeldCases(stores[1], inMinutes(600), 50, 0)).toBe(0);
}, 60_000);

it('what was resumed, or has ended, is not woken again', async () => {
  const [resumed, ended] = [await heldCase('resumed'), await heldCase('ended')];
  await holding.resume(await orderOf(resumed), coordinator, {});
  await hear(fact(ended, 'lianban.case.withdrawn.v1'));
  expect(await wakeHeldCases(stores[0], inMinutes(600), 50, 0)).toBe(0);
  expect((await resumedOf(resumed)).map(({ cause }) => cause)).toEqual(['command']);
  expect((await resumedOf(ended)).map(({ cause }) => cause)).toEqual(['case-ended']);
});

it('a review that was past when the hold was entered waits until its case has been quiet, and holds up no other', async () => {
  const minute = 60_000;
  const [late, plain] = [await heldCase('entered late', { at: '2019-03-01T01:00:00.000Z', reviewOn: '2019-03-10T01:00:00.000Z' }), await heldCase('not late')];
  const entered = Date.parse((await stores[0].read(late)).at(-1)?.metadata.recordedAt ?? '');
  expect(await wakeHeldCases(stores[0], new Date(entered + minute - 1), 1, minute)).toBe(1);
  expect(await resumedOf(late)).toEqual([]);
  // What is entered meanwhile puts it off, whatever it is.
  await signing.sign(await orderOf(late), { ...importer, actor: { ...importer.actor, role: 'operator', department: 'housing' } }, { occurredAt: '2019-03-05T01:00:00.000Z' });
  const signed = Date.parse((await stores[0].read(late)).at(-1)?.metadata.recordedAt ?? '');
  expect(await wakeHeldCases(stores[0], new Date(entered + minute), 1, minute)).toBe(1);
  expect(await wakeHeldCases(stores[0], new Date(signed + minute - 1), 1, minute)).toBe(0);
  expect(await resumedOf(late)).toEqual([]);
  expect(await wakeHeldCases(stores[0], new Date(signed + minute), 1, minute)).toBe(1);
  expect(await resumedOf(late)).toEqual([{ cause: 'review-date', at: '2019-03-10T01:00:00.000Z' }]);
  // One that was not past when it was entered wakes at its review, however lately something was entered.
  expect(await wakeHeldCases(stores[0], inMinutes(600), 50, 1_000 * minute)).toBe(1);
  expect(await resumedOf(plain)).toHaveLength(1);
});

it('lose nothing when one of them dies before its commit', async () => {
  const caseId = await heldCase('killed');
  const dying: EventStore = { ...stores[0], transaction: (work) => stores[0].transaction(async (tx) => { await work(tx); throw new Error('killed'); }) };
  await expect(wakeHeldCases(dying, inMinutes(600), 50, 0)).rejects.toThrow('killed');
  expect(await resumedOf(caseId)).toEqual([]);
  expect(await wakeHeldCases(stores[1], inMinutes(600), 50, 0)).toBe(1);
  expect(await resumedOf(caseId)).toMatchObject([{ cause: 'review-date' }]);
});

it('a case that this build can not read holds up no other', async () => {
  const [strange, plain] = [await heldCase('strange'), await heldCase('readable')];
  const typed = (type: string, before: string) => admin.query('UPDATE dispatch.event SET type = $2 WHERE stream_id = $1 AND type = $3', [strange, type, before]);
  await typed('lianban.case.held.v99', 'lianban.case.held.v1');
  expect(await wakeDue(stores[0], inMinutes(600), 50, 0)).toMatchObject({ cases: 2, unreadable: [{ caseId: strange }] });
  expect(await resumedOf(plain)).toHaveLength(1);
  expect(await wakeHeldCases(stores[0], inMinutes(600), 50, 0)).toBe(0);
  // A newer build.
  await typed('lianban.case.held.v1', 'lianban.case.held.v99');
  expect(await wakeHeldCases(stores[1], inMinutes(602), 50, 0)).toBe(1);
  expect(await resumedOf(strange)).toHaveLength(1);
});

it('cases that are not woken are told by health and metrics, with how late the oldest is', async () => {
  await heldCase('not yet');
  for (const [name, seconds] of [['late', 90], ['just now', 5]] as const) {
    await pools[0]?.query(`UPDATE hold_review SET review_at = now() - $2 * interval '1 s', look_at = now() - $2 * interval '1 s' WHERE case_id = $1`, [await heldCase(name), seconds]);
  }
  const silent = { warn: () => undefined };
  const [health, metrics] = [new HealthChecks(silent), new Metrics(silent)];
  const told = async () => {
    const text = await metrics.text();
    const [due, late] = ['due', 'late_seconds'].map((name) => Number(new RegExp(`^lianban_hold_reviews_${name}\\S* (\\S+)$`, 'm').exec(text)?.[1]));
    return { health: (await health.run()).checks.holds as { due: number; lateMs: number }, due, late };
  };
  const asleep: EventStore = { ...stores[0], transaction: () => Promise.reject(new Error('asleep')) };
  const loop = new TimerLoop({ sql: pools[0] as pg.Pool, health, metrics, log: silent as never }, wakeTimer(asleep, { quietMs: 0 }));
  loop.onApplicationBootstrap();
  const late = await told();
  await loop.beforeApplicationShutdown();
  expect(late).toMatchObject({ health: { ok: true, due: 2 }, due: 2 });
  for (const seconds of [late.health.lateMs / 1000, late.late]) {
    expect(seconds).toBeGreaterThanOrEqual(90);
    expect(seconds).toBeLessThan(900);
  }
  expect(await wakeHeldCases(stores[0], new Date(), 50, 0)).toBe(2);
  expect(await told()).toEqual({ health: { ok: true, due: 0, lateMs: 0 }, due: 0, late: 0 });
});
