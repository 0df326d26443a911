import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventEnvelope, LianbanEvent, Role } from '@lianban/contracts';
import { deterministicId, inTransaction, postgresEventStore } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { saveStreamVersions } from '@lianban/kafka';
import { CommandBus, reachOn } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { access } from '../access.js';
import { CaseCommands } from '../case-commands.js';
import { ContactController } from '../contact/contact.controller.js';
import { MergeController } from '../merge/merge.controller.js';
import { RegisterController } from '../register/register.controller.js';
import type { CaseView } from '../show-case/case.view.js';
import { ShowCaseController } from '../show-case/show-case.controller.js';
import { relationsOf } from './case-relations.js';
import { keepRelations } from './keep-relations.js';
import { nothingAlike } from '../similar-cases/sample-similar-cases.js';
import { OriginalText } from '../requester/original-text.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let sql: Tx;
let store: EventStore;
let commands: CaseCommands;
let bus: CommandBus;
let caseId: string;

const relations = { of: (id: string, streams: readonly string[], suffices: Parameters<typeof relationsOf>[3]) => relationsOf(sql, id, streams, suffices, 0) };

const by = (role: Role, department: string | null = null, id = `${role}-1`): CommandContext => ({
  actor: { id, role, department, territory: null }, reach: reachOn(access, 'GET /api/v1/cases/:caseId', role), mayImport: false, correlationId: 'test', route: 'a route', requestHash: '',
});
const requester = { kind: 'resident', name: '张建国', phone: '13912345678', address: '滨河小区3栋501' } as const;
const register = async (): Promise<string> => ((await new RegisterController(bus, { require: () => Promise.resolve() }, sql, nothingAlike).register(by('requester', null, 'zhang'), {
  title: new OriginalText('路灯不亮'), description: new OriginalText('东门路灯坏了。'), channel: 'online', territory: 'riverside-grid-01', requester,
})).answer.body as CaseView).caseId;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.intake, max: 4 });
  sql = pool;
  store = postgresEventStore(pool, 'intake');
  bus = new CommandBus('intake', pool, store, 'only-for-this-test-0123456789');
  commands = new CaseCommands(bus, sql, store);
}, 120_000);

beforeEach(async () => { caseId = await register(); });

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const orderOf = (department: string) => ({ workOrderId: deterministicId(caseId, department), department, role: 'lead' as const, round: 1 });
const callBackOf = (demandCaseId: string | null = null) => ({ callBackId: deterministicId(caseId, demandCaseId ?? 'own'), round: 1, demandCaseId });
const issued = (department: string) => ({ type: 'lianban.work-order.issued.v1', data: { ...orderOf(department), cause: 'dispatch' } });
const ended = (how: 'returned' | 'completed' | 'cancelled', department: string) => ({ type: `lianban.work-order.${how}.v1`, data: orderOf(department) });
const callBack = (what: 'opened' | 'recorded' | 'cancelled', demandCaseId?: string) => ({ type: `lianban.call-back.${what}.v2`, data: callBackOf(demandCaseId) });
/** What the consumer of reach does with events of the case. */
const hear = (...events: readonly { type: string; data: object }[]) => inTransaction(pool, (tx) =>
  keepRelations(tx, events.map((event) => ({ ...event, metadata: { streamId: caseId } })) as unknown as EventEnvelope<LianbanEvent>[]));

const show = async (who: CommandContext, id = caseId) => (await new ShowCaseController(store, bus, sql, relations).show(id, who)).body as CaseView;
const outcomeOf = async (ask: Promise<CaseView>) => ask.then((view) => (view.requester.phone === undefined ? 'case' : 'contact'), (error: { code: string }) => error.code);

