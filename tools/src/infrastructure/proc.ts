/** What Linux tells of processes under /proc; nothing elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

export interface ProcStat {
  readonly pid: number;
  /** 'T': stopped, 'Z': ended and not reaped yet. */
  readonly state: string;
  readonly parent: number;
  /** CPU seconds of its own, and of its children that have ended. */
  readonly cpu: number;
  readonly cpuOfEnded: number;
  /** Clock ticks since the machine was started. */
  readonly startTicks: string;
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** The name (field 2) stands in brackets and may hold spaces and brackets, so count from the last one. */
export const parseStat = (stat: string): ProcStat => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => fields[number - 3] ?? '';
  const seconds = (...numbers: number[]) => numbers.reduce((sum, number) => sum + Number(field(number)), 0) / ticksPerSecond;
  return { pid: Number.parseInt(stat, 10), state: field(3), parent: Number(field(4)), cpu: seconds(14, 15), cpuOfEnded: seconds(16, 17), startTicks: field(22) };
};

/** Undefined when there is no such process, or no /proc. */
export const statOf = (pid: number): ProcStat | undefined => {
  const stat = read(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStat(stat);
};

/** Of all processes below one, children first. */
export const descendantsOf = (root: number): ProcStat[] => {
  const all = process.platform === 'linux' ? readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? statOf(Number(entry)) ?? [] : [])) : [];
  const below = (parent: number): ProcStat[] => all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(root);
};

/** Changes with every start of the machine. */
export const bootId = (): string => read('/proc/sys/kernel/random/boot_id')?.trim() ?? 'no-boot-id';

export const commandLineOf = (pid: number): string => read(`/proc/${pid}/cmdline`) ?? '';

/** PSS, in which a page shared by n processes counts as one n-th for each. Postgres's backends share its buffers, so their RSS would count those once per connection. */
export const megabytesOf = (pid: number): number | undefined => {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
};
