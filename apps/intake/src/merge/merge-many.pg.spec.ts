import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { CaseCommands } from '../case-commands.js';
import { RegisterController } from '../register/register.controller.js';
import { OriginalText } from '../requester/original-text.js';
import type { CaseView } from '../show-case/case.view.js';
import { nothingAlike } from '../similar-cases/sample-similar-cases.js';
import { WithdrawController } from '../withdraw/withdraw.controller.js';
import { MergeManyController } from './merge-many.controller.js';
import type { MergedManyView } from './merge-many.controller.js';
import { MergeController } from './merge.controller.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let bus: CommandBus;
let commands: CaseCommands;
let many: MergeManyController;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.intake, max: 6 });
  store = postgresEventStore(pool, 'intake');
  bus = new CommandBus('intake', pool, store, 'only-for-this-test-0123456789');
  commands = new CaseCommands(bus, pool, store);
  many = new MergeManyController(new MergeController(commands), pool);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const by = (change: Partial<CommandContext> = {}): CommandContext => ({
  actor: { id: 'intake-1', role: 'intake', department: null, territory: null }, reach: new CallerReach('everything'), mayImport: false, correlationId: 'test', route: 'POST many', requestHash: 'a hash', ...change,
});
const aCase = async (): Promise<string> => ((await new RegisterController(bus, { require: () => Promise.resolve() }, pool, nothingAlike).register(by(), {
  title: new OriginalText('路灯不亮'), description: new OriginalText('东门'), channel: 'online', territory: 'riverside-grid-01', requester: { kind: 'resident', name: '张建国' },
})).answer.body as CaseView).caseId;
const cases = (count: number) => Promise.all(Array.from({ length: count }, aCase));
const merge = async (intoCaseId: string, caseIds: string[], ctx = by()) => (await many.merge(ctx, { intoCaseId, caseIds, reason: new OriginalText('同一盏灯') })).answer;
const joinedIn = async (caseId: string) => (await store.read(caseId)).flatMap(({ type, data }) => (type === 'lianban.demand.joined.v1' ? [data.demandCaseId] : []));

describe('merging many', () => {
  it('gives each case its own result, and what is refused stops no other', async () => {
    const [into, one, withdrawn, two] = await cases(4) as [string, string, string, string];
    await new WithdrawController(commands).withdraw(withdrawn, by(), {});
    const nowhere = randomUUID();
    const { body, token } = await merge(into, [one, withdrawn, nowhere, into, two]);
    expect(body).toMatchObject({ intoCaseId: into, merged: 2, refused: 3 });
    expect((body as MergedManyView).items.map(({ caseId, merged, refusal }) => [caseId, merged, refusal?.code])).toEqual([
      [one, true, undefined], [withdrawn, false, 'state-conflict'], [nowhere, false, 'not-found'], [into, false, 'validation-failed'], [two, true, undefined],
    ]);
    expect((body as MergedManyView).items[1]?.refusal?.detail).toEqual({ en: 'The case has ended: it is withdrawn', zh: '该诉求件已结束：已撤回' });
    expect(await joinedIn(into)).toEqual([one, two]);
    expect(token).not.toBe('');
  });

  it('a second time changes nothing', async () => {
    const [into, ...others] = await cases(4) as [string, ...string[]];
    const { body } = await merge(into, others);
    expect((await merge(into, others)).body).toEqual(body);
    expect(await joinedIn(into)).toEqual(others);
  });

  it('goes on after a failure in the middle, and is refused as a whole only for what no case can help', async () => {
    const [into, ...others] = await cases(3) as [string, ...string[]];
    let left = 1;
    const breaking = new MergeManyController({ merge: (...[caseId, ctx, body]) => (left-- > 0 ? new MergeController(commands).merge(caseId, ctx, body) : Promise.reject(new Error('gone'))) }, pool);
    const ctx = by({ idempotencyKey: randomUUID() });
    await expect(breaking.merge(ctx, { intoCaseId: into, caseIds: others })).rejects.toThrow('gone');
    expect(await joinedIn(into)).toEqual(others.slice(0, 1));
    expect((await merge(into, others, ctx)).body).toMatchObject({ merged: 2, refused: 0 });
    expect(await joinedIn(into)).toEqual(others);
  });

  it('keeps the whole answer under a key, and refuses the key for another request', async () => {
    const [into, one, two] = await cases(3) as [string, string, string];
    const ctx = by({ idempotencyKey: randomUUID() });
    await new WithdrawController(commands).withdraw(two, by(), {});
    const first = await merge(into, [one, two], ctx);
    await new MergeController(commands).unmerge(one, by(), {});
    expect(await merge(into, [one, two], ctx)).toEqual(first);
    expect(await joinedIn(into)).toEqual([one]);
    await expect(merge(into, [one], { ...ctx, requestHash: 'another' })).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });
});
