import { beforeAll, describe, expect, it } from '@jest/globals';
import { demandOf, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

const category = '城乡建设/城市建设和市政管理/城管执法';
interface Strip { readonly kind: string; readonly milestone?: string; readonly status: string; readonly holders: readonly { readonly holder: string | null; readonly minutes: Readonly<Record<string, number>> }[] }
interface Notice { readonly noticeId: string; readonly caseId: string; readonly kind: string; readonly clockKind: string; readonly department?: string; readonly readAt?: string }
interface List<T> { readonly items: readonly T[] }

/** An illegal building has several milestones; the one nobody reaches in time is told to those who answer for it. */
describe('an illegal building', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  const publish = async (milestone: string, limit: object, effectiveFrom: string): Promise<number> => {
    const { status } = await fetch(`${system.gatewayUrl}/api/v1/sla/policies`, {
      method: 'POST', headers: { 'authorization': `Bearer ${await system.token('admin')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: `milestone-${milestone}`, effectiveFrom, clock: 'milestone', milestone, category, limit }),
    });
    return status;
  };

  it('is stopped in time, punished too late, and both are seen', async () => {
    const { as } = system.story();
    const from = new Date(Date.now() + 2_000).toISOString();
    expect(await publish('stop', { kind: 'elapsed', amount: 4, unit: 'hours' }, from)).toBe(201);
    expect(await publish('punish', { kind: 'elapsed', amount: 0.1, unit: 'minutes' }, from)).toBe(201);
    await new Promise((resolve) => { setTimeout(resolve, 2_500); });

    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '楼顶违法搭建', category }));
    await as('intake').contact(caseId, {});
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'urban-management' });
    const order = orderOf(workOrders, 'urban-management');
    const reach = (milestone?: string) => as('operator:urban-management').post('dispatch', `/api/v1/work-orders/${order}/milestones`, { milestone });
    expect(await problemOf(reach('stop'))).toMatchObject({ code: 'state-conflict' });
    await as('operator:urban-management').sign(order, {});
    expect(await problemOf(reach())).toMatchObject({ status: 400, errors: [{ field: 'milestone' }] });
    await eventually(() => as('supervisor').clocks(caseId), ({ body }) => expect(body.items.filter(({ kind }) => kind === 'milestone')).toHaveLength(2));
    await eventually(() => problemOf(reach('stopp')), (problem) => expect(problem).toMatchObject({ status: 400, errors: [{ field: 'milestone', reason: 'the case has no such milestone, only punish, stop' }] }));
    await reach('stop');
    await reach('stop');

    const strips = () => as('supervisor').get<List<Strip>>('sla', `/api/v1/cases/${caseId}/clock-strip`);
    const { body: { items } } = await eventually(strips, ({ body }) => {
      const status = Object.fromEntries(body.items.flatMap((one) => (one.milestone === undefined ? [] : [[one.milestone, one.status]])));
      expect(status).toEqual({ stop: 'met', punish: 'breached' });
    }, 30_000);
    // Elapsed time, so that there is some whenever this runs.
    expect(items.find(({ milestone }) => milestone === 'punish')?.holders.map(({ holder }) => holder)).toContain('urban-management');

    const inbox = async (persona: 'operator:urban-management' | 'supervisor') =>
      (await as(persona).get<List<Notice>>('sla', '/api/v1/notices', { kind: 'breach', limit: 500 })).body.items.filter((notice) => notice.caseId === caseId);
    const told = { kind: 'breach', clockKind: 'milestone', department: 'urban-management' };
    const [notice] = await inbox('operator:urban-management');
    expect(notice).toMatchObject(told);
    expect(await inbox('supervisor')).toMatchObject([told]);
    expect(await problemOf(as('operator:fire-rescue').post('sla', `/api/v1/notices/${notice?.noticeId}/read`, {}))).toMatchObject({ status: 404 });
    await as('operator:urban-management').post('sla', `/api/v1/notices/${notice?.noticeId}/read`, {});
    expect((await inbox('operator:urban-management'))[0]?.readAt).toBeDefined();
    expect((await inbox('supervisor'))[0]?.readAt).toBeUndefined();

    await eventually(() => as('analyst').get<{ total: { breachedToday: number }; items: readonly { department?: string; breachedToday: number }[] }>('insight', '/api/v1/insight/deadlines'), ({ body }) => {
      expect(body.total.breachedToday).toBeGreaterThan(0);
      expect(body.items.filter(({ department }) => department === 'urban-management').reduce((sum, { breachedToday }) => sum + breachedToday, 0)).toBeGreaterThan(0);
    });

    // With four hours for the punishment as well nobody would have been late; and whose time it was is added up.
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
    const tried = { id: 'milestone-punish', effectiveFrom: new Date(Date.parse(from) + 1).toISOString(), clock: 'milestone', milestone: 'punish', category, limit: { kind: 'elapsed', amount: 4, unit: 'hours' } };
    interface WhatIf { readonly cases: number; readonly clocks: readonly { readonly milestone?: string; readonly noLongerBreached: number; readonly newlyBreached: number }[] }
    const whatIf = (body: object) => as('analyst').post<WhatIf>('sla', '/api/v1/sla/what-if', body);
    const { body: { cases, clocks } } = await whatIf({ month, policies: [tried] });
    expect(cases).toBeGreaterThan(0);
    expect(clocks.find(({ milestone }) => milestone === 'punish')).toMatchObject({ noLongerBreached: 1, newlyBreached: 0 });
    expect(await problemOf(whatIf({ month: '2026-13', policies: [tried] }))).toMatchObject({ status: 400, errors: [{ field: 'month' }] });
    expect(await problemOf(whatIf({ month, policies: [{ ...tried, limit: undefined }] }))).toMatchObject({ status: 400, errors: [{ field: 'policies.0.limit' }] });
    const { body: times } = await as('operator:urban-management').get<List<{ holder: string; kind: string; overdueMinutes: number }>>('sla', '/api/v1/sla/holder-times', { month, department: 'urban-management' });
    expect(times.items.find(({ kind }) => kind === 'milestone')?.overdueMinutes).toBeGreaterThan(0);
    expect(await problemOf(as('operator:fire-rescue').get('sla', '/api/v1/sla/holder-times', { month, department: 'urban-management' }))).toMatchObject({ status: 403 });
  }, storyLimitMs);
});
