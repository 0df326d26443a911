import { beforeAll, describe, expect, it } from '@jest/globals';
import { samples } from '../../tools/src/samples/samples.js';
import { seedSamples } from '../../tools/src/samples/seed.js';
import { eventually, runningSystem, startLimitMs, type RunningSystem } from './running-system.js';

type Rates = Record<'response' | 'resolution' | 'satisfaction', { numerator: number; denominator: number; value?: number }>;

describe('the sample cases', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);
  const seed = () => seedSamples({ gatewayUrl: system.gatewayUrl, tokenFor: (persona, options) => system.token(persona, options), log: () => undefined });

  it('are told through the API, stand where their story ends, and are not told twice', async () => {
    const seeded = await seed();
    expect(seeded.failed).toEqual([]);
    expect(seeded.cases).toBe(samples.length);
    const analyst = system.story().as('analyst');
    for (const { demand: { title }, stage } of samples) {
      await eventually(() => analyst.insightCases({ q: title, limit: 10 }), ({ body }) => {
        expect([title, body.items.filter((row) => row.title === title).map(({ status }) => status)]).toEqual([title, [stage]]);
      });
    }
    expect(await seed()).toEqual({ cases: 0, commands: 0, failed: [] });
  }, 90_000);

  it('have the same three rates in satisfaction as in insight, in every month', async () => {
    const headers = { authorization: `Bearer ${await system.token('analyst')}` };
    const get = async (path: string) => await (await fetch(`${system.gatewayUrl}/api/v1${path}`, { headers })).json() as { items: ({ key: string } & Rates)[]; rates: Rates };
    const byMonth = async () => (await get('/insight/rates?groupBy=month')).items;
    expect((await byMonth()).length).toBeGreaterThan(0);
    for (const { key: month } of await byMonth()) {
      await eventually(async () => {
        const { rates } = await get(`/assessments/${month}`);
        return { rates, shown: (await byMonth()).find(({ key }) => key === month) };
      }, ({ rates, shown }) => expect(shown).toMatchObject(rates), 30_000);
    }
  }, 90_000);
});
