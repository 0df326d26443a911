import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus, handleTogether, hearing } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { history, minuteOf, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { watchCase } from './open-call-back/watch-case.process.js';
import { watchClocks } from './call-backs/watch-clocks.process.js';
import { ListCallBacksController } from './list-call-backs/list-call-backs.controller.js';
import { RecordOutcomeController } from './record-outcome/record-outcome.controller.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let listing: ListCallBacksController;
let recording: RecordOutcomeController;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.satisfaction, max: 4 });
  const sql = pool;
  store = postgresEventStore(pool, 'satisfaction');
  listing = new ListCallBacksController(sql);
  recording = new RecordOutcomeController(new CommandBus('satisfaction', pool, store, 'only-for-this-test-0123456789'), sql);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const caller = (department: string | null = null): CommandContext => ({
  actor: { id: 'callback-1', role: 'callback', department, territory: null }, reach: new CallerReach('everything'), mayImport: false, correlationId: 'test', route: '', requestHash: '',
});

const { hear: follow } = hearing([watchCase, watchClocks], () => Promise.resolve());
const hear = (...events: EventEnvelope[]): Promise<void> => store.transaction((tx) => handleTogether(tx, store, 'satisfaction', events, follow));

const idOf = (name: string): string => deterministicId('satisfaction.pg.spec', name);

const registered = (name: string) => history('intake', idOf(name), [{
  type: 'lianban.case.registered.v1',
  data: {
    caseNo: 'LB20260209-000001', title: name, description: name, channel: 'online', category: null, territory: 'riverside', location: null,
    requester: { kind: 'resident', ref: idOf(name) }, urgency: 'normal',
  },
}])[0]!;
const answered = (name: string, round = 1) => history('dispatch', idOf(name), [1, 2].map((n) => ({
  type: 'lianban.case.answered.v1' as const, data: { workOrderId: idOf(`${name} ${n}`), round: n, lead: 'housing', result: 'Done.' }, occurredAt: minuteOf(10 * n),
})))[round - 1]!;
const clock = (name: string, dueAt: string, round = 1, startedAt = minuteOf(10 * round)) => history('sla', idOf(name), [{
  type: 'lianban.clock.started.v2',
  data: {
    clockId: idOf(`${name} clock`), kind: 'call-back', round, milestone: null, workOrderId: null, department: null, startedAt, dueAt, warnAt: [], provisional: false,
    derivation: { policy: { id: 'call-back', effectiveFrom: minuteOf(0) }, calendarVersion: null, matched: [], calendarUnit: null, extensions: [], held: [], holidays: [], makeUpDays: [], extensionCap: null, start: minuteOf(1), limit: { kind: 'working', amount: 1, unit: 'days' } },
  },
}])[0]!;

const listed = async (status: 'due' | 'done', name: string) => (await listing.list({ status, limit: 500 })).items.filter(({ title }) => title === name);

