import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from '@jest/globals';
import { isRunning } from '../../tools/src/infrastructure/process-identity.js';
import { readState } from '../../tools/src/supervisor/state-file.js';
import { demandOf, eventually, runningSystem, startLimitMs, type RunningSystem } from './running-system.js';

let system: RunningSystem;
beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

/** Tells a process to stop, as a new build or a move to another machine would. Tells how long it took. */
const stop = async (name: string): Promise<number> => {
  const target = readState(system.dataDir)?.processes.find((each) => each.name === name);
  if (!target) throw new Error(`${name} does not run`);
  const startedAt = performance.now();
  process.kill(target.pid, 'SIGTERM');
  while (isRunning(target)) await delay(10);
  return performance.now() - startedAt;
};

/** What callers saw who do not repeat anything: statuses with their problem codes, and connections that broke. */
it('a service that is told to stop under load breaks no request: each is answered, or refused with a clean 503', async () => {
  const headers = { 'content-type': 'application/json', 'authorization': `Bearer ${await system.token('intake')}` };
  const analyst = { authorization: `Bearer ${await system.token('analyst')}` };
  const seen: string[] = [];
  const acknowledged: string[] = [];
  let working = true;
  const desk = async (number: number) => {
    for (let i = 0; working; i++) {
      const answer = await fetch(`${system.gatewayUrl}/api/v1/cases`, { method: 'POST', headers, body: JSON.stringify(demandOf({ title: `停机 ${number}-${i}` })) })
        .catch((error: Error) => { seen.push(`broken: ${error.message}`); });
      if (!answer) continue;
      const body = await answer.json() as { caseId?: string; code?: string };
      if (answer.status === 201) acknowledged.push(body.caseId ?? '');
      else {
        seen.push([answer.status, body.code, answer.headers.get('retry-after')].join(' '));
        await delay(20);
        continue;
      }
      // Waits in insight for what intake has just said: such a request too has to be finished.
      const read = await fetch(`${system.gatewayUrl}/api/v1/insight/cases/${body.caseId}`, { headers: { ...analyst, 'x-consistency-token': answer.headers.get('x-consistency-token') ?? '' } })
        .catch((error: Error) => { seen.push(`broken: ${error.message}`); });
      if (!read) continue;
      const problem = await read.json() as { code?: string };
      if (read.status !== 200) seen.push([read.status, problem.code, read.headers.get('retry-after')].join(' '));
    }
  };
  const desks = Promise.all(Array.from({ length: 8 }, (_, number) => desk(number)));
  const more = async () => {
    const before = acknowledged.length;
    await eventually(async () => acknowledged.length, (count) => expect(count).toBeGreaterThan(before + 20), 40_000);
  };
  await more();
  for (const name of ['intake', 'insight']) {
    expect(await stop(name)).toBeLessThan(15_000);
    await more();
  }
  working = false;
  await desks;

  expect(seen.filter((one) => !/^503 (service-unavailable|read-model-behind) 1$/.test(one))).toEqual([]);
  for (const caseId of acknowledged) {
    const answer = await fetch(`${system.gatewayUrl}/api/v1/cases/${caseId}`, { headers });
    expect(answer.status).toBe(200);
  }
}, 150_000);