describe('a case and its contact data', () => {
  it('are read by whom they concern, as events tell', async () => {
    const readers: Record<string, CommandContext> = {
      intake: by('intake'), admin: by('admin'), coordinator: by('coordinator'), supervisor: by('supervisor'), analyst: by('analyst'), callback: by('callback'),
      own: by('requester', null, 'zhang'), another: by('requester', null, 'li'), housing: by('operator', 'housing'), headOfHousing: by('head', 'housing'), water: by('operator', 'water'), nobody: by('operator'),
    };
    const seen = async () => Object.fromEntries(await Promise.all(Object.entries(readers).map(async ([name, who]) => [name, await outcomeOf(show(who))] as const)));
    const always = { intake: 'contact', admin: 'contact', coordinator: 'case', supervisor: 'case', analyst: 'case', own: 'case', another: 'not-found', nobody: 'forbidden' };
    expect(await seen()).toEqual({ ...always, callback: 'case', housing: 'forbidden', headOfHousing: 'forbidden', water: 'forbidden' });
    await hear(issued('housing'));
    expect(await seen()).toEqual({ ...always, callback: 'case', housing: 'case', headOfHousing: 'case', water: 'forbidden' });
    await hear(ended('returned', 'housing'), issued('water'), callBack('opened'));
    expect(await seen()).toEqual({ ...always, callback: 'contact', housing: 'case', headOfHousing: 'case', water: 'case' });
    await hear(callBack('recorded'));
    expect(await seen()).toMatchObject({ callback: 'case' });
  });

  it('of a demand that has joined another case are shown while its own call-back is due there', async () => {
    const joined = await register();
    await new MergeController(commands).merge(joined, by('intake'), { intoCaseId: caseId });
    await hear(callBack('opened', joined));
    expect([await outcomeOf(show(by('callback'), joined)), await outcomeOf(show(by('callback')))]).toEqual(['contact', 'case']);
    await hear(callBack('cancelled', joined));
    expect(await outcomeOf(show(by('callback'), joined))).toBe('case');
  });

  it('are refused to nobody for what an earlier version has passed over: it is read first', async () => {
    const stream = { source: 'dispatch', streamId: caseId } as const;
    const passedOver = (consumer: string) => inTransaction(pool, (tx) => saveStreamVersions(tx, consumer, new Map([['it', { ...stream, version: 2 }]])));
    await passedOver('intake');
    expect(await outcomeOf(show(by('operator', 'housing')))).toBe('read-model-behind');
    expect(await outcomeOf(show(by('intake')))).toBe('contact');
    await hear(issued('housing'));
    await passedOver('intake-reach');
    expect([await outcomeOf(show(by('operator', 'housing'))), await outcomeOf(show(by('operator', 'water')))]).toEqual(['case', 'forbidden']);
  });
});

describe('the first contact', () => {
  const contact = (who: CommandContext) => new ContactController(commands, relations).contact(caseId, { ...who, reach: reachOn(access, 'POST /api/v1/cases/:caseId/contact', who.actor.role) }, { note: new OriginalText('已联系。') })
    .then(({ answer }) => ((answer.body as CaseView).contactedAt === undefined ? 'nothing' : 'contacted'), (error: { code: string }) => error.code);

  it.each<[string, CommandContext, (() => Promise<void>)[], string]>([
    ['intake', by('intake'), [], 'contacted'],
    ['a unit that has the case', by('operator', 'housing'), [() => hear(issued('housing'))], 'contacted'],
    ['its head', by('head', 'housing'), [() => hear(issued('housing'))], 'contacted'],
    ['a unit that has returned it', by('operator', 'housing'), [() => hear(issued('housing')), () => hear(ended('returned', 'housing'))], 'forbidden'],
    ['a unit whose order was cancelled', by('operator', 'housing'), [() => hear(issued('housing'), ended('cancelled', 'housing'))], 'forbidden'],
    ['another unit', by('operator', 'water'), [() => hear(issued('housing'))], 'forbidden'],
    ['an operator of no unit', by('operator'), [() => hear(issued('housing'))], 'forbidden'],
  ])('by %s', async (_who, who, before, expected) => {
    for (const step of before) await step();
    expect(await contact(who)).toBe(expected);
    expect((await store.read(caseId)).map(({ type }) => type).includes('lianban.case.contacted.v1')).toBe(expected === 'contacted');
  });
});
