import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { shippedRules } from '@lianban/contracts';
import type { Role } from '@lianban/contracts';
import { postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus, pathsUp } from '@lianban/service-kit';
import type { CommandContext, Territory } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { CaseCommands } from '../case-commands.js';
import { HandleOnTheSpotController } from '../handle-on-the-spot/handle-on-the-spot.controller.js';
import { MergeController } from '../merge/merge.controller.js';
import { RegisterController } from '../register/register.controller.js';
import { ReopenController } from '../reopen/reopen.controller.js';
import { OriginalText } from '../requester/original-text.js';
import type { RegisteredCaseView } from '../show-case/case.view.js';
import { WithdrawController } from '../withdraw/withdraw.controller.js';
import { fillPortion } from './fill-similar-cases.js';
import { SimilarCasesController } from './similar-cases.controller.js';
import { SimilarCases } from './similar-cases.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let bus: CommandBus;
let commands: CaseCommands;
let similar: SimilarCases;
let asking: SimilarCasesController;

const tree = [['district', null], ['street', 'district'], ['estate-a', 'street'], ['estate-b', 'street']].map(([code, parent]) => ({ code, parent })) as unknown as Territory[];
const directory = { rules: () => Promise.resolve(shippedRules), territoryPaths: () => Promise.resolve(pathsUp(tree)), require: () => Promise.resolve() };
const by = (role: Role = 'intake', id = `${role}-1`): CommandContext => ({
  actor: { id, role, department: null, territory: null }, reach: new CallerReach('everything'), mayImport: true, correlationId: 'test', route: 'a route', requestHash: 'a hash',
});

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.intake, max: 8 });
  store = postgresEventStore(pool, 'intake');
  bus = new CommandBus('intake', pool, store, 'only-for-this-test-0123456789');
  commands = new CaseCommands(bus, pool, store);
  similar = new SimilarCases(pool, store, directory, { PERSON_SECRET: 'only-for-this-test-0123456789-persons', AUTH_ISSUER: 'http://lianban.local' });
  asking = new SimilarCasesController(store, pool, directory, similar);
}, 120_000);

beforeEach(async () => { await pool.query('DELETE FROM similar_case'); });

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

interface Demand { title?: string; description?: string; territory?: string; phone?: string; occurredAt?: string; ctx?: CommandContext }
const lamp = { title: '锦绣苑东门路灯不亮', description: '锦绣苑小区东门的路灯坏了一周，请维修。' };
const register = async ({ title = lamp.title, description = lamp.description, territory = 'estate-a', phone, occurredAt, ctx = by() }: Demand = {}) =>
  (await new RegisterController(bus, directory, pool, similar).register(ctx, {
    title: new OriginalText(title), description: new OriginalText(description), channel: 'online', territory, requester: { kind: 'resident', name: '张建国', phone }, occurredAt,
  })).answer.body as RegisteredCaseView;
const idsOf = async (caseId: string, query = {}) => (await asking.ofCase(caseId, by(), query)).items.map((item) => item.caseId);

