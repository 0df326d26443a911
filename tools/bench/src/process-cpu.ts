/** CPU time of the system's processes, read from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Row } from './measure.js';

/** USER_HZ: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface Stat { readonly pid: number; readonly parent: number; readonly own: number; readonly ended: number }

const statOf = (pid: number): Stat | undefined => {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in parentheses may hold anything; the fields begin behind it, with the third.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
  const seconds = (...places: number[]) => places.reduce((sum, place) => sum + (fields[place - 3] ?? 0), 0) / ticksPerSecond;
  return { pid, parent: fields[1] ?? 0, own: seconds(14, 15), ended: seconds(16, 17) };
};

/**
 * CPU seconds a process has used, its children included, those that have ended too: Postgres works in a child for each connection.
 * NaN when it does not run, or where there is no /proc.
 */
export const cpuSeconds = (pid: number): number => {
  const root = statOf(pid);
  if (!root) return Number.NaN;
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => statOf(Number(name)) ?? []);
  const below = (parent: number): number => all.filter((each) => each.parent === parent).reduce((sum, each) => sum + each.own + each.ended + below(each.pid), 0);
  return root.own + root.ended + below(pid);
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
