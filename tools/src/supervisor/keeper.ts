import { endProcess, launch, type ManagedProcess, type ProcessSpec } from '../infrastructure/managed-process.js';
import type { RecordedProcess, Stage } from './state-file.js';

/** The first restart comes soon; a process that keeps dying is tried at least every 10 s. */
export const firstDelayMs = 500;
export const longestDelayMs = 10_000;
/** One that ran this long before it died starts again with the first delay. */
const settledAfterMs = 30_000;

/** Pause before the n-th restart in a row (from 0). */
export function restartDelay(restarts: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** restarts);
}

export interface KeeperEvents {
  /** A process was started; its identity must reach the disk. */
  started: () => void;
  say: (line: string) => void;
}

/** Keeps one process running: starts it again, with growing pauses, whenever it ends by itself. */
export class Keeper {
  #current: Promise<ManagedProcess> | undefined;
  #running: ManagedProcess | undefined;
  #restarts = 0;
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly spec: ProcessSpec, readonly stage: Stage, private readonly events: KeeperEvents) {}

  async start(): Promise<void> {
    await this.#launch();
  }

  /** Of the running process; undefined between an end and the next start. */
  get recorded(): RecordedProcess | undefined {
    if (!this.#running || this.#running.hasExited()) return undefined;
    const { name, stopSignal, stopWithinMs } = this.spec;
    return { ...this.#running.identity, name, stopSignal, stopWithinMs, stage: this.stage };
  }

  /** How often it had to be started again since it last ran for a while. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Ends it and does not start it again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const running = await this.#current?.catch(() => undefined);
    if (running) await endProcess(running.identity, this.spec);
  }

  async #launch(): Promise<void> {
    if (this.#stopping) return;
    const launchedAt = Date.now();
    this.#current = launch(this.spec);
    const running = this.#running = await this.#current;
    this.events.started();
    void running.exited.then(({ code, signal }) => {
      if (this.#stopping) return;
      if (Date.now() - launchedAt > settledAfterMs) this.#restarts = 0;
      const delay = restartDelay(this.#restarts++);
      this.events.say(`${this.spec.name} ended (${signal ?? `exit code ${code}`}), starting it again in ${delay / 1000} s. Its log: ${this.spec.logFile}`);
      this.#again(delay);
    });
  }

  #again(delay: number): void {
    this.#timer = setTimeout(() => {
      this.#launch().catch((error: unknown) => {
        const next = restartDelay(this.#restarts++);
        this.events.say(`${this.spec.name} could not be started (${String(error)}), next try in ${next / 1000} s`);
        this.#again(next);
      });
    }, delay);
  }
}
