import { render, say } from '@lianban/texts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../tools/src/client/index.js';
import { dueCallBack, demandOf, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

const clockOf = (clocks: readonly Clock[], kind: string, round = 1): Clock => {
  const found = clocks.find((clock) => clock.kind === kind && clock.round === round);
  if (!found) throw new Error(`no ${kind} clock of round ${round}`);
  return found;
};
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

describe('a clock that everybody trusts', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('stands still while the case is held, goes on where it was, is extended by the head, follows another level, and starts anew when the case is opened again', async () => {
    const { as } = system.story();
    const lead = async (check: (clock: Clock) => void, round = 1): Promise<Clock> => {
      const { body } = await eventually(() => as('supervisor').clocks(caseId), ({ body: { items } }) => check(clockOf(items, 'lead', round)));
      return clockOf(body.items, 'lead', round);
    };
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '路灯要订货' }));
    await as('intake').contact(caseId, {});
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'urban-management' });
    const order = orderOf(workOrders, 'urban-management');
    await as('operator:urban-management').sign(order, {});
    const first = await lead(({ status }) => expect(status).toBe('running'));

    expect(await problemOf(as('operator:urban-management').hold(order, { reason: 'waiting-for-others', reviewOn: inDays(10) }))).toMatchObject({ status: 403 });
    expect(await problemOf(as('coordinator').hold(order, { reason: 'waiting-for-others' } as never))).toMatchObject({ status: 400, errors: [{ field: 'reviewOn' }] });
    const reviewAt = inDays(10);
    // Until dispatch has heard of the clock.
    await eventually(() => as('coordinator').hold(order, { reason: 'waiting-for-others', reviewOn: reviewAt, note: '灯具订货中。' }), ({ status }) => expect(status).toBe(200));
    const held = await lead(({ status }) => expect(status).toBe('held'));
    expect(Date.parse(held.heldUntil ?? '')).toBe(Date.parse(reviewAt));
    expect(Date.parse(held.dueAt)).toBeGreaterThan(Date.parse(first.dueAt));
    expect(await problemOf(as('coordinator').hold(order, { reason: 'funds', reviewOn: reviewAt }))).toMatchObject({ code: 'state-conflict' });

    await as('coordinator').resume(order, {});
    const resumed = await lead(({ status, dueAt }) => { expect(status).toBe('running'); expect(Date.parse(dueAt)).toBeLessThan(Date.parse(held.dueAt)); });
    expect(resumed.derivation?.held).toHaveLength(1);

    const { body: { number } } = await eventually(
      () => as('operator:urban-management').requestExtension(order, { workingDays: 2, reason: '厂家推迟发货。' }), ({ status }) => expect(status).toBe(201));
    expect(await problemOf(as('operator:urban-management').approveExtension(order, number, { reason: '同意。' }))).toMatchObject({ status: 403 });
    await as('head:urban-management').approveExtension(order, number, { reason: '厂家推迟发货,已告知居民。' });
    const extended = await lead(({ derivation }) => expect(derivation?.extensions).toHaveLength(1));
    expect(Date.parse(extended.dueAt)).toBeGreaterThan(Date.parse(resumed.dueAt));

    await as('intake').reRate(caseId, { level: 'complex', reason: '电缆也要换。' });
    await lead(({ dueAt }) => expect(Date.parse(dueAt)).toBeGreaterThan(Date.parse(extended.dueAt)));

    await as('operator:urban-management').complete(order, { result: '已换灯具和电缆。' });
    await as('callback').recordOutcome(await dueCallBack({ as }, caseId), { reached: true, resolved: true, satisfaction: 5 });
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'));
    const solved = await lead(({ status }) => expect(status).toBe('met'));

    await as('intake').reopen(caseId, { reason: '路灯又不亮了。' });
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body).toMatchObject({ status: 'accepted' }));
    const second = await lead(({ status }) => expect(status).toBe('running'), 2);
    expect(Date.parse(second.startedAt)).toBeGreaterThan(Date.parse(solved.stoppedAt ?? ''));
    expect(await lead(({ status }) => expect(status).toBe('met'))).toEqual(solved);
    const again = await eventually(() => as('coordinator').dispatch(caseId, { lead: 'urban-management' }), ({ status }) => expect(status).toBe(201));
    expect(again.body.workOrders).toMatchObject([{ department: 'urban-management', role: 'lead' }]);
  }, storyLimitMs);

  it("moves a deadline to the instant that was asked for, by the hours of the unit itself", async () => {
    // From six in the morning to ten at night, every day of the week.
    const weekend = (year: number): string[] => Array.from({ length: 366 }, (_, day) => new Date(Date.UTC(year, 0, 1 + day)))
      .filter((day) => day.getUTCFullYear() === year && [0, 6].includes(day.getUTCDay())).map((day) => day.toISOString().slice(0, 10));
    const thisYear = new Date().getFullYear();
    for (const year of [thisYear, thisYear + 1]) {
      const { status } = await fetch(`${system.gatewayUrl}/api/v1/sla/calendars/${year}?unit=heating-company`, {
        method: 'PUT', headers: { authorization: `Bearer ${await system.token('admin')}`, 'content-type': 'application/json' },
        body: JSON.stringify({ version: 'story', workingHours: [{ from: '06:00', to: '22:00' }], holidays: [], makeUpDays: weekend(year) }),
      });
      expect(status).toBe(200);
    }
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '暖气不热' }));
    await as('intake').accept(caseId, { level: 'general' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'heating-company' });
    const order = orderOf(workOrders, 'heating-company');
    await as('operator:heating-company').sign(order, {});
    const leadClock = async (): Promise<Clock> => clockOf((await as('supervisor').clocks(caseId)).body.items, 'lead');
    const first = await eventually(leadClock, ({ derivation }) => expect(derivation).toMatchObject({ calendarUnit: 'heating-company' }));
    const inADay = new Date(Date.parse(first.dueAt) + 86_400_000).toISOString();

    const ask = (until: string) => as('operator:heating-company').requestExtension(order, { until, reason: '等待配件。' });
    // Dispatch hears of clock and calendar by events of their own.
    await eventually(async () => (await fetch(`${system.serviceUrls.dispatch}/health/ready`)).json(), (health) => expect(health).toMatchObject({ checks: { directory: { lag: 0 } } }));
    // And of the clock once more when its unit was known: until then the deadline it counts from is that by the hours of the district.
    await eventually(() => problemOf(ask(first.dueAt)), (problem) => expect(problem)
      .toMatchObject({ status: 400, errors: [{ field: 'until', reason: render(say('until-later-in-working-time', { dueAt: first.dueAt }), 'en') }] }));
    const { body: { number } } = await ask(inADay);
    await as('head:heating-company').approveExtension(order, number, {});
    const extended = await eventually(leadClock, ({ derivation }) => expect(derivation?.extensions).toMatchObject([{ by: { kind: 'working', amount: 16 * 60, unit: 'minutes' } }]));
    expect(Date.parse(extended.dueAt)).toBe(Date.parse(inADay));
  }, storyLimitMs);
});
