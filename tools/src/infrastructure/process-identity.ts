import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process is the same one only if its start time agrees too: pids are reused. */
export interface ProcessIdentity { pid: number; startTime: string }

/**
 * When the process was started, in a form that is only ever compared for equality; undefined when there is none.
 * Linux: boot id and clock ticks since boot; elsewhere what `ps` prints (seconds).
 */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      return `${bootId()}:${startTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'))}`;
    } catch {
      return undefined;
    }
  }
  try {
    const printed = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).trim();
    return printed === '' ? undefined : printed;
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/PID/stat. The command name (field 2) stands in brackets and may hold spaces and brackets, so count from the last one. */
export function startTicks(stat: string): string {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = afterName[19];
  if (ticks === undefined) throw new Error('unreadable /proc stat line');
  return ticks;
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'Z';
  } catch {
    return false;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'no-boot-id';
  }
}

export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** Whether exactly this process still runs (a zombie has ended, it only waits to be reaped). */
export function isRunning(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime && !isZombie(identity.pid);
}
