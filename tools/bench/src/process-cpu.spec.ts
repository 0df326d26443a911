import { availableParallelism } from 'node:os';
import { expect, it } from '@jest/globals';
import { costRows, spentOn, type Spent } from './process-cpu.js';

const spent = (own: number, postgres: number): Spent<number> => ({ result: 100, seconds: 2, own, cpu: new Map([['postgres', postgres]]) });
const baseline = { name: 'b', values: [1, 1] };

it('tells what one costs each process, and what the cores could do if they never waited', () => {
  const rows = costRows({ one: 'an event', unit: 'events/s', costs: [spent(0.006, 0.002), spent(0.012, 0.004)], count: ({ result, seconds }) => result * seconds, baseline });
  expect(rows.map(({ what, unit, values }) => [what, unit, values.map((value) => Number(value.toFixed(6)))])).toEqual([
    ['CPU of an event, this process', 'µs', [30, 60]],
    ['CPU of an event, postgres', 'µs', [10, 20]],
    ['if no core ever waited: an event', 'events/s', [25_000, 12_500].map((oneCore) => oneCore * availableParallelism())],
  ]);
  expect(rows.at(-1)?.baseline).toBe(baseline);
});

it('says nothing where the server is not a process of this machine', () => {
  expect(costRows({ one: 'an event', unit: 'events/s', costs: [{ ...spent(1, 1), cpu: new Map() }], count: 1, baseline })).toEqual([]);
});

it('measures what this process and others use', async () => {
  const { own, cpu, result } = await spentOn([{ name: 'itself', pid: process.pid }], () => {
    for (const end = Date.now() + 200; Date.now() < end;);
    return Promise.resolve('done');
  });
  expect(result).toBe('done');
  expect(own).toBeGreaterThan(0);
  if (process.platform === 'linux') expect(cpu.get('itself')).toBeGreaterThan(0);
});
