import { beforeAll, describe, expect, it } from '@jest/globals';
import { dueCallBack, demandOf, eventually, orderOf, runningSystem, startLimitMs, storyLimitMs, storyOf, type RunningSystem } from './running-system.js';

/** Text 0: a firm needs residence permits; a specialist of the business community handles it on its behalf (代办, 绿色通道). */
describe('a firm\'s residence permits, handled on its behalf', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('travels from the firm to the police and back, and closes with a call-back', async () => {
    const { as } = system.story();
    const { body: { caseId, caseNo, status } } = await as('requester').registerCase(demandOf({
      title: '新员工居住证,希望代办', description: '本月新招员工二十六人,需办理居住证,希望专员代办。', channel: 'online', territory: 'tonghe-mansion',
      requester: { kind: 'firm', name: '云帆软件有限公司', phone: '13800009001' },
    }));
    expect(status).toBe('registered');
    expect(caseNo).toMatch(/^LB\d{8}-\d{6}/);
    await as('intake').contact(caseId, { note: '专员已联系企业。' });
    await as('intake').accept(caseId, { level: 'general', greenChannel: true, category: '政法/户籍证件/流动人口管理' });

    const { body: proposal } = await as('coordinator').routingProposal(caseId);
    expect(proposal).toMatchObject({ items: [{ department: 'public-security', reasons: expect.arrayContaining(['The title names 居住证']) }], modelVersion: expect.stringMatching(/^[0-9a-f]{12}$/) });

    const { status: created, body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'public-security', assist: ['government-services'], note: '专员代办' });
    expect(created).toBe(201);
    const lead = orderOf(workOrders, 'public-security');
    const assist = orderOf(workOrders, 'government-services');
    const { body: inbox } = await as('operator:public-security').inbox('public-security', { limit: 500 });
    expect(inbox.items.map((order) => order.workOrderId)).toContain(lead);

    await as('operator:public-security').sign(lead, {});
    await as('operator:government-services').sign(assist, {});
    await as('operator:public-security').progress(lead, { note: '材料已一次性收齐。' });
    await as('operator:government-services').complete(assist, { result: '上门收件二十六份。' });
    await as('operator:public-security').complete(lead, { result: '二十六份居住证已制证送达。' });

    const callBackId = await dueCallBack({ as }, caseId);
    const { body: recorded } = await as('callback').recordOutcome(callBackId, { reached: true, resolved: true, satisfaction: 5, comment: '一趟没跑。' });
    expect(recorded.decision).toBe('close');

    const { body: row } = await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'));
    expect(row).toMatchObject({ caseNo, channel: 'online', greenChannel: true, level: 'general' });
    const { body: mine } = await as('requester').getCase(caseId);
    expect(mine.status).toBe('closed');

    const told = await eventually(() => storyOf(as('analyst'), caseId), (story) => expect(story).toContain('intake:case.closed'));
    const inOrder = ['intake:case.registered', 'intake:case.contacted', 'intake:case.accepted', 'dispatch:case.dispatched', 'dispatch:work-order.issued', 'dispatch:routing.chosen', 'dispatch:work-order.signed',
      'dispatch:work-order.progressed', 'dispatch:work-order.completed', 'dispatch:case.answered', 'satisfaction:call-back.opened', 'satisfaction:call-back.recorded', 'intake:case.closed'];
    const places = inOrder.map((step) => told.indexOf(step));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));

    const { body: { items: [figures] } } = await as('supervisor').insightRouting();
    expect(figures?.first.numerator).toBeGreaterThan(0);
    expect(figures?.first.denominator).toBe(figures?.dispatches);
    expect(told.filter((step) => step === 'dispatch:work-order.issued')).toHaveLength(2);

    const { body: clocks } = await eventually(() => as('supervisor').clocks(caseId), ({ body }) => {
      expect(body.items.find(({ kind }) => kind === 'call-back')?.status).toBe('met');
    });
    const statusOf = (kind: string) => clocks.items.filter((clock) => clock.kind === kind).map((clock) => clock.status);
    expect(statusOf('contact')).toEqual(['met']);
    expect(statusOf('lead')).toEqual(['met']);
    expect(new Set(statusOf('sign'))).toEqual(new Set(['met']));
  }, storyLimitMs);
});
