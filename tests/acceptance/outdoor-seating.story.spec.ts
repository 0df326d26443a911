import { beforeAll, expect, it } from '@jest/globals';
import { demandOf, eventually, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

interface Green { readonly month: string; readonly quota: number; readonly used: number }
interface Rates { readonly items: readonly { readonly key: string; readonly cases: number }[] }
interface Cases { readonly items: readonly { readonly caseId: string; readonly greenChannel: boolean }[] }

let system: RunningSystem;
beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

/** Text 0: a shop wants outdoor seating; the community gets urban management to open a green channel. */
it('outdoor seating goes through the green channel, with half the limit, and is counted apart', async () => {
  const { as } = system.story();
  const [{ body: expedited }, { body: usual }] = [await as('intake').registerCase(demandOf({ title: '咖啡店申请外摆座位', territory: 'lantern-mall', channel: 'station' })), await as('intake').registerCase(demandOf())];
  const { body: before } = await as('supervisor').get<Green>('intake', '/api/v1/green-channel');
  await as('intake').accept(expedited.caseId, { level: 'general', greenChannel: true });
  await as('intake').accept(usual.caseId, { level: 'general' });
  const { body: after } = await as('supervisor').get<Green>('intake', '/api/v1/green-channel');
  expect(after.month === before.month ? after.used - before.used : after.used).toBeGreaterThanOrEqual(1);
  expect(after.quota).toBeGreaterThan(0);

  const minutes = async (caseId: string): Promise<number> => {
    const { body: { items } } = await eventually(() => as('supervisor').clocks(caseId), ({ body }) => expect(body.items.some(({ kind }) => kind === 'lead')).toBe(true));
    return (items.find(({ kind }) => kind === 'lead')?.derivation as unknown as { limit: { amount: number } }).limit.amount;
  };
  expect(await minutes(expedited.caseId)).toBe(await minutes(usual.caseId) / 2);

  const listed = async (greenChannel: boolean) => (await as('analyst').get<Cases>('insight', '/api/v1/insight/cases', { greenChannel, limit: 500 })).body.items.map(({ caseId }) => caseId);
  expect(await listed(true)).toContain(expedited.caseId);
  expect(await listed(true)).not.toContain(usual.caseId);
  const { body: rates } = await eventually(() => as('analyst').get<Rates>('insight', '/api/v1/insight/rates', { groupBy: 'greenChannel' }), ({ body }) => expect(body.items.map(({ key }) => key)).toEqual(['false', 'true']));
  expect(rates.items.find(({ key }) => key === 'true')?.cases).toBeGreaterThanOrEqual(1);
  expect(await problemOf(as('requester').get('intake', '/api/v1/green-channel'))).toMatchObject({ status: 403 });
}, storyLimitMs);
