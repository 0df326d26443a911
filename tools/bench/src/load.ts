import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface LoadOptions {
  readonly url: string;
  readonly token: string;
  /** JSON of every request; each has an Idempotency-Key of its own. */
  readonly body: string;
  readonly clients: number;
  /** Requests that begin in this time are not counted. */
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  /** How many answers of each status, those that are not counted among them. */
  readonly statuses: Readonly<Record<number, number>>;
  /** CPU of the callers' process. */
  readonly cpuSeconds: number;
}

/** POSTs from a process of its own. @throws Error when a connection breaks or an answer is not 2xx: a figure of refusals would say nothing */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const worker = fork(fileURLToPath(new URL('load-worker.js', import.meta.url)), { execArgv: [] });
  const result = await new Promise<LoadResult>((resolve, reject) => {
    worker.once('message', (message) => resolve(message as LoadResult));
    worker.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)));
    worker.send(options);
  });
  const refused = Object.entries(result.statuses).filter(([status]) => !status.startsWith('2'));
  if (refused.length > 0) throw new Error(`answers other than 2xx: ${refused.map(([status, count]) => `${count} × ${status}`).join(', ')}`);
  return result;
}
