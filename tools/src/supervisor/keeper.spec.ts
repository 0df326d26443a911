import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '../infrastructure/ports.js';
import { isRunning } from '../infrastructure/process-identity.js';
import { Keeper, restartDelay } from './keeper.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'lianban-keeper-')); });
afterEach(() => rmSync(folder, { recursive: true }));

function keep(script: string, said: string[] = []): Keeper {
  return new Keeper({
    name: 'sample', command: process.execPath, args: ['-e', script], cwd: folder, env: { PATH: process.env.PATH },
    logFile: join(folder, 'sample.log'), stopSignal: 'SIGTERM', stopWithinMs: 2_000,
  }, 'service', { started: () => undefined, say: (line) => said.push(line) });
}

describe('keeper', () => {
  it('pauses longer with each restart in a row, 10 s at most', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map(restartDelay)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  it('starts again what was killed, and says so', async () => {
    const said: string[] = [];
    const keeper = keep('setInterval(() => {}, 1000)', said);
    await keeper.start();
    const first = keeper.recorded!;
    process.kill(first.pid, 'SIGKILL');
    await waitUntil(async () => keeper.recorded !== undefined && keeper.recorded.pid !== first.pid, { timeoutMs: 5_000, what: 'the restart' });
    expect(said[0]).toContain('sample ended (SIGKILL), starting it again in 0.5 s');
    await keeper.stop();
  });

  it('leaves ended what it was told to end', async () => {
    const keeper = keep('setInterval(() => {}, 1000)');
    await keeper.start();
    const running = keeper.recorded!;
    await keeper.stop();
    expect(isRunning(running)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(keeper.recorded).toBeUndefined();
  });

  it('a stop during the pause cancels the restart', async () => {
    const keeper = keep(`console.log('ran')`);
    await keeper.start();
    await waitUntil(async () => keeper.restarts === 1, { timeoutMs: 5_000, what: 'the end' });
    await keeper.stop();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(readFileSync(join(folder, 'sample.log'), 'utf8')).toBe('ran\n');
  });
});
