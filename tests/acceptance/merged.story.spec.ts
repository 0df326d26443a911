import { beforeAll, describe, expect, it } from '@jest/globals';
import { demandOf, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, storyOf, type RunningSystem } from './running-system.js';

interface Merged { readonly status: string; readonly mergedInto?: string; readonly joined?: readonly string[] }
interface Asked { readonly items: readonly { readonly callBackId: string; readonly caseId: string; readonly demandCaseId?: string; readonly caseNo?: string; readonly dueAt?: string }[] }
interface Row { readonly status: string; readonly demands: number; readonly joinedDemands: readonly string[]; readonly mergedInto?: string }
interface Rates { readonly items: readonly { readonly key: string; readonly cases: number; readonly demands: number; readonly resolution: { readonly numerator: number; readonly denominator: number } }[] }
interface Clocks { readonly items: readonly { readonly kind: string; readonly status: string; readonly dueAt: string; readonly derivation?: { readonly held: readonly { readonly reason: string }[] } }[] }

/** Three neighbours, one lamp: handled once, everybody called back; and a fourth whose lamp was another after all. */
describe('cases that are merged', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('are handled as one; every requester is called back, rework asks all anew, the figures say demands and cases, and it can be undone', async () => {
    const { as } = system.story();
    const territory = 'pear-orchard-grid-01';
    const register = async (title: string) => {
      const { body: { caseId } } = await as('intake').registerCase(demandOf({ title, territory, requester: { kind: 'resident', name: '故事居民', phone: '13800001111' } }));
      return caseId;
    };
    const [lamp, second, third, fourth] = [await register('路灯不亮'), await register('晚上没有灯'), await register('又是那盏灯'), await register('西门的灯')];
    const merge = (caseId: string, intoCaseId: string) => as('intake').post<Merged>('intake', `/api/v1/cases/${caseId}/merge`, { intoCaseId, reason: '同一盏灯。' });
    const ratesBefore = (await as('analyst').get<Rates>('insight', '/api/v1/insight/rates', { groupBy: 'territory' })).body.items.find(({ key }) => key === territory);

    for (const caseId of [lamp, fourth]) {
      await as('intake').contact(caseId, {});
      await as('intake').accept(caseId, { level: 'general' });
    }
    const { body: { workOrders: [ofFourth] } } = await as('coordinator').dispatch(fourth, { lead: 'housing' });
    expect((await merge(second, lamp)).body).toMatchObject({ status: 'merged', mergedInto: lamp });
    await merge(fourth, lamp);
    expect(await problemOf(merge(lamp, third))).toMatchObject({ status: 409, detail: expect.stringContaining('joined') });
    expect(await problemOf(as('intake').post('intake', `/api/v1/cases/${second}/merge`, { intoCaseId: 'x' }))).toMatchObject({ status: 400, errors: [{ field: 'intoCaseId' }] });
    expect(await problemOf(as('operator:housing').post('intake', `/api/v1/cases/${third}/merge`, { intoCaseId: lamp }))).toMatchObject({ status: 403 });
    expect((await as('intake').get<Merged>('intake', `/api/v1/cases/${lamp}`)).body.joined).toEqual([second, fourth]);
    await eventually(() => as('operator:housing').inbox('housing', { limit: 500 }), ({ body }) => expect(body.items.some(({ workOrderId }) => workOrderId === ofFourth?.workOrderId)).toBe(false));
    await eventually(() => as('supervisor').get<Clocks>('sla', `/api/v1/cases/${fourth}/clocks`), ({ body }) => expect(body.items.find(({ kind }) => kind === 'lead')).toMatchObject({ status: 'cancelled' }));

    // Not the same lamp after all: it goes on by itself, and the time it was merged does not count.
    await as('intake').post('intake', `/api/v1/cases/${fourth}/unmerge`, { reason: '是西门的。' });
    await eventually(() => as('supervisor').get<Clocks>('sla', `/api/v1/cases/${fourth}/clocks`), ({ body }) =>
      expect(body.items.find(({ kind }) => kind === 'lead')).toMatchObject({ status: 'running', derivation: { held: [{ reason: 'merged' }] } }));
    await eventually(() => as('coordinator').dispatch(fourth, { lead: 'housing' }), ({ status }) => expect(status).toBe(201));

    const { body: { workOrders } } = await as('coordinator').dispatch(lamp, { lead: 'urban-management' });
    let order = orderOf(workOrders, 'urban-management');
    const answer = async () => {
      await as('operator:urban-management').sign(order, {});
      await as('operator:urban-management').complete(order, { result: '已更换。' });
    };
    const asked = async (...demands: (string | undefined)[]) => {
      const { body } = await eventually(() => as('callback').get<Asked>('satisfaction', '/api/v1/call-backs', { limit: 500 }), ({ body: { items } }) =>
        expect(items.filter(({ caseId, dueAt }) => caseId === lamp && dueAt !== undefined).map(({ demandCaseId }) => demandCaseId).sort()).toEqual([...demands].sort()));
      return new Map(body.items.filter(({ caseId }) => caseId === lamp).map((one) => [one.demandCaseId, one.callBackId]));
    };
    const settle = (callBackId: string | undefined, resolved: boolean) =>
      as('callback').recordOutcome(callBackId ?? '', resolved ? { reached: true, resolved, satisfaction: 5 } : { reached: true, resolved, satisfaction: 1, comment: '还是暗。' });
    await answer();
    await asked(undefined, second);
    // The third joins when it is answered already, and is called back for it too.
    await merge(third, lamp);
    const first = await asked(undefined, second, third);
    await settle(first.get(undefined), true);
    await settle(first.get(second), false);

    const { body: { items: inbox } } = await eventually(() => as('operator:urban-management').inbox('urban-management', { limit: 500 }), ({ body }) => expect(body.items.some(({ caseId, round }) => caseId === lamp && round === 2)).toBe(true));
    order = inbox.find(({ caseId }) => caseId === lamp)?.workOrderId ?? '';
    await answer();
    const again = await asked(undefined, second, third);
    await settle(again.get(undefined), true);
    await settle(again.get(third), true);
    expect((await as('analyst').insightCase(lamp)).body.status).toBe('answered');
    await settle(again.get(second), true);
    const { body: row } = await eventually(() => as('analyst').get<Row>('insight', `/api/v1/insight/cases/${lamp}`), ({ body }) => expect(body.status).toBe('closed'));
    expect(row).toMatchObject({ demands: 3, joinedDemands: [second, third] });
    expect((await as('analyst').get<Row>('insight', `/api/v1/insight/cases/${second}`)).body).toMatchObject({ status: 'merged', demands: 0, mergedInto: lamp });
    expect((await storyOf(as('analyst'), lamp)).filter((word) => word === 'intake:case.closed')).toHaveLength(1);

    const after = (await as('analyst').get<Rates>('insight', '/api/v1/insight/rates', { groupBy: 'territory' })).body.items.find(({ key }) => key === territory);
    expect(after).toMatchObject({ cases: (ratesBefore?.cases ?? 0) - 2, demands: ratesBefore?.demands ?? 0 });
    expect((after?.resolution.numerator ?? 0) - (ratesBefore?.resolution.numerator ?? 0)).toBe(3);
  }, storyLimitMs);
});
