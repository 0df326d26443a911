import { execFileSync } from 'node:child_process';
import { bootId, statOf } from './proc.js';

/** A process is the same one only if its start time agrees too: pids are reused. */
export interface ProcessIdentity { pid: number; startTime: string }

/**
 * When the process was started, in a form that is only ever compared for equality; undefined when there is none.
 * Linux: boot id and clock ticks since boot; elsewhere what `ps` prints (seconds).
 */
function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = statOf(pid);
    return stat && `${bootId()}:${stat.startTicks}`;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).trim() || undefined;
  } catch {
    return undefined;
  }
}

export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** Whether exactly this process still runs (a zombie has ended, it only waits to be reaped). */
export const isRunning = (identity: ProcessIdentity): boolean => startTimeOf(identity.pid) === identity.startTime && statOf(identity.pid)?.state !== 'Z';
