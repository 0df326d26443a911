import { beforeAll, describe, expect, it } from '@jest/globals';
import { demandOf, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

describe('what a requester is told', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('from the registration to the answer, which a template makes, stands in the timeline without an address', async () => {
    const { as } = system.story();
    const templateId = 'story-lamp-repaired';
    const template = { templateId, purpose: 'answer', department: 'urban-management', title: '路灯修复', text: '{place}的路灯已修复。', fields: [{ name: 'place', label: '地点' }] };
    expect(await problemOf(as('head:housing').post('dispatch', '/api/v1/templates', template))).toMatchObject({ status: 403 });
    // By somebody else, at another time: the cases need not wait for it.
    await system.story().as('head:urban-management').post('dispatch', '/api/v1/templates', template);
    const { body: { caseId } } = await as('requester').registerCase(demandOf({ title: '东门路灯不亮', requester: { kind: 'resident', name: '周小川', phone: '13812340000', email: 'zhou@example.org' } }));
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'urban-management' });
    const order = orderOf(workOrders, 'urban-management');
    const unit = as('operator:urban-management');
    await unit.sign(order, {});
    // Until dispatch has heard of its own template.
    await eventually(() => problemOf(unit.post('dispatch', `/api/v1/work-orders/${order}/complete`, { templateId })), (problem) => expect(problem).toMatchObject({ status: 400, errors: [{ field: 'fields.place' }] }));
    await unit.post('dispatch', `/api/v1/work-orders/${order}/complete`, { templateId, fields: [{ name: 'place', value: '东门' }] });
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body).toMatchObject({ answer: '东门的路灯已修复。' }));

    const told = await eventually(() => as('supervisor').timeline(caseId), ({ body: { items } }) => {
      const notices = items.filter(({ type }) => type === 'lianban.requester.told.v1').map(({ data }) => data);
      expect(notices.map((data) => (data as { notice: string }).notice).sort()).toEqual(['accepted', 'answered', 'rate', 'registered']);
      expect(notices).toEqual(notices.map(() => expect.objectContaining({ channel: 'log', outcome: 'delivered', tries: 1 }) as unknown));
    });
    expect(JSON.stringify(told.body)).not.toMatch(/example\.org|13812340000|周小川/);
    expect(await problemOf(as('intake').get('intake', '/api/v1/requester-notices'))).toMatchObject({ status: 403 });
  }, storyLimitMs);
});
