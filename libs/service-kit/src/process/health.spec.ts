import { expect, it } from '@jest/globals';
import { HealthChecks } from './health.js';

it('a failed check is told to the log, not to whoever asks', async () => {
  const warnings: unknown[] = [];
  const checks = new HealthChecks({ warn: (given: unknown) => { warnings.push(given); } });
  checks.add({ name: 'database', probe: () => Promise.reject(new Error('password of role lianban_intake is wrong')) });
  checks.add({ name: 'relay', probe: () => Promise.resolve({ ok: true, detail: { lag: 0 } }) });
  expect(await checks.run()).toEqual({ ready: false, checks: { database: { ok: false }, relay: { ok: true, lag: 0 } } });
  expect(warnings).toEqual([{ check: 'database', error: 'password of role lianban_intake is wrong' }]);
});
