import { beforeAll, describe, expect, it } from '@jest/globals';
import { dueCallBack, demandOf, eventually, orderOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

const minute = 60_000;

/** Text 4: a grid worker's visits show that people want a lamp at the gate. Written down without network, entered in the evening. */
describe('a lamp at the gate, found by a grid worker\'s visit', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('is entered later than it happened, and judged by when it happened', async () => {
    const { as } = system.story({ import: true });
    const start = Date.now() - 5 * 60 * minute;
    const at = (minutes: number) => new Date(start + minutes * minute).toISOString();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ channel: 'grid', location: '桂苑小区东门', occurredAt: at(0) }));
    await as('intake').contact(caseId, { occurredAt: at(1) });
    await as('intake').accept(caseId, { level: 'simple', occurredAt: at(20) });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'urban-management', occurredAt: at(40) });
    const lead = orderOf(workOrders, 'urban-management');
    await as('operator:urban-management').sign(lead, { occurredAt: at(60) });
    await as('operator:urban-management').complete(lead, { result: '两盏路灯已更换并试灯。', occurredAt: at(200) });
    await as('callback').recordOutcome(await dueCallBack({ as }, caseId), { reached: true, resolved: true, satisfaction: 4, occurredAt: at(280) });

    const { body: row } = await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'));
    expect(Date.parse(String(row.registeredAt))).toBe(start);
    const { body: { items } } = await as('analyst').timeline(caseId);
    for (const { occurredAt, recordedAt } of items) expect(Date.parse(occurredAt)).toBeLessThanOrEqual(Date.parse(recordedAt));
    const closed = items.find(({ type }) => type === 'lianban.case.closed.v1');
    expect(Date.parse(closed?.occurredAt ?? '')).toBe(start + 280 * minute);

    const { body: clocks } = await eventually(() => as('supervisor').clocks(caseId), ({ body }) => {
      expect(body.items.find(({ kind }) => kind === 'call-back')?.status).toBe('met');
    });
    expect(clocks.items.find(({ kind }) => kind === 'contact')).toMatchObject({ status: 'met' });
  }, storyLimitMs);

  it('breaches the contact clock when nobody called in time', async () => {
    const { as } = system.story({ import: true });
    const registeredAt = new Date(Date.now() - 150 * minute).toISOString();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ channel: 'grid', occurredAt: registeredAt }));
    const { body: clocks } = await eventually(() => as('supervisor').clocks(caseId), ({ body }) => {
      expect(body.items.find(({ kind }) => kind === 'contact')?.status).toBe('breached');
    }, 30_000);
    const contact = clocks.items.find(({ kind }) => kind === 'contact');
    expect(Date.parse(contact?.dueAt ?? '')).toBe(Date.parse(registeredAt) + 120 * minute);
    const { body: { items } } = await eventually(() => as('analyst').timeline(caseId), ({ body }) => expect(body.items.map(({ type }) => type)).toContain('lianban.clock.breached.v2'));
    expect(Date.parse(items.find(({ type }) => type === 'lianban.clock.breached.v2')?.occurredAt ?? '')).toBe(Date.parse(registeredAt) + 120 * minute);
  }, storyLimitMs);
});
