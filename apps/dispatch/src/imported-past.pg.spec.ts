/** A life that is entered afterwards: when its commands may be dated. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maskText, shippedRules } from '@lianban/contracts';
import type { Actor, Derivation, EventEnvelope, LianbanEvent } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus, handleTogether, hearing } from '@lianban/service-kit';
import type { CommandContext, DirectoryCopy } from '@lianban/service-kit';
import { render, say } from '@lianban/texts';
import { history, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { DispatchCaseController } from './dispatch-case/dispatch-case.controller.js';
import type { DispatchedCaseView } from './dispatch-case/dispatched-case.view.js';
import { EscalateController } from './escalate/escalate.controller.js';
import { watchSupervision } from './escalate/watch-supervision.process.js';
import { ExtensionController } from './extension/extension.controller.js';
import { watchCase } from './watch-case/watch-case.process.js';
import { watchClocks } from './watch-clocks/watch-clocks.process.js';
import { HoldController } from './hold/hold.controller.js';
import { wakeHeldCases } from './hold/wake-held-cases.js';
import { SignController } from './sign/sign.controller.js';
import { WorkOrderCommands } from './work-orders/work-order-commands.js';

type Territory = Awaited<ReturnType<DirectoryCopy['territories']>>[number];
const tiers = [{ kind: 'community-residential', code: 'riverside' }, { kind: 'subdistrict', code: 'riverbend' }, { kind: 'district', code: 'lanqiao' }] as const;
const directory = { require: () => Promise.resolve(), rules: () => Promise.resolve(shippedRules), calendars: () => Promise.resolve([]), territoryPaths: () => Promise.resolve(() => tiers as unknown as readonly Territory[]) };
const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let dispatching: DispatchCaseController;
let signing: SignController;
let holding: HoldController;
let extending: ExtensionController;
let escalating: EscalateController;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.dispatch, max: 4 });
  store = postgresEventStore(pool, 'dispatch');
  const bus = new CommandBus('dispatch', pool, store, 'only-for-this-test-0123456789');
  dispatching = new DispatchCaseController(bus, directory, { now: () => Promise.resolve(() => null) });
  signing = new SignController(new WorkOrderCommands(bus, pool));
  holding = new HoldController(bus, pool);
  extending = new ExtensionController(bus, pool, directory);
  escalating = new EscalateController(bus, directory);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const importer = (role: Actor['role'], department: string | null = null): CommandContext => ({
  actor: { id: `${role}-1`, role, department, territory: null }, reach: new CallerReach(role === 'operator' || role === 'head' ? 'own department' : 'everything'), mayImport: true, correlationId: 'test', route: '', requestHash: '',
});
const coordinator = importer('coordinator');
const operator = importer('operator', 'housing');
/** A day of March 2019, at nine in the morning. */
const march = (day: number, time = '09:00:00') => `2019-03-${String(day).padStart(2, '0')}T${time}+08:00`;
const instant = (at: string) => new Date(at).toISOString();

const { hear: follow } = hearing([watchCase, watchClocks, watchSupervision], async () => ({ pathOf: await directory.territoryPaths(), rules: shippedRules }));
const hear = (event: EventEnvelope) => store.transaction((tx) => handleTogether(tx, store, 'dispatch', [event], follow));
const hearOf = async (caseId: string, source: 'intake' | 'sla', ...events: (LianbanEvent & { occurredAt?: string })[]) => { for (const event of history(source, caseId, events)) await hear(event); };

/** Accepted on 14 March, dispatched on the 15th; due on the 22nd. */
const importedCase = async (name: string): Promise<{ caseId: string; workOrderId: string }> => {
  const caseId = deterministicId('imported-past', name);
  await hearOf(caseId, 'intake',
    { type: 'lianban.case.registered.v1', occurredAt: march(14), data: {
      caseNo: 'LB20190314-000001', title: maskText(name), description: maskText(name), channel: 'online', category: null, territory: 'riverside', location: null, requester: { kind: 'resident', ref: deterministicId(name) }, urgency: 'normal',
    } },
    { type: 'lianban.case.accepted.v1', occurredAt: march(14, '10:00:00'), data: { level: 'general', category: null, greenChannel: false } });
  const { workOrders: [lead] } = (await dispatching.dispatch(caseId, coordinator, { lead: 'housing', occurredAt: march(15) })).answer.body as DispatchedCaseView;
  const workOrderId = lead?.workOrderId ?? '';
  for (const kind of ['lead', 'sign'] as const) await tell(caseId, kind, workOrderId, march(22));
  return { caseId, workOrderId };
};

const tell = (caseId: string, kind: 'lead' | 'sign', workOrderId: string, dueAt: string, held: Derivation['held'] = []) => hearOf(caseId, 'sla', {
  type: 'lianban.clock.started.v2',
  data: {
    clockId: deterministicId(caseId, kind), kind, round: 1, milestone: null, workOrderId: kind === 'lead' ? null : workOrderId, department: null, startedAt: march(14), dueAt, warnAt: [], provisional: false,
    derivation: {
      policy: { id: 'x', effectiveFrom: '2000-01-01' }, calendarVersion: null, matched: [], calendarUnit: null, extensions: [], held, holidays: [], makeUpDays: [],
      extensionCap: { kind: 'working', amount: 5, unit: 'days' }, start: march(14), limit: { kind: 'working', amount: 5, unit: 'days' },
    },
  },
});

