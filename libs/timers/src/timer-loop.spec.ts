import { expect, it } from '@jest/globals';
import { HealthChecks, Metrics } from '@lianban/service-kit';
import type { ActedOn, DueCase } from './act-on-due-cases.js';
import { dueMetrics } from './due-metrics.js';
import { TimerLoop } from './timer-loop.js';

const acted = (given: Partial<ActedOn<DueCase>>): ActedOn<DueCase> => ({ cases: 0, events: 0, done: [], conflicts: 0, unreadable: [], ...given });
const metrics = dueMetrics('lianban_timer_loop_spec', 'What this spec waits for', 'SELECT now() AS at');

/** Runs a loop until what it does is used up; it would look again in an hour. @returns what it logged, and how often it looked */
const run = async (...rounds: (ActedOn<DueCase> | Error)[]) => {
  const logged: string[] = [];
  const log = (level: string) => (_: object, text: string) => void logged.push(`${level}: ${text}`);
  const surroundings = { sql: { query: () => Promise.reject(new Error('not asked')) }, health: new HealthChecks({ warn: () => undefined }), metrics: new Metrics({ warn: () => undefined }) };
  let looks = 0;
  const loop = new TimerLoop({ ...surroundings, log: { info: log('info'), warn: log('warn'), error: log('error') } as never }, {
    name: 'spec', intervalMs: 3_600_000, metrics,
    act: () => {
      const round = rounds[looks] ?? acted({});
      looks += 1;
      return round instanceof Error ? Promise.reject(round) : Promise.resolve(round);
    },
  });
  loop.onApplicationBootstrap();
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
  await loop.beforeApplicationShutdown();
  return { logged, looks };
};

it.each([
  ['looks again at once while something is done', [acted({ cases: 2, events: 3 }), acted({ cases: 1 })], 3, ['info: acted on what was due']],
  ['waits when all that is left has lost its race', [acted({ cases: 2, conflicts: 2 })], 1, []],
  ['names what it can not read, and goes on', [acted({ cases: 1, unreadable: [{ caseId: 'c', error: 'e' }] })], 2, ['error: a due case can not be read and is put off']],
  ['waits after an error, and says so', [new Error('no database')], 1, ['warn: what is due is put off']],
])('%s', async (_, rounds, looks, logged) => {
  expect(await run(...rounds)).toEqual({ looks, logged });
});

it('stops only once the batch that is under way has ended', async () => {
  let end = (_: ActedOn<DueCase>) => {};
  const under = new Promise<ActedOn<DueCase>>((resolve) => { end = resolve; });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const loop = new TimerLoop({ sql: { query: () => Promise.reject(new Error('not asked')) }, health: new HealthChecks(silent), metrics: new Metrics(silent), log: silent as never },
    { name: 'spec', intervalMs: 3_600_000, metrics, act: () => under });
  loop.onApplicationBootstrap();
  let stopped = false;
  const stopping = loop.beforeApplicationShutdown().then(() => { stopped = true; });
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
  expect(stopped).toBe(false);
  end(acted({ cases: 1 }));
  await stopping;
  expect(stopped).toBe(true);
});
