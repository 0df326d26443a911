import { beforeAll, describe, expect, it } from '@jest/globals';
import { demandOf, dueCallBack, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem, type Story } from './running-system.js';

let system: RunningSystem;
beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

const phone = '13812340099';
type Method = { get?: object };
type Who = ReturnType<Story['as']>;

/** Every address of the published document that shows one case or one work order. */
const caseReads = async (caseId: string, workOrderId: string): Promise<string[]> => {
  const { paths } = await (await fetch(`${system.gatewayUrl}/api/openapi.json`)).json() as { paths: Record<string, Method> };
  return Object.entries(paths).filter(([path, methods]) => methods.get && /\{(caseId|workOrderId)\}/.test(path))
    .map(([path]) => path.replace('{caseId}', caseId).replace('{workOrderId}', workOrderId));
};
/** What each of them answers: 200, or the number of the problem. */
const statusOf = (who: Who, path: string): Promise<number> =>
  who.get('gateway', path).then(({ status }) => status, (error: { problem?: { status: number } }) => error.problem?.status ?? Promise.reject(error as Error));

describe('a case', () => {
  it('is read by the units that have or had it, by its requester, and by nobody else beside the desks', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('requester', '陈晓').registerCase(demandOf({ requester: { kind: 'resident', name: '陈晓', phone } }));
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'urban-management' });
    const order = orderOf(workOrders, 'urban-management');
    const paths = await caseReads(caseId, order);
    expect(paths.length).toBeGreaterThanOrEqual(6);
    const answers = async (who: Who) => Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await statusOf(who, path)] as const)));
    const forDesks = `/api/v1/cases/${caseId}/routing-proposal`;

    // Whichever route a later change adds: who is of another unit, or another requester, must not read it.
    for (const status of Object.values(await answers(as('operator:housing')))) expect(status).toBe(403);
    for (const status of Object.values(await answers(as('requester', '李强')))) expect([403, 404]).toContain(status);
    for (const persona of ['operator:urban-management', 'head:urban-management'] as const) {
      expect(await answers(as(persona))).toEqual(Object.fromEntries(paths.map((path) => [path, path === forDesks ? 403 : 200])));
    }
    expect((await as('requester', '陈晓').getCase(caseId)).body.caseId).toBe(caseId);
    expect(await problemOf(as('requester', '李强').getCase(caseId))).toMatchObject({ status: 404 });
    const listed = async (who: Who) => (await who.insightCases({ limit: 500 })).body.items.some((item) => item.caseId === caseId);
    expect([await listed(as('operator:urban-management')), await listed(as('operator:housing'))]).toEqual([true, false]);

    // The unit owes the rate and can make the contact; another one can't.
    expect(await problemOf(as('operator:housing').contact(caseId, {}))).toMatchObject({ status: 403 });
    await as('operator:urban-management').contact(caseId, { note: '已与来电人约定上门时间。' });

    // Contact data are the agent's while there is somebody to call.
    const contactOf = async () => JSON.stringify((await as('callback').getCase(caseId)).body).includes(phone);
    expect(await contactOf()).toBe(false);
    await as('operator:urban-management', '王芳').sign(order, {});
    await as('operator:urban-management', '王芳').complete(order, { result: '已换灯。' });
    const callBack = await dueCallBack({ as }, caseId);
    await eventually(contactOf, (shown) => expect(shown).toBe(true));
    expect(await problemOf(as('callback', '王芳').recordOutcome(callBack, { reached: true, resolved: true, satisfaction: 5 }))).toMatchObject({ code: 'call-back-by-handling-unit' });
    await as('callback', '赵敏').recordOutcome(callBack, { reached: true, resolved: true, satisfaction: 5 });
    await eventually(contactOf, (shown) => expect(shown).toBe(false));
    await eventually(() => as('operator:urban-management').get<{ items: { kind: string; caseId: string }[] }>('sla', '/api/v1/notices', { limit: 500, kind: 'order' }),
      ({ body }) => expect(body.items.map((notice) => notice.caseId)).toContain(caseId));
  }, storyLimitMs);
});
