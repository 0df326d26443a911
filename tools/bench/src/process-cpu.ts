/** CPU time of the system's processes (Linux). */
import { availableParallelism } from 'node:os';
import { descendantsOf, statOf } from '@lianban/tools/infrastructure/proc';
import type { Row } from './measure.js';

/**
 * CPU seconds a process has used, its children included, those that have ended too: Postgres works in a child for each connection.
 * NaN when it does not run, or where there is no /proc.
 */
const cpuSeconds = (pid: number): number => {
  const root = statOf(pid);
  return root ? [root, ...descendantsOf(pid)].reduce((sum, { cpu, cpuOfEnded }) => sum + cpu + cpuOfEnded, 0) : Number.NaN;
};

export interface Spent<T> {
  readonly result: T;
  readonly seconds: number;
  /** CPU seconds of each process, its children included. */
  readonly cpu: ReadonlyMap<string, number>;
  /** CPU seconds of this process, all its threads. */
  readonly own: number;
}

/** What `work` costs these processes and this one. */
export const spentOn = async <T>(processes: readonly { readonly name: string; readonly pid: number }[], work: () => Promise<T>): Promise<Spent<T>> => {
  const readAll = () => processes.map(({ name, pid }) => [name, cpuSeconds(pid)] as const);
  const before = new Map(readAll());
  const own = process.cpuUsage();
  const startedAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(own);
  return { result, seconds, own: (user + system) / 1e6, cpu: new Map(readAll().map(([name, cpu]) => [name, cpu - (before.get(name) ?? 0)])) };
};

interface Costs<T> {
  /** 'an event' */
  readonly one: string;
  readonly unit: string;
  /** One a round. */
  readonly costs: readonly Spent<T>[];
  /** How many of them a round did. */
  readonly count: number | ((spent: Spent<T>) => number);
  readonly baseline: Row['baseline'];
  /** Whose CPU is the spent one's `own`. */
  readonly own?: string;
}

/**
 * Rows that tell what one of them costs each process, in microseconds of CPU, and how many this machine could do a second at that cost if none of its cores ever
 * waited: what no better use of the cores gets beyond. None where the servers are not processes of this machine.
 */
export const costRows = <T>({ one, unit, costs, count, baseline, own = 'this process' }: Costs<T>): Row[] => {
  const each = costs.map((spent) => {
    const done = typeof count === 'number' ? count : count(spent);
    return new Map([[own, spent.own / done], ...[...spent.cpu].map(([name, cpu]) => [name, cpu / done] as const)]);
  });
  const names = [...each[0]?.keys() ?? []];
  if (names.length < 2) return [];
  return [
    ...names.map((name): Row => ({ what: `CPU of ${one}, ${name}`, unit: 'µs', values: each.map((cost) => (cost.get(name) ?? Number.NaN) * 1e6) })),
    { what: `if no core ever waited: ${one}`, unit, values: each.map((cost) => availableParallelism() / [...cost.values()].reduce((sum, cpu) => sum + cpu, 0)), baseline },
  ];
};
