import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';
import { comesTrue, waitUntil } from './ports.js';

/** Everything needed to start one process, and to start it again. */
export interface ProcessSpec {
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  logFile: string;
  /** Asks for a clean end: SIGTERM, for Postgres SIGINT ("fast": does not wait for clients). */
  stopSignal: 'SIGTERM' | 'SIGINT';
  /** How long a clean end may take before it is forced. */
  stopWithinMs: number;
  uid?: number;
  gid?: number;
}

export interface ManagedProcess {
  readonly spec: ProcessSpec;
  readonly identity: ProcessIdentity;
  /** Resolves once it has ended, however that came. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  hasExited(): boolean;
}

/** Keeps the log of the run before as `<file>.1`. */
export function rotateLog(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file)) renameSync(file, `${file}.1`);
}

/** The end of a log file, for error messages. */
export function logTail(file: string, lines = 8): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

/**
 * Starts a process in a group of its own, so that Ctrl-C in the terminal reaches the supervisor only and the order of
 * stopping stays ours. Output goes straight to the file: the process outlives a killed supervisor without blocking on a pipe.
 */
export async function launch(spec: ProcessSpec): Promise<ManagedProcess> {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'a');
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd, env: spec.env, detached: true, stdio: ['ignore', log, log],
      ...(spec.uid === undefined ? {} : { uid: spec.uid }), ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const pid = await spawnedPid(child);
    // A process that ended within these microseconds has no start time any more; nothing can match the empty one.
    const identity = identify(pid) ?? { pid, startTime: '' };
    return { spec, identity, exited, hasExited: () => child.exitCode !== null || child.signalCode !== null };
  } finally {
    closeSync(log);
  }
}

function spawnedPid(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => (child.pid === undefined ? reject(new Error('no pid')) : resolve(child.pid)));
  });
}

/**
 * Ends a process known by pid and start time: first asked, then forced together with its group. A reused pid is never touched.
 * Works for processes of a supervisor that is gone as well as for our own.
 */
export async function endProcess(identity: ProcessIdentity, how: Pick<ProcessSpec, 'stopSignal' | 'stopWithinMs'>): Promise<void> {
  if (!isRunning(identity)) return;
  signal(identity.pid, how.stopSignal);
  const gone = async () => !isRunning(identity);
  if (await comesTrue(gone, how.stopWithinMs, 50)) return;
  signal(-identity.pid, 'SIGKILL');
  await waitUntil(gone, { timeoutMs: 5000, what: `The end of process ${identity.pid}` });
}

/** A process (or group, negative) that ended meanwhile is what we wanted. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
