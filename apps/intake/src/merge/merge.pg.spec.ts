/** Both streams of a merging are written together or not at all, whoever else writes them at the same moment. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus, handleTogether, hearing } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { history, testInfrastructure } from '@lianban/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { CaseCommands } from '../case-commands.js';
import { watchCallBacks } from '../close-after-call-back/watch-call-backs.process.js';
import { ContactController } from '../contact/contact.controller.js';
import { RegisterController } from '../register/register.controller.js';
import type { CaseView } from '../show-case/case.view.js';
import { WithdrawController } from '../withdraw/withdraw.controller.js';
import { MergeController } from './merge.controller.js';
import { nothingAlike } from '../similar-cases/sample-similar-cases.js';
import { OriginalText } from '../requester/original-text.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let bus: CommandBus;
let merging: MergeController;
let contacting: ContactController;
let withdrawing: WithdrawController;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.intake, max: 12 });
  store = postgresEventStore(pool, 'intake');
  bus = new CommandBus('intake', pool, store, 'only-for-this-test-0123456789');
  const commands = new CaseCommands(bus, pool, store);
  merging = new MergeController(commands);
  contacting = new ContactController(commands, { of: () => Promise.resolve({ orders: [], callBackDue: false }) });
  withdrawing = new WithdrawController(commands);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const by = (change: Partial<CommandContext> = {}): CommandContext => ({
  actor: { id: 'intake-1', role: 'intake', department: null, territory: null }, reach: new CallerReach('everything'), mayImport: false, correlationId: 'test', route: 'a route', requestHash: 'a hash', ...change,
});
const aCase = async (title = 'Lamp', name = '张建国'): Promise<string> => ((await new RegisterController(bus, { require: () => Promise.resolve() }, pool, nothingAlike).register(by(), {
  title: new OriginalText(title), description: new OriginalText('Dark.'), channel: 'online', territory: 'riverside-grid-01', requester: { kind: 'resident', name },
})).answer.body as CaseView).caseId;
const merge = async (caseId: string, intoCaseId: string, ctx = by()) => (await merging.merge(caseId, ctx, { intoCaseId, reason: new OriginalText('张建国说是同一盏灯') })).answer.body as CaseView;
const unmerge = async (caseId: string) => (await merging.unmerge(caseId, by(), {})).answer.body as CaseView;
const told = async (caseId: string) => (await store.read(caseId)).map(({ type }) => type.replace('lianban.', '').replace('.v1', ''));
const outcome = (caseId: string, demandCaseId: string | null, version = 1): EventEnvelope => {
  const [event] = history('satisfaction', caseId, [{
    type: 'lianban.call-back.recorded.v2',
    data: { callBackId: deterministicId(caseId, demandCaseId ?? ''), round: 1, demandCaseId, lead: 'housing', reached: true, resolved: true, satisfaction: 5, comment: null, unitAtFault: null, decision: 'close', reworks: 0 },
  }]);
  return { ...event!, metadata: { ...event!.metadata, streamVersion: version } };
};
const hear = (event: EventEnvelope) => store.transaction((tx) => handleTogether(tx, store, 'intake', [event], hearing([watchCallBacks], () => Promise.resolve()).hear));

describe('merging', () => {
  it('writes both cases, as one cause and by one person, and undoes both', async () => {
    const [one, other] = [await aCase('Dark'), await aCase()];
    expect(await merge(one, other)).toMatchObject({ status: 'merged', mergedInto: other, version: 2 });
    const [merged, joined] = [(await store.read(one)).at(-1), (await store.read(other)).at(-1)];
    expect(merged).toMatchObject({ type: 'lianban.case.merged.v1', data: { intoCaseId: other, reason: expect.not.stringContaining('张建国') } });
    expect(joined).toMatchObject({
      type: 'lianban.demand.joined.v1', data: { demandCaseId: one, title: 'Dark' },
      metadata: { actor: { id: 'intake-1' }, correlationId: merged!.metadata.correlationId, causationId: merged!.metadata.causationId, occurredAt: merged!.metadata.occurredAt },
    });
    expect(await unmerge(one)).toMatchObject({ status: 'registered', version: 3 });
    expect(await told(other)).toEqual(['case.registered', 'demand.joined', 'demand.left']);
    expect(await merge(one, other)).toMatchObject({ status: 'merged' });
  });

  it('leaves no requester of either case in any text, before it, while it lasts and after it', async () => {
    const [one, other, sibling] = [await aCase('Dark', '欧阳明'), await aCase('Lamp', '张建国'), await aCase('Lamp', '李小红')];
    const gossip = '欧阳明、张 建国和李　小红都说过,打137-1234-5678';
    const said = `***、***和***都说过,打${'*'.repeat(11)}`;
    await merging.merge(sibling, by(), { intoCaseId: other, reason: new OriginalText(gossip.replace('欧阳明、', '')) });
    await merging.merge(one, by(), { intoCaseId: other, reason: new OriginalText(gossip) });
    await contacting.contact(other, by(), { note: new OriginalText(gossip) });
    await merging.unmerge(one, by(), { reason: new OriginalText(gossip) });
    await contacting.contact(one, by(), { note: new OriginalText(gossip) });
    await withdrawing.withdraw(one, by(), { reason: new OriginalText(gossip) });
    const texts = (await Promise.all([one, other, sibling].map((id) => store.read(id)))).flat()
      .flatMap(({ type, data }) => ('reason' in data ? [[type, data.reason]] : 'note' in data ? [[type, data.note]] : []));
    expect(texts).toEqual([
      ['lianban.case.merged.v1', said], ['lianban.case.unmerged.v1', said], ['lianban.case.contacted.v1', said], ['lianban.case.withdrawn.v1', said],
      ['lianban.case.contacted.v1', said],
      ['lianban.case.merged.v1', said.replace('***、', '')],
    ]);
    const { rows } = await pool.query<{ text: string }>('SELECT text FROM original_text WHERE case_id = $1 ORDER BY version', [one]);
    expect(rows.map(({ text }) => text)).toEqual([gossip, gossip, gossip, gossip]);
  });

  it('is refused for both together: nothing is written when the other can not take it', async () => {
    const [one, other, third] = [await aCase(), await aCase(), await aCase()];
    await withdrawing.withdraw(other, by(), {});
    await expect(merge(one, other)).rejects.toMatchObject({ code: 'state-conflict', errors: [{ field: 'intoCaseId', reason: say('is-of-status', { status: 'withdrawn' }) }] });
    await expect(merge(one, randomUUID())).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'intoCaseId' }] });
    await expect(merge(one, one)).rejects.toMatchObject({ code: 'validation-failed' });
    expect(await told(one)).toEqual(['case.registered']);
    await merge(one, third);
    await expect(merge(third, await aCase())).rejects.toMatchObject({ code: 'state-conflict' });
    await expect(merge(await aCase(), one)).rejects.toMatchObject({ code: 'state-conflict', errors: [{ reason: say('is-of-status', { status: 'merged' }) }] });
    await expect(withdrawing.withdraw(third, by(), {})).rejects.toMatchObject({ code: 'state-conflict' });
  });

  it('gives the same answer for the same key, and joins once', async () => {
    const [one, other] = [await aCase(), await aCase()];
    const ctx = by({ idempotencyKey: 'once' });
    expect(await merge(one, other, ctx)).toEqual(await merge(one, other, ctx));
    expect(await told(other)).toEqual(['case.registered', 'demand.joined']);
  });

  it('refuses a time before the last event of the other case, with the field', async () => {
    const early = new Date(Date.now() - 60_000).toISOString();
    const registered = async () => ((await new RegisterController(bus, { require: () => Promise.resolve() }, pool, nothingAlike).register(by({ mayImport: true }), {
      title: new OriginalText('Lamp'), description: new OriginalText('Dark.'), channel: 'online', territory: 'riverside-grid-01', requester: { kind: 'resident', name: '张建国' }, occurredAt: early,
    })).answer.body as CaseView).caseId;
    const [one, other] = [await registered(), await registered()];
    await contacting.contact(other, by(), {});
    const at = new Date(Date.now() - 30_000).toISOString();
    await expect(merging.merge(one, by({ mayImport: true }), { intoCaseId: other, occurredAt: at })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'occurredAt' }] });
    expect(await told(one)).toEqual(['case.registered']);
  });

  it('of many into one at once, and of two into each other, ends with every demand in exactly one case', async () => {
    const other = await aCase();
    const many = await Promise.all(Array.from({ length: 5 }, () => aCase()));
    await Promise.all([...many.map((one) => merge(one, other)), contacting.contact(other, by(), {})]);
    expect((await told(other)).sort()).toEqual(['case.contacted', 'case.registered', ...many.map(() => 'demand.joined')]);

    for (let turn = 0; turn < 10; turn += 1) {
      const [a, b] = [await aCase(), await aCase()] as const;
      const ends = await Promise.allSettled([merge(a, b), merge(b, a)]);
      expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [stays, goes] = ends[0].status === 'fulfilled' ? [b, a] : [a, b];
      expect([await told(stays), await told(goes)]).toEqual([['case.registered', 'demand.joined'], ['case.registered', 'case.merged']]);
    }
  }, 60_000);

  it('lets the other case close when all its requesters are settled, whoever is heard last or leaves', async () => {
    const [one, other, third] = [await aCase(), await aCase(), await aCase()];
    await merge(one, other);
    await merge(third, other);
    await hear(outcome(other, null));
    await hear(outcome(other, one, 2));
    expect(await told(other)).not.toContain('case.closed');
    await unmerge(third);
    expect((await told(other)).slice(-2)).toEqual(['demand.left', 'case.closed']);
    await hear(outcome(other, one, 2));
    expect((await told(other)).filter((type) => type === 'case.closed')).toHaveLength(1);
    expect(await unmerge(one)).toMatchObject({ status: 'registered' });
  });

  it('and an outcome at the same moment never leave the case open', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const [one, other] = [await aCase(), await aCase()];
      await merge(one, other);
      // The row of the facts is there from the dispatch on.
      await hear(outcome(other, one));
      const heard = async (): Promise<unknown> => hear(outcome(other, null, 2)).catch((error: { name: string }) => (error.name === 'ConflictError' ? heard() : Promise.reject(error as unknown as Error)));
      await Promise.all([unmerge(one), heard()]);
      expect((await told(other)).filter((type) => type === 'case.closed')).toHaveLength(1);
    }
  }, 60_000);
});
