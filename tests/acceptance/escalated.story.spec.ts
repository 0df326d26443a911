import { beforeAll, describe, expect, it } from '@jest/globals';
import { demandOf, dueCallBack, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

interface Tier { readonly tier?: string; readonly territory?: string; readonly version: number }
interface Supervision { readonly caseId: string; readonly kind: string; readonly colour: string; readonly department?: string; readonly clockKind: string }
interface Entry { readonly type: string; readonly data: Readonly<Record<string, unknown>> }
interface List<T> { readonly items: readonly T[] }

/** What can't be solved below goes up, by hand or by itself (texts 1 and 4: small matters stay in the neighbourhood, big ones in the community). */
describe('a case that goes up', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  const dispatched = async (as: ReturnType<RunningSystem['story']>['as'], title: string) => {
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title }));
    await as('intake').contact(caseId, {});
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'housing' });
    return { caseId, order: orderOf(workOrders, 'housing') };
  };

  it('by the coordinator, who is told which tiers there are', async () => {
    const { as } = system.story();
    const { caseId, order } = await dispatched(as, '三家物业互相推诿');
    const raise = (body: object) => as('coordinator').post<Tier>('dispatch', `/api/v1/cases/${caseId}/escalate`, body);
    expect(await problemOf(raise({ toTier: 'estate', reason: '推诿。' }))).toMatchObject({ status: 400, errors: [{ field: 'toTier', reason: expect.stringContaining('community-residential, subdistrict, district') }] });
    expect(await problemOf(raise({ toTier: 'subdistrict' }))).toMatchObject({ status: 400, errors: [{ field: 'reason' }] });
    const reviewOn = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    await eventually(() => as('coordinator').hold(order, { reason: 'waiting-for-others', reviewOn }), ({ status }) => expect(status).toBe(200));
    const { body: up } = await raise({ toTier: 'subdistrict', reason: '推诿。' });
    expect(up).toMatchObject({ tier: 'subdistrict', territory: 'riverbend' });
    expect((await raise({ toTier: 'subdistrict', reason: '推诿。' })).body.version).toBe(up.version);
    expect(await problemOf(raise({ toTier: 'community-residential', reason: '推诿。' }))).toMatchObject({ status: 409 });
    expect(await problemOf(as('operator:housing').post('dispatch', `/api/v1/cases/${caseId}/escalate`, { toTier: 'district', reason: '推诿。' }))).toMatchObject({ status: 403 });
    const { body: row } = await eventually(() => as('analyst').get<{ tier?: string; escalations: number; heldUntil?: string }>('insight', `/api/v1/insight/cases/${caseId}`), ({ body }) => expect(body).toMatchObject({ tier: 'subdistrict', escalations: 1 }));
    expect(row.heldUntil).toBeUndefined();
  }, storyLimitMs);

  it('and comes down again: a lamp that the subdistrict handles, and the estate sees to the rest', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '小区东门要一盏灯' }));
    await as('intake').contact(caseId, {});
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'riverbend-office' });
    await as('operator:riverbend-office').sign(orderOf(workOrders, 'riverbend-office'), {});
    const move = (how: 'escalate' | 'bring-down', toTier: string) => as('coordinator').post<Tier>('dispatch', `/api/v1/cases/${caseId}/${how}`, { toTier, reason: '需市政协调。' });
    expect(await problemOf(move('bring-down', 'grid'))).toMatchObject({ status: 409 });
    expect((await move('escalate', 'subdistrict')).body).toMatchObject({ tier: 'subdistrict' });
    expect((await move('escalate', 'district')).body).toMatchObject({ tier: 'district' });
    expect(await problemOf(move('bring-down', 'stairwell'))).toMatchObject({ status: 400, errors: [{ field: 'toTier', reason: expect.stringContaining('subdistrict') }] });
    expect((await move('bring-down', 'community-residential')).body).toMatchObject({ tier: 'community-residential', territory: 'riverside' });
    expect(await problemOf(as('operator:riverbend-office').post('dispatch', `/api/v1/cases/${caseId}/bring-down`, { toTier: 'grid', reason: '自办。' }))).toMatchObject({ status: 403 });
    await as('operator:riverbend-office').complete(orderOf(workOrders, 'riverbend-office'), { result: '东门路灯已安装。' });
    expect((await as('callback').recordOutcome(await dueCallBack({ as }, caseId), { reached: true, resolved: true, satisfaction: 5 })).body.decision).toBe('close');

    const { body: row } = await eventually(() => as('analyst').get<{ status: string; escalations: number; tier: string; tiers: { tier?: string; to?: string }[] }>('insight', `/api/v1/insight/cases/${caseId}`), ({ body }) => expect(body.status).toBe('closed'));
    expect(row).toMatchObject({ tier: 'community-residential', escalations: 2 });
    expect(row.tiers.map(({ tier }) => tier)).toEqual([undefined, 'subdistrict', 'district', 'community-residential']);
    expect(row.tiers.every(({ to }) => to !== undefined)).toBe(true);
    const { body: { items } } = await as('analyst').get<List<{ tier?: string; solved: number; share: { numerator: number; denominator: number } }>>('insight', '/api/v1/insight/tiers');
    const community = items.find(({ tier }) => tier === 'community-residential');
    expect(community?.solved).toBeGreaterThanOrEqual(1);
    expect(community?.share.denominator).toBe(items.reduce((sum, { solved }) => sum + solved, 0));
    expect(await problemOf(as('operator:housing').get('insight', '/api/v1/insight/tiers'))).toMatchObject({ status: 403 });
  }, storyLimitMs);

  it('by itself with its third rework, under supervision', async () => {
    const { as } = system.story();
    const { caseId, order } = await dispatched(as, '顶楼反复漏雨');
    let mine = order;
    for (const round of [1, 2, 3]) {
      await as('operator:housing').sign(mine, {});
      await as('operator:housing').complete(mine, { result: '已封堵。' });
      const outcome = { reached: true, resolved: false, satisfaction: 1, comment: '还是漏。', unitAtFault: true };
      expect((await as('callback').recordOutcome(await dueCallBack({ as }, caseId, round), outcome)).body.decision).toBe('rework');
      const { body: { items } } = await eventually(() => as('operator:housing').inbox('housing', { limit: 500 }), ({ body }) =>
        expect(body.items.filter((one) => one.caseId === caseId && one.round === round + 1)).toHaveLength(1));
      mine = items.find((one) => one.caseId === caseId)?.workOrderId ?? '';
    }
    const { body: { items } } = await eventually(() => as('supervisor').get<List<Supervision>>('sla', '/api/v1/supervisions', { step: 'escalation', colour: 'red', standing: true, limit: 500 }), ({ body }) =>
      expect(body.items.some((one) => one.caseId === caseId)).toBe(true));
    expect(items.filter((one) => one.caseId === caseId)).toMatchObject([{ kind: 'escalation', colour: 'red', department: 'housing', clockKind: 'rework' }]);
    await eventually(() => as('analyst').get<List<Entry>>('insight', `/api/v1/insight/cases/${caseId}/timeline`), ({ body }) => {
      expect(body.items.filter(({ type }) => type === 'lianban.case.escalated.v1').map(({ data }) => data)).toMatchObject([{ cause: 'rework', toTier: 'community-residential', territory: 'riverside', round: 4 }]);
      expect(body.items.filter(({ type }) => type === 'lianban.supervision.raised.v1')).toHaveLength(1);
    });
    expect(await problemOf(as('supervisor').get('sla', '/api/v1/supervisions', { colour: 'blue' }))).toMatchObject({ status: 400, errors: [{ field: 'colour' }] });
  }, storyLimitMs);
});