const raised = (caseId: string, at: string) => hearOf(caseId, 'sla', {
  type: 'lianban.supervision.raised.v1', occurredAt: at,
  data: {
    supervisionId: deterministicId(caseId), clockId: deterministicId(caseId, 'lead'), kind: 'lead', round: 1, milestone: null, workOrderId: null, department: 'housing',
    step: 'escalation', colour: 'red', dueAt: march(22), toTier: 'subdistrict',
  },
});

type Entry = (ids: { caseId: string; workOrderId: string }, occurredAt: string) => Promise<unknown>;
const sign: Entry = ({ workOrderId }, occurredAt) => signing.sign(workOrderId, operator, { occurredAt });
const hold: Entry = ({ workOrderId }, occurredAt) => holding.hold(workOrderId, coordinator, { reason: 'funds', reviewOn: march(21), occurredAt });
const entries: readonly [string, Entry][] = [
  ['signing', sign],
  ['a hold', hold],
  ['an extension', async (ids, occurredAt) => { await sign(ids, occurredAt); await extending.request(ids.workOrderId, operator, { workingDays: 1, reason: maskText('x'), occurredAt }); }],
  ['an escalation', ({ caseId }, occurredAt) => escalating.escalate(caseId, coordinator, { toTier: 'district', reason: maskText('x'), occurredAt })],
];
const beforeWhatIsKnown = { code: 'validation-failed', errors: [{ field: 'occurredAt' }] };

describe('what happened before time alone raised the case, entered after that', () => {
  it.each(entries)('%s is taken, not before what was entered', async (name, enter) => {
    const ids = await importedCase(`raised, then ${name}`);
    await raised(ids.caseId, '2019-04-08T17:30:00+08:00');
    expect((await store.read(ids.caseId)).at(-1)).toMatchObject({ type: 'lianban.case.escalated.v1', metadata: { occurredAt: '2019-04-08T09:30:00.000Z' } });
    await expect(enter(ids, march(14, '12:00:00'))).rejects.toMatchObject(beforeWhatIsKnown);
    await enter(ids, march(18));
    expect((await store.read(ids.caseId)).at(-1)?.metadata.occurredAt).toBe(instant(march(18)));
  });
});

describe('what happened before a hold woke by itself, entered after that', () => {
  it.each(entries)('%s is taken, a second hold only once the first is over', async (name, enter) => {
    const ids = await importedCase(`woken, then ${name}`);
    await holding.hold(ids.workOrderId, coordinator, { reason: 'funds', reviewOn: march(20), occurredAt: march(16) });
    await tell(ids.caseId, 'lead', ids.workOrderId, march(28), [{ from: march(16), to: march(20), reason: 'funds' }]);
    await wakeHeldCases(store, new Date(), 50, 0);
    expect((await store.read(ids.caseId)).at(-1)).toMatchObject({ type: 'lianban.case.resumed.v1', metadata: { occurredAt: instant(march(20)) } });
    if (enter !== hold) await enter(ids, march(18));
    else await expect(enter(ids, march(18))).rejects.toMatchObject({ code: 'state-conflict' });
  });
});

it('nothing of dispatch is dated before the case was accepted, opened again or unmerged', async () => {
  const caseId = deterministicId('imported-past', 'order of facts');
  const at = (occurredAt: string) => dispatching.dispatch(caseId, coordinator, { lead: 'housing', occurredAt });
  const accepted = { type: 'lianban.case.accepted.v1', occurredAt: march(14), data: { level: 'general', category: null, greenChannel: false } } as const;
  await hearOf(caseId, 'intake', accepted);
  await expect(at(march(14, '08:59:59'))).rejects.toMatchObject(beforeWhatIsKnown);
  await expect(at(march(14, '08:59:59'))).rejects.toThrow(render(say('must-not-be-before', { at: march(14), what: say('accepted-or-reopened') }), 'en'));
  await at(march(14));
  const other = deterministicId('other');
  const [merged, unmerged, withdrawn, reopened] = history('intake', caseId, [
    { type: 'lianban.case.merged.v1', occurredAt: march(15), data: { intoCaseId: other, reason: null } }, { type: 'lianban.case.unmerged.v1', occurredAt: march(17), data: { fromCaseId: other, reason: null } },
    { type: 'lianban.case.withdrawn.v1', occurredAt: march(19), data: { reason: null } }, { type: 'lianban.case.reopened.v1', occurredAt: march(21), data: { reason: 'x' } },
  ]);
  await hear(merged!);
  await hear(unmerged!);
  await expect(at(march(16))).rejects.toMatchObject(beforeWhatIsKnown);
  await at(march(17));
  await hear(withdrawn!);
  await hear(reopened!);
  await expect(at(march(20))).rejects.toMatchObject(beforeWhatIsKnown);
  await at(march(21));
});
