import { createServer, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupProblem } from './startup-problem.js';

const host = '127.0.0.1';

/** A port nobody listens on right now; the caller binds it soon after, a lost race shows as "port busy". */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/**
 * Refuses a busy port before anything is started.
 * @param what what was to listen there, as a person would call it
 * @param variable the setting that moves it
 */
export async function requireFreePort(port: number, what: string, variable: string): Promise<void> {
  const problem = await problemOf(port);
  if (problem === undefined) return;
  const reason = problem === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${problem})`;
  throw new StartupProblem(`Port ${port}, meant for ${what}, ${reason}. Stop that program, or choose another port: ${variable}=${port + 1000} npm start`);
}

/** Whether one could listen on the port right now. */
export async function isFree(port: number): Promise<boolean> {
  return (await problemOf(port)) === undefined;
}

function problemOf(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** Whether something accepts connections at the address. */
export async function answers(port: number, at = host): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: at });
    const end = (result: boolean) => { socket.destroy(); resolve(result); };
    socket.setTimeout(2000, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Asks again and again. @returns whether it came true in time */
export async function comesTrue(check: () => Promise<boolean> | boolean, withinMs: number, everyMs = 100): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; !(await check()); await delay(everyMs)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}

/** Waits until `check` holds. `gaveUp` says early that waiting is in vain (the process has ended) and why. @throws StartupProblem when it does not in time */
export async function waitUntil(
  check: () => Promise<boolean>,
  { timeoutMs, what, everyMs, gaveUp }: { timeoutMs: number; what: string; everyMs?: number; gaveUp?: () => string | undefined },
): Promise<void> {
  const holds = async () => {
    if (await check()) return true;
    const reason = gaveUp?.();
    if (reason !== undefined) throw new StartupProblem(reason);
    return false;
  };
  if (!(await comesTrue(holds, timeoutMs, everyMs))) throw new StartupProblem(`${what} did not become ready within ${Math.round(timeoutMs / 1000)} s.`);
}