describe('likely the same demand', () => {
  it('is named by the registration and listed for the case, with why in both languages', async () => {
    const first = await register({ phone: '139-1234-5678' });
    expect(first.similar).toEqual([]);
    await register({ title: '夜间施工噪音扰民', description: '凌晨两点还在施工。' });
    const second = await register({ title: '东门路灯一直不亮', description: '锦绣苑东门路灯坏了，张建国反映。', phone: '+86 13912345678' });
    const [found] = second.similar ?? [];
    expect(second.similar).toHaveLength(1);
    expect(found).toMatchObject({ caseId: first.caseId, caseNo: first.caseNo, title: lamp.title, status: 'registered', samePlace: true, sameRequester: true });
    expect(found?.similarity).toBeGreaterThanOrEqual(34);
    expect(found?.why.map(({ zh }) => zh)).toEqual([`文字相似度 ${found?.similarity}（满分 100）`, expect.stringContaining('路灯'), '辖区相同或互为上下级', '诉求人相同', '登记时间相隔 0 天']);
    expect(found?.why.map(({ en }) => en)[2]).toBe('They are of the same place');
    expect((await asking.ofCase(first.caseId, by(), {})).items).toMatchObject([{ caseId: second.caseId, sameRequester: true }]);
  });

  it('is not shown to a requester', async () => {
    await register();
    expect(await register({ ctx: by('requester') })).not.toHaveProperty('similar', expect.anything());
  });

  it('is found for a text that is not registered, with a limit', async () => {
    const ids = [(await register()).caseId, (await register()).caseId];
    const ask = async (body: object) => (await asking.ofText({ ...lamp, ...body } as Parameters<typeof asking.ofText>[0])).items.map(({ caseId }) => caseId);
    expect((await ask({})).sort()).toEqual(ids.sort());
    expect(await ask({ limit: 1 })).toHaveLength(1);
    expect(await ask({ title: '咨询公积金贷款', description: '请问如何办理？' })).toEqual([]);
  });

  it('has to be near in time', async () => {
    const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const [old, older] = [(await register({ occurredAt: at(89) })).caseId, (await register({ occurredAt: at(100) })).caseId];
    const { caseId, similar: found } = await register();
    expect(found?.map((item) => item.caseId)).toEqual([old]);
    expect(await idsOf(caseId)).toEqual([old]);
    expect(new Set(await idsOf(older))).toEqual(new Set([old]));
  });

  it.each([
    ['estate-a', 'estate-a', true], ['estate-a', 'street', true], ['street', 'estate-b', true], ['estate-a', 'estate-b', false], ['estate-a', 'district', false],
  ])('of %s and %s: the same place is %s', async (one, other, same) => {
    await register({ territory: one });
    expect((await register({ territory: other })).similar).toMatchObject([{ samePlace: same }]);
  });

  it('is found while the case is open, and among those that have ended when asked for', async () => {
    const [one, other, third] = [(await register()).caseId, (await register()).caseId, (await register()).caseId];
    const withdraw = new WithdrawController(commands);
    await withdraw.withdraw(one, by(), {});
    expect(await idsOf(other)).toEqual([third]);
    expect(await idsOf(other, { ended: true })).toEqual([one]);
    await new ReopenController(commands).reopen(one, by(), { reason: new OriginalText('又不亮了') });
    expect((await idsOf(other)).sort()).toEqual([one, third].sort());
    await new MergeController(commands).merge(third, by(), { intoCaseId: other });
    expect(await idsOf(other)).toEqual([one]);
    await new MergeController(commands).unmerge(third, by(), {});
    expect((await idsOf(other)).sort()).toEqual([one, third].sort());
  });

  it('of no case is not found', async () => {
    await expect(asking.ofCase('0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e99', by(), {})).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a repeat', () => {
  const settle = (caseId: string) => new HandleOnTheSpotController(commands).handle(caseId, by(), { result: new OriginalText('已更换灯泡。') });
  const told = async ({ caseId }: { caseId: string }) => (await store.read(caseId)).flatMap(({ type, data }) => (type === 'lianban.demand.repeated.v1' ? [data] : []));

  it.each<[string, Demand, Demand, object | null]>([
    ['of the same requester, elsewhere', { phone: '13912345678' }, { phone: '13912345678', territory: 'estate-b' }, { sameRequester: true, samePlace: false, requester: expect.stringMatching(/^p-/) }],
    ['at the same place, of another requester', { phone: '13912345678' }, { phone: '13900000000' }, { sameRequester: false, samePlace: true }],
    ['of neither', { phone: '13912345678' }, { phone: '13900000000', territory: 'estate-b' }, null],
    ['of another matter', { phone: '13912345678' }, { phone: '13912345678', title: '夜间施工噪音扰民', description: '凌晨两点还在施工。' }, null],
  ])('%s', async (_what, first, second, expected) => {
    const closed = await register(first);
    await settle(closed.caseId);
    expect(await told(await register(second))).toEqual(expected === null ? [] : [expect.objectContaining({ ofCaseId: closed.caseId, caseNo: closed.caseNo, ...expected })]);
  });

  it('is of a case that was answered and closed, not of one that is open or was withdrawn', async () => {
    await register({ phone: '13912345678' });
    expect(await told(await register({ phone: '13912345678' }))).toEqual([]);
    await new WithdrawController(commands).withdraw((await register({ phone: '13912345678' })).caseId, by(), {});
    expect(await told(await register({ phone: '13912345678' }))).toEqual([]);
  });

  it('is one within 180 days of the closing', async () => {
    const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    for (const [days, repeats] of [[181, 0], [179, 1]] as const) {
      const { caseId } = await register({ phone: '13912345678', occurredAt: at(300) });
      await new HandleOnTheSpotController(commands).handle(caseId, by(), { result: new OriginalText('已更换。'), occurredAt: at(days) });
      expect(await told(await register({ phone: '13912345678' }))).toHaveLength(repeats);
    }
  });
});

describe('cases from before the table', () => {
  it('are added as they are, in portions, by any number of copies, and those that are there stay', async () => {
    const [open, ended] = [(await register({ phone: '13912345678' })).caseId, (await register()).caseId];
    await new WithdrawController(commands).withdraw(ended, by(), {});
    const { rows: before } = await pool.query('SELECT * FROM similar_case ORDER BY case_id');
    const fill = async () => { while (await fillPortion(pool, store, similar)); };
    for (const emptied of [true, false]) {
      if (emptied) await pool.query('DELETE FROM similar_case');
      await pool.query("UPDATE similar_case_fill SET after = '00000000-0000-0000-0000-000000000000', done = false");
      await Promise.all([fill(), fill()]);
      await fill();
      expect((await pool.query('SELECT * FROM similar_case WHERE case_id = ANY ($1) ORDER BY case_id', [[open, ended]])).rows).toEqual(before);
      expect((await pool.query('SELECT done FROM similar_case_fill')).rows).toEqual([{ done: true }]);
    }
  });
});
