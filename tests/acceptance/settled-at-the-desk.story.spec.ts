import { beforeAll, describe, expect, it } from '@jest/globals';
import { demandOf, eventually, problemOf, runningSystem, startLimitMs, storyLimitMs, storyOf, type RunningSystem } from './running-system.js';

/** What never reaches a department: small matters on the spot (小事当场办, text 3), refusals, withdrawals. */
describe('settled at the desk', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('a kitchen fan repaired on the spot: closed at once, no work order, no call-back', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '厨房排气扇坏了', channel: 'station', territory: 'ferry-court' }));
    const { body } = await as('intake').handleOnTheSpot(caseId, { result: '便民维修队上门,免费更换排气扇。' });
    expect(body.status).toBe('closed');
    const { body: row } = await eventually(() => as('analyst').insightCase(caseId), ({ body: shown }) => expect(shown.status).toBe('closed'));
    expect(row.status).toBe('closed');
    const { body: clocks } = await eventually(() => as('supervisor').clocks(caseId), (answer) => {
      expect(answer.body.items.find(({ kind }) => kind === 'contact')?.status).toBe('met');
    });
    expect(clocks.items.map(({ kind }) => kind)).toEqual(['contact']);
    expect(row.callBacks).toEqual([]);
    expect(row.workOrders).toEqual([]);
    expect((await storyOf(as('analyst'), caseId)).filter((step) => step.startsWith('dispatch:') || step.startsWith('satisfaction:call-back'))).toEqual([]);
    expect(await problemOf(as('coordinator').dispatch(caseId, { lead: 'housing' }))).toMatchObject({ status: 409, code: 'state-conflict' });
  }, storyLimitMs);

  it('a demand before the court is refused with a reason and a text', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('requester').registerCase(demandOf({ title: '房租纠纷已起诉', channel: 'online' }));
    const text = '该纠纷已进入诉讼程序,请依照法院程序办理。';
    const { body } = await as('intake').refuse(caseId, { reason: 'in-legal-procedure', text });
    expect(body.status).toBe('refused');
    const { body: row } = await as('analyst').insightCase(caseId);
    expect(row).toMatchObject({ status: 'refused', refusalReason: 'in-legal-procedure' });
    const { body: clocks } = await eventually(() => as('supervisor').clocks(caseId), (answer) => {
      expect(answer.body.items.find(({ kind }) => kind === 'contact')?.status).toBe('met');
    });
    expect(clocks.items.filter(({ status }) => status === 'running')).toEqual([]);
    expect(await problemOf(as('intake').accept(caseId, { level: 'simple' }))).toMatchObject({ status: 409, code: 'state-conflict' });
  }, storyLimitMs);

  it('a withdrawal cancels what the department has in hand', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('requester').registerCase(demandOf({ channel: 'online' }));
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'urban-management', assist: ['landscaping'] });
    await as('requester').withdraw(caseId, { reason: '邻里已经解决。' });
    for (const { workOrderId } of workOrders) {
      await eventually(() => as('coordinator').workOrder(workOrderId), ({ body }) => expect(body.status).toBe('cancelled'));
    }
    await eventually(() => as('supervisor').clocks(caseId), ({ body }) => {
      expect(body.items.length).toBeGreaterThan(0);
      expect(body.items.filter(({ status }) => status === 'running')).toEqual([]);
    });
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('withdrawn'));
  }, storyLimitMs);
});
