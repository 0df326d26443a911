import { beforeAll, describe, expect, it } from '@jest/globals';
import { demandOf, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

describe('a requester and a unit talk', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('urged, added to, asked and answered: the unit is told, the clock waits for the requester, and all of it stands in the case', async () => {
    const { as } = system.story();
    const unit = as('operator:landscaping');
    const { body: { caseId } } = await as('requester').registerCase(demandOf({ title: '树枝压住了车棚', kind: 'help' }));
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'landscaping' });
    await unit.sign(orderOf(workOrders, 'landscaping'), {});
    await as('requester').urge(caseId, { text: '什么时候来？电话13800138000。' });
    await as('requester').supplement(caseId, { text: '又断了一枝。' });

    // Until intake has heard of the order.
    await eventually(() => unit.writeMessage(caseId, { text: '是东门还是西门的车棚？', asks: true }), ({ status }) => expect(status).toBe(201));
    expect(await problemOf(unit.writeMessage(caseId, { text: '还有几号楼？', asks: true }))).toMatchObject({ status: 409, code: 'state-conflict' });
    expect(await problemOf(as('operator:housing').writeMessage(caseId, { text: '你好。' }))).toMatchObject({ status: 403 });
    const leadOf = async () => (await as('supervisor').clocks(caseId)).body.items.find(({ kind }) => kind === 'lead');
    await eventually(leadOf, (clock) => expect(clock).toMatchObject({ status: 'held', derivation: { held: [{ reason: 'waiting-for-requester' }] } }));

    await as('requester').writeMessage(caseId, { text: '东门。' });
    await eventually(leadOf, (clock) => expect(clock).toMatchObject({ status: 'running', derivation: { held: [{ reason: 'waiting-for-requester' }] } }));
    expect((await unit.messages(caseId)).body.items).toMatchObject([
      { kind: 'urging', role: 'requester', text: '什么时候来？电话***********。' }, { kind: 'supplement', text: '又断了一枝。' },
      { kind: 'question', role: 'operator', department: 'landscaping', text: '是东门还是西门的车棚？', answeredAt: expect.any(String) as unknown }, { kind: 'answer', role: 'requester', text: '东门。' },
    ]);
    await eventually(() => unit.inbox('landscaping', { limit: 500 }), ({ body: { items } }) =>
      expect(items.find((item) => item.caseId === caseId)).toMatchObject({ urgings: 1, supplements: 1, messages: 1 }));
    await eventually(() => unit.get<{ items: { caseId: string; kind: string }[] }>('sla', '/api/v1/notices', { limit: 500 }), ({ body: { items } }) => expect(items.filter((notice) => notice.caseId === caseId).map(({ kind }) => kind).sort())
      .toEqual(['order', 'requester-wrote', 'supplemented', 'urged']));
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body).toMatchObject({ demandKind: 'help', urgings: 1, supplements: 1, messages: 2, questions: 1 }));
  }, storyLimitMs);
});
