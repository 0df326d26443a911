import { beforeAll, describe, expect, it } from '@jest/globals';
import { samples } from '../../tools/src/samples/samples.js';
import { seedSamples } from '../../tools/src/samples/seed.js';
import { eventually, runningSystem, startLimitMs, type RunningSystem } from './running-system.js';

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
});
