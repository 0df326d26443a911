import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkout } from './checkout.js';
import { signal } from './infrastructure/managed-process.js';
import { freePort, isFree } from './infrastructure/ports.js';
import { isRunning } from './infrastructure/process-identity.js';
import { issueToken } from './issuer/issuer.js';
import { readSettings } from './settings.js';
import type { StackMessage } from './start.js';
import { readState, type Addresses } from './supervisor/state-file.js';

export interface StackOptions {
  /** Made if missing. As root its parents must be enterable for the user `postgres` (mkdtemp's 0700 is not), else /var/tmp is used. */
  dataDir: string;
  /** 'free' lets it run beside another one. */
  ports: 'free' | 'default';
  /** Without the sample cases. */
  empty: boolean;
  /** Added to the environment of supervisor and services, e.g. TIMER_QUIET_SECONDS. */
  env?: Readonly<Record<string, string>>;
}

export interface Stack extends Addresses {
  token(persona: string, options?: { import?: boolean }): Promise<string>;
  /** Sends a signal to `gateway`, a service or a copy of it (`sla-2`), `kafka` (or `kafka-2`) or `postgres`; resolves when the process has ended (the supervisor then starts it again). */
  kill(name: string, with_: NodeJS.Signals): Promise<void>;
  /** Of the process of that name; undefined while it does not run. */
  pidOf(name: string): number | undefined;
  /** Whether a process of that name runs right now. */
  runs(name: string): boolean;
  /** The processes the supervisor has started: gateway, services, `kafka`, `postgres`. */
  processes(): readonly { readonly name: string; readonly pid: number }[];
  /** Everything down, in order; the data stay. */
  stop(): Promise<void>;
}

/**
 * Starts the whole system as `npm start` would, as a process of its own that ends with this one. Needs `npm run build` before.
 * @throws Error with the line a person would have seen
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const entry = join(checkout, 'tools', 'dist', 'start.js');
  if (!existsSync(entry)) throw new Error('startStack needs the built system: run `npm run build` first');
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const supervisor = fork(entry, options.empty ? ['--empty'] : [], {
    env: { ...process.env, NODE_OPTIONS: '', LIANBAN_DATA_DIR: dataDir, ...(options.ports === 'free' ? await freePorts(options.env) : {}), ...options.env },
    execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const printed: string[] = [];
  for (const stream of [supervisor.stdout, supervisor.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  await becameReady(supervisor, printed);

  const addresses = readState(dataDir)?.addresses;
  if (!addresses) throw new Error('the system is ready but has written no addresses');
  const recorded = (name: string) => readState(dataDir)?.processes.find((each) => each.name === name);
  return {
    ...addresses,
    token: (persona, wanted) => issueToken(dataDir, persona, wanted),
    pidOf: (name) => { const found = recorded(name); return found !== undefined && isRunning(found) ? found.pid : undefined; },
    runs: (name) => { const found = recorded(name); return found !== undefined && isRunning(found); },
    processes: () => readState(dataDir)?.processes ?? [],
    async kill(name, with_) {
      const target = recorded(name);
      if (!target || !isRunning(target)) throw new Error(`${name} does not run`);
      signal(target.pid, with_);
      while (isRunning(target)) await delay(20);
    },
    stop: () => ended(supervisor),
  };
}

function becameReady(supervisor: ChildProcess, printed: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    supervisor.once('exit', (code) => reject(new Error(`the supervisor ended (${code}):\n${printed.join('')}`)));
    supervisor.on('message', (message: StackMessage) => (message.kind === 'ready' ? resolve() : reject(new Error(message.problem))));
  });
}

async function ended(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  const exit = new Promise((resolve) => supervisor.once('exit', resolve));
  supervisor.kill('SIGTERM');
  await exit;
}

/** The services take consecutive ports, and so do their further copies. */
async function freePorts(env: StackOptions['env']): Promise<Record<string, string>> {
  const { copies: each, brokers } = readSettings({ LIANBAN_COPIES: env?.LIANBAN_COPIES, LIANBAN_BROKERS: env?.LIANBAN_BROKERS });
  const copies = Object.values(each);
  return {
    LIANBAN_PORT: String(await freePort()),
    LIANBAN_POSTGRES_PORT: String(await freePort()),
    LIANBAN_KAFKA_PORT: String(await freeRun(brokers)),
    LIANBAN_SERVICE_PORT_BASE: String(await freeRun(copies.length * Math.max(...copies))),
  };
}

/** The first of so many free ports in a row. */
export async function freeRun(length: number): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length }, (_, index) => isFree(base + index)));
    if (free.every(Boolean)) return base;
  }
}
