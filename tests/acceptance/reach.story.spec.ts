import { beforeAll, describe, expect, it } from '@jest/globals';
import { demandOf, dueCallBack, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem, type Story } from './running-system.js';

let system: RunningSystem;
beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

const phone = '13812340099';
type Who = ReturnType<Story['as']>;
/** Each role that may, with its reach, as the row of the route says it. */
interface Operation { 'x-lianban-access': { who: Record<string, string> } }

/** Every address of the published document that shows one case or one work order, with who may. */
const caseReads = async (caseId: string, workOrderId: string): Promise<[string, Record<string, string>][]> => {
  const { paths } = await (await fetch(`${system.gatewayUrl}/api/openapi.json`)).json() as { paths: Record<string, { get?: Operation }> };
  return Object.entries(paths).flatMap(([path, { get }]): [string, Record<string, string>][] => (get && /\{(caseId|workOrderId)\}/.test(path)
    ? [[path.replace('{caseId}', caseId).replace('{workOrderId}', workOrderId), get['x-lianban-access'].who]]
    : []));
};

/** What a row comes to for a case that is the caller's own, or is not. A reach that is not here is one that nobody has thought about. */
const answerFor = (reach: string | undefined, own: boolean): number => {
  switch (reach) {
    case undefined: return 403;
    case 'everything': return 200;
    case 'cases of own department': return own ? 200 : 403;
    case 'own account': return own ? 200 : 404;
    default: throw new TypeError(`no answer is known for the reach ${reach}`);
  }
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
    const reads = await caseReads(caseId, order);
    expect(reads.length).toBeGreaterThanOrEqual(6);

    // Whichever route a later change adds: its row says who reads it, and whoever has nothing to do with the case does not.
    const readers: [role: string, own: boolean, who: Who][] = [
      ['requester', false, as('requester', '李强')], ['operator', false, as('operator:housing')], ['head', false, as('head:housing')], ['operator', true, as('operator:urban-management')], ['head', true, as('head:urban-management')],
      ['intake', false, as('intake')], ['coordinator', false, as('coordinator')], ['callback', false, as('callback')], ['supervisor', false, as('supervisor')], ['analyst', false, as('analyst')], ['integrator', false, as('integrator')],
      ['requester', true, as('requester', '陈晓')],
    ];
    for (const [role, own, who] of readers) {
      const answers = await Promise.all(reads.map(async ([path]) => [path, await statusOf(who, path)] as const));
      expect({ role, own, answers: Object.fromEntries(answers) }).toEqual({ role, own, answers: Object.fromEntries(reads.map(([path, row]) => [path, answerFor(row[role], own)])) });
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
