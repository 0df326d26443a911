import { spawn } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { root } from '../architecture/settings-in-code.js';

/** A third of a minute of `npm run chaos`: real load, real faults, and the proof. The long runs are `npm run chaos -- --known` and any other seed. */
const chaos = (words: readonly string[]) => new Promise<{ code: number | null; printed: string }>((resolve, reject) => {
  const run = spawn(process.execPath, ['tools/run.mjs', 'chaos/main', ...words], { cwd: root, env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [run.stdout, run.stderr]) stream.on('data', (chunk: Buffer) => { printed += chunk.toString(); });
  run.once('error', reject);
  run.once('exit', (code) => resolve({ code, printed }));
});

describe('under fire', () => {
  it('nothing acknowledged is lost, nothing is done twice, nothing waits for ever', async () => {
    // Among its faults: Postgres is killed, and the leaders of two relays that have a standby are killed and frozen.
    const { code, printed } = await chaos(['--seed', '221', '--minutes', '0.3', '--copies', 'intake=2,dispatch=2', '--desks', '6', '--only', 'kill,kill-leader,kill-in-transaction,freeze-leader,cut,leave-and-join']);
    // All of it: the seed, what was done and when, and each violation with its case.
    expect(printed).toContain('seed 221: nothing violated');
    for (const done of [/postgres ended by SIGKILL/, /led in (intake(?:-2)?), and leads in (?!\1 )intake/, /led in dispatch(-2)?, and leads in dispatch/]) expect(printed).toMatch(done);
    expect(code).toBe(0);
  }, 240_000);

  it('refuses what it does not know, before anything is started', async () => {
    expect(await chaos(['--only', 'earthquake'])).toMatchObject({ code: 1, printed: expect.stringContaining('No fault is called earthquake.') });
    expect(await chaos(['--brokers', '2'])).toMatchObject({ code: 1, printed: expect.stringContaining('--brokers 2 is neither 1 nor 3.') });
    expect(await chaos(['--partitions', '1.5'])).toMatchObject({ code: 1, printed: expect.stringContaining('--partitions 1.5 is no whole number above 0.') });
    expect(await chaos(['--copies', 'x'])).toMatchObject({ code: 1, printed: expect.stringContaining('LIANBAN_COPIES=x: give a number from 1 to 9') });
    expect(await chaos(['--seed', 'x'])).toMatchObject({ code: 1, printed: expect.stringContaining('--seed x is no whole number above 0.') });
  }, 30_000);
});