describe('call-backs', () => {
  it('are opened by an answer, once, and show when they are due, whichever is heard first', async () => {
    for (const event of [registered('clock first'), clock('clock first', minuteOf(400)), answered('clock first'), answered('clock first')]) await hear(event);
    for (const event of [registered('clock last'), answered('clock last'), clock('clock last', minuteOf(300))]) await hear(event);
    expect((await listing.list({ status: 'due' })).items.map(({ title, dueAt, answeredAt }) => ({ title, dueAt, answeredAt }))).toEqual([
      { title: 'clock last', dueAt: minuteOf(300), answeredAt: minuteOf(10) },
      { title: 'clock first', dueAt: minuteOf(400), answeredAt: minuteOf(10) },
    ]);
    const [opened] = await store.read(idOf('clock first'));
    expect(opened).toMatchObject({ type: 'lianban.call-back.opened.v2', metadata: { occurredAt: minuteOf(10), actor: { role: 'system' } } });
  });

  it('move from due to done with their outcome, and a rework brings another', async () => {
    for (const event of [registered('outcome'), answered('outcome')]) await hear(event);
    const [due] = await listed('due', 'outcome');
    const record = (id: string, resolved: boolean, ctx = caller()) => recording.record(id, ctx, { reached: true, resolved, satisfaction: resolved ? 5 : 1, comment: maskText('请打13912345678') });
    await expect(record(due!.callBackId, true, caller('housing'))).rejects.toMatchObject({ code: 'call-back-by-handling-unit' });
    expect((await record(due!.callBackId, false)).answer.body).toMatchObject({ status: 'done', decision: 'rework', reworks: 1, version: 3 });
    await expect(record(due!.callBackId, true)).rejects.toMatchObject({ code: 'state-conflict' });
    await hear(answered('outcome', 2));
    const [second] = await listed('due', 'outcome');
    expect(second).toMatchObject({ round: 2 });
    expect((await record(second!.callBackId, true)).answer.body).toMatchObject({ decision: 'close', reworks: 1 });
    expect((await listed('done', 'outcome')).map(({ round, outcome }) => [round, outcome?.decision, outcome?.comment])).toEqual(
      expect.arrayContaining([[1, 'rework', '请打***********'], [2, 'close', '请打***********']]));
    expect(await listed('due', 'outcome')).toEqual([]);
  });

  it('are cancelled when the case ends, and none is opened after', async () => {
    const [withdrawn] = history('intake', idOf('ended'), [{ type: 'lianban.case.withdrawn.v1', data: { reason: null } }]);
    for (const event of [registered('ended'), answered('ended'), withdrawn!, withdrawn!, answered('ended', 2)]) await hear(event);
    expect(await listed('due', 'ended')).toEqual([]);
    expect((await store.read(idOf('ended'))).map(({ type }) => type)).toEqual(['lianban.call-back.opened.v2', 'lianban.call-back.cancelled.v2']);
  });

  it('are one for each demand the case answers, with the due time since it could be made', async () => {
    const [, joined, later] = history('intake', idOf('joined'), [
      { type: 'lianban.case.registered.v1', data: registered('joined').data as never },
      { type: 'lianban.demand.joined.v1', data: { demandCaseId: idOf('first'), caseNo: 'LB20260209-000002', title: 'joined' }, occurredAt: minuteOf(5) },
      { type: 'lianban.demand.joined.v1', data: { demandCaseId: idOf('second'), caseNo: 'LB20260209-000003', title: 'joined' }, occurredAt: minuteOf(30) },
    ]);
    for (const event of [registered('joined'), joined!, clock('joined', minuteOf(400)), answered('joined'), later!, clock('joined', minuteOf(500), 1, minuteOf(30))]) await hear(event);
    const seen = async (status: 'due' | 'done') => (await listed(status, 'joined')).map(({ caseId, demandCaseId, caseNo, dueAt }) => ({ caseId, demandCaseId, caseNo, dueAt }));
    const caseId = idOf('joined');
    const all = [
      { caseId, demandCaseId: undefined, caseNo: 'LB20260209-000001', dueAt: minuteOf(400) },
      { caseId, demandCaseId: idOf('first'), caseNo: 'LB20260209-000002', dueAt: minuteOf(400) },
      { caseId, demandCaseId: idOf('second'), caseNo: 'LB20260209-000003', dueAt: minuteOf(500) },
    ];
    expect(await seen('due')).toEqual(expect.arrayContaining(all));
    const { startedAt: _, ...started } = (clock('joined', minuteOf(500))).data;
    const [moved] = history('sla', caseId, [{
      type: 'lianban.clock.rescheduled.v1', data: { ...started, status: 'running', heldUntil: null, previousDueAt: minuteOf(500), dueAt: minuteOf(600), cause: 'calendar' },
    }]);
    await hear(moved!);
    expect((await seen('due')).map(({ dueAt }) => dueAt)).toEqual([minuteOf(400), minuteOf(400), minuteOf(600)]);

    const [left] = history('intake', caseId, [{ type: 'lianban.demand.left.v1', data: { demandCaseId: idOf('second') }, occurredAt: minuteOf(40) }]);
    await hear(left!);
    await hear(left!);
    const [first] = (await listed('due', 'joined')).filter(({ demandCaseId }) => demandCaseId === idOf('first'));
    await recording.record(first!.callBackId, caller(), { reached: true, resolved: false, satisfaction: 1 });
    expect(await seen('due')).toEqual([]);
    expect((await store.read(caseId)).slice(3).map(({ type, data }) => [type, (data as { reason?: string }).reason])).toEqual([
      ['lianban.call-back.cancelled.v2', 'demand-left'], ['lianban.call-back.recorded.v2', undefined], ['lianban.call-back.cancelled.v2', 'rework'],
      ['lianban.case.counted.v1', undefined],
    ]);
    await hear(answered('joined', 2));
    expect((await seen('due')).map(({ demandCaseId }) => demandCaseId)).toEqual(expect.arrayContaining([undefined, idOf('first')]));
  });

  it('are due again for a case that was merged away and back', async () => {
    const [merged, unmerged] = history('intake', idOf('back'), [
      { type: 'lianban.case.merged.v1', data: { intoCaseId: idOf('other'), reason: null }, occurredAt: minuteOf(20) },
      { type: 'lianban.case.unmerged.v1', data: { fromCaseId: idOf('other'), reason: null }, occurredAt: minuteOf(30) },
    ]);
    for (const event of [registered('back'), answered('back'), merged!, unmerged!, unmerged!]) await hear(event);
    expect(await listed('due', 'back')).toHaveLength(1);
    expect((await store.read(idOf('back'))).map(({ type }) => type)).toEqual(['lianban.call-back.opened.v2', 'lianban.call-back.cancelled.v2', 'lianban.call-back.opened.v2']);
  });

  it('come to the same when the events of several cases share a transaction', async () => {
    const [withdrawn] = history('intake', idOf('together b'), [{ type: 'lianban.case.withdrawn.v1', data: { reason: null } }]);
    await hear(
      registered('together a'), registered('together b'), answered('together a'), clock('together a', minuteOf(200)), answered('together b'),
      withdrawn!, answered('together a'), answered('together b', 2), answered('together a', 2),
    );
    expect((await store.read(idOf('together a'))).map(({ type, data, metadata }) => [type, 'round' in data ? data.round : null, metadata.streamVersion]))
      .toEqual([['lianban.call-back.opened.v2', 1, 1], ['lianban.call-back.opened.v2', 2, 2]]);
    expect((await store.read(idOf('together b'))).map(({ type }) => type)).toEqual(['lianban.call-back.opened.v2', 'lianban.call-back.cancelled.v2']);
    expect((await listed('due', 'together a')).map(({ round, dueAt }) => [round, dueAt])).toEqual(expect.arrayContaining([[1, minuteOf(200)], [2, undefined]]));
    expect(await listed('due', 'together b')).toEqual([]);
    const { rows } = await pool.query('SELECT data FROM case_fact WHERE case_id = $1', [idOf('together b')]);
    expect(rows).toMatchObject([{ data: { ended: true, demand: { caseNo: 'LB20260209-000001', title: 'together b' }, answer: { round: 2 } } }]);
  });
});
