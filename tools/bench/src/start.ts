import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { checkout } from '@lianban/tools/checkout';
import { player } from './life.js';
import type { Benchmark } from './measure.js';
import { memoryOfDescendants } from '@lianban/tools/infrastructure/process-memory';

/** What `npm start` does before the supervisor: is everything installed and built? */
async function prepareSeconds(): Promise<number> {
  const startedAt = performance.now();
  const entry = pathToFileURL(join(checkout, 'tools', 'start.mjs')).href;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', `const { prepare } = await import('${entry}'); prepare();`], { cwd: checkout });
  return (performance.now() - startedAt) / 1000;
}

export const startBenchmark: Benchmark = {
  name: 'start',
  title: 'Cold start and memory',
  about: [
    'Installed and built, nothing running, an empty data folder: how long until every service is ready, with making the database cluster, formatting Kafka and all migrations.',
    'Memory is PSS (a page shared by n processes counts as one n-th), after the start and again after 300 whole lives by 16 callers; without the sample cases.',
  ].join('\n'),
  async run({ stack, rounds, quick, say, report }) {
    const checks: number[] = [];
    const starts: number[] = [];
    const memory = { 'after the start': new Map<string, number[]>(), 'after a load': new Map<string, number[]>() };
    const note = (when: keyof typeof memory) => {
      const found = memoryOfDescendants();
      if (found.size === 0) return;
      found.set('all together', [...found.values()].reduce((sum, one) => sum + one, 0));
      for (const [name, megabytes] of found) memory[when].set(name, [...(memory[when].get(name) ?? []), megabytes]);
    };
    for (let round = 0; round < rounds; round += 1) {
      checks.push(await prepareSeconds());
      const startedAt = performance.now();
      const running = await stack();
      starts.push((performance.now() - startedAt) / 1000);
      say(`ready after ${starts.at(-1)?.toFixed(1)} s`);
      note('after the start');
      await (await player(running, 16))(quick ? 5 : 300);
      note('after a load');
      await running.stop();
    }
    report({ what: 'is it installed and built?', unit: 's', values: checks });
    report({ what: 'from there to ready, empty data folder', unit: 's', values: starts });
    report({ what: '`npm start`, both together', unit: 's', values: starts.map((seconds, round) => seconds + (checks[round] ?? 0)), aim: '≤ 30 s' });
    for (const [when, processes] of Object.entries(memory)) {
      for (const [name, values] of processes) report({ what: `${name}, ${when}`, unit: 'MB', values, ...(name === 'all together' ? { aim: '≤ 1,500 MB' } : {}) });
    }
  },
};
