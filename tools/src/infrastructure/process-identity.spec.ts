import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { endProcess } from './managed-process.js';
import { parseStat } from './proc.js';
import { identify, isRunning } from './process-identity.js';

const how = { stopSignal: 'SIGTERM', stopWithinMs: 2_000 } as const;

async function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  return { child, identity: identify(child.pid!)! };
}

describe('process identity', () => {
  it('reads the start time though the command name holds spaces and brackets', () => {
    const stat = `42 (a) b (c) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 ${'987654'} 1000 10 1 1`;
    expect(parseStat(stat)).toMatchObject({ pid: 42, state: 'S', parent: 1, startTicks: '987654' });
  });

  it('ends the very process', async () => {
    const { child, identity } = await sleeper();
    const exit = once(child, 'exit');
    expect(isRunning(identity)).toBe(true);
    await endProcess(identity, how);
    expect(isRunning(identity)).toBe(false);
    expect(await exit).toEqual([null, 'SIGTERM']);
  });

  it('never touches a process that only has the same pid', async () => {
    const { child, identity } = await sleeper();
    await endProcess({ ...identity, startTime: 'before that' }, how);
    expect(isRunning(identity)).toBe(true);
    child.kill('SIGKILL');
  });

  it('forces one that does not listen', async () => {
    const child = spawn(process.execPath, ['-e', `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`], { detached: true });
    await once(child.stdout, 'data');
    const identity = identify(child.pid!)!;
    await endProcess(identity, { ...how, stopWithinMs: 100 });
    expect(isRunning(identity)).toBe(false);
  });

  it('knows that there is none', () => {
    expect(identify(2 ** 22 + 1)).toBeUndefined();
  });
});
