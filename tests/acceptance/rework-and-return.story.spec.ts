import { beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkOrder } from '../../tools/src/client/index.js';
import { dueCallBack, demandOf, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, storyOf, type RunningSystem } from './running-system.js';

describe('an answer that does not satisfy', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('goes back to the same lead for a second round with its own clock, and closes after that', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '顶楼漏雨', territory: 'pear-lane-b2' }));
    await as('intake').contact(caseId, {});
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'housing' });
    const first = orderOf(workOrders, 'housing');
    await as('operator:housing').sign(first, {});
    await as('operator:housing').complete(first, { result: '屋面裂缝已封堵。' });
    const { body: outcome } = await as('callback').recordOutcome(await dueCallBack({ as }, caseId), { reached: true, resolved: false, satisfaction: 1, comment: '昨天下雨还是漏。', unitAtFault: true });
    expect(outcome.decision).toBe('rework');

    const mine = (orders: readonly WorkOrder[]) => orders.filter((order) => order.caseId === caseId);
    const inbox = await eventually(() => as('operator:housing').inbox('housing', { limit: 500 }), ({ body }) => expect(mine(body.items)).toHaveLength(1));
    const [second] = mine(inbox.body.items);
    expect(second).toMatchObject({ round: 2, role: 'lead', status: 'dispatched' });
    expect(second?.workOrderId).not.toBe(first);
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('rework'));
    await eventually(() => as('supervisor').clocks(caseId), ({ body }) => {
      expect(body.items.find(({ kind, round }) => kind === 'rework' && round === 2)).toMatchObject({ status: 'running' });
    });

    await as('operator:housing').sign(second?.workOrderId ?? '', {});
    await as('operator:housing').complete(second?.workOrderId ?? '', { result: '重做防水并淋水试验。' });
    await as('callback').recordOutcome(await dueCallBack({ as }, caseId, 2), { reached: true, resolved: true, satisfaction: 4 });
    const { body: row } = await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'));
    expect(row).toMatchObject({ reworks: 1 });
    const { body: clocks } = await eventually(() => as('supervisor').clocks(caseId), ({ body }) => {
      expect(body.items.filter(({ status }) => status === 'running')).toEqual([]);
    });
    expect(clocks.items.find(({ kind }) => kind === 'rework')).toMatchObject({ status: 'met', round: 2 });
  }, storyLimitMs);

  it('is not asked for by the unit that handled it', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf());
    await as('intake').accept(caseId, { level: 'simple' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'housing' });
    await as('operator:housing').sign(orderOf(workOrders, 'housing'), {});
    await as('operator:housing').complete(orderOf(workOrders, 'housing'), { result: '已处理。' });
    const callBackId = await dueCallBack({ as }, caseId);
    expect(await problemOf(as('operator:housing').recordOutcome(callBackId, { reached: true, resolved: true, satisfaction: 5 }))).toMatchObject({ status: 403 });
    expect((await as('callback').recordOutcome(callBackId, { reached: false })).body.decision).toBe('close');
  }, storyLimitMs);
});

/** Text 1: an estate with three property firms that pass the buck. */
describe('three property firms, none of them responsible', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('returns with a reason and a suggestion, and is dispatched again', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '电梯绿化外墙没人管', channel: 'visit', territory: 'three-gardens' }));
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'songtao-property' });
    const refused = orderOf(workOrders, 'songtao-property');
    expect(await problemOf(as('operator:anhe-property').returnOrder(refused, { reason: '不归我们管。' }))).toMatchObject({ status: 403, code: 'forbidden' });
    const { body: returned } = await as('operator:songtao-property').returnOrder(refused, { reason: '电梯和外墙不在服务合同范围内。', suggestedDepartment: 'housing' });
    expect(returned.status).toBe('returned');
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('accepted'));

    const again = await as('coordinator').dispatch(caseId, { lead: 'housing', assist: ['market-regulation', 'landscaping'] });
    const lead = orderOf(again.body.workOrders, 'housing');
    await as('operator:housing').sign(lead, {});
    expect(await problemOf(as('operator:housing').complete(lead, { result: '责任清单已公示。' }))).toMatchObject({ status: 409, code: 'assistants-open' });
    for (const assist of ['market-regulation', 'landscaping'] as const) {
      await as(`operator:${assist}`).sign(orderOf(again.body.workOrders, assist), {});
      await as(`operator:${assist}`).complete(orderOf(again.body.workOrders, assist), { result: '协办完成。' });
    }
    await as('operator:housing').complete(lead, { result: '责任清单已公示。' });
    const { body: row } = await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('answered'));
    expect(row).toMatchObject({ returns: 1, dispatches: 2, leadDepartment: 'housing' });
    expect((await storyOf(as('analyst'), caseId)).filter((step) => step === 'dispatch:work-order.returned')).toHaveLength(1);
  }, storyLimitMs);

  it('is ruled on after the second return, and stays with who was named', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '外墙脱落，三家物业互相推', channel: 'visit', territory: 'three-gardens' }));
    await as('intake').accept(caseId, { level: 'general' });
    for (const lead of ['songtao-property', 'anhe-property'] as const) {
      const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead });
      await eventually(() => as(`operator:${lead}`).returnOrder(orderOf(workOrders, lead), { reason: '不归我们管。' }), ({ body }) => expect(body.status).toBe('returned'));
    }
    expect(await problemOf(as('coordinator').dispatch(caseId, { lead: 'housing' }))).toMatchObject({ status: 409, code: 'state-conflict', detail: expect.stringContaining('the coordinator rules') });
    expect(await problemOf(as('operator:housing').rule(caseId, { lead: 'housing', basis: '责任清单第四条。' }))).toMatchObject({ status: 403 });
    const { body: { workOrders } } = await as('coordinator').rule(caseId, { lead: 'anhe-property', assist: ['housing'], basis: '外墙在其服务合同范围内。' });
    expect(workOrders.map(({ department, role }) => `${role} ${department}`)).toEqual(['lead anhe-property', 'assist housing']);
    expect(await problemOf(as('operator:anhe-property').returnOrder(orderOf(workOrders, 'anhe-property'), { reason: '还是不归我们管。' }))).toMatchObject({ status: 409, code: 'state-conflict', detail: expect.stringContaining('can not return') });
    expect(await problemOf(as('operator:housing').objectToRuling(caseId, { reason: '不是我们。' }))).toMatchObject({ status: 403 });
    expect((await as('operator:anhe-property').objectToRuling(caseId, { reason: '外墙合同三月到期。' })).body.status).toBe('waiting');
    expect(await problemOf(as('coordinator').decideObjection(caseId, { upheld: false, reason: '合同仍有效。' }))).toMatchObject({ status: 403, detail: expect.stringContaining('somebody else decides') });
    expect((await as('supervisor').decideObjection(caseId, { upheld: false, reason: '合同仍有效。' })).body.status).toBe('rejected');
    const { body: row } = await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('dispatched'));
    expect(row).toMatchObject({ returns: 2, dispatches: 3, leadDepartment: 'anhe-property' });
    expect((await storyOf(as('analyst'), caseId)).filter((step) => step === 'dispatch:case.ruled')).toHaveLength(1);
    const { body: chains } = await as('analyst').returnChains({ department: 'songtao-property' });
    expect(chains.items.find((chain) => chain.caseId === caseId)?.links.map(({ department, status }) => `${department} ${status}`)).toEqual([
      'songtao-property returned', 'anhe-property returned', 'anhe-property dispatched',
    ]);
  }, storyLimitMs);
});
