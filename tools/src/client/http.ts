import type { AppName, ProblemCode } from '@lianban/contracts';

export interface ProblemDetails {
  readonly type?: string;
  readonly title?: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: ProblemCode | 'unreadable-answer';
  readonly errors?: readonly { readonly field: string; readonly reason: string }[];
  readonly correlationId?: string;
}

/** An answer that is no success. Carries the problem details as the server sent them. */
export class LianbanApiError extends Error {
  override readonly name = 'LianbanApiError';
  constructor(readonly method: string, readonly path: string, readonly status: number, readonly problem: ProblemDetails) {
    const fields = problem.errors?.map((e) => `${e.field}: ${e.reason}`).join('; ');
    super(`${method} ${path} → ${status} ${problem.code}: ${fields || problem.detail || problem.title || 'no detail'}`);
  }
}

/** No answer at all, and no more patience. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly etag?: string;
  readonly headers: Headers;
}

/**
 * The consistency tokens of one piece of work, newest per service. Sent with every call that shares the jar, so a service that
 * has not yet seen the last command waits for it instead of refusing.
 */
export class ConsistencyJar {
  private readonly tokens = new Map<AppName, string>();
  keep(service: AppName, token: string): void {
    this.tokens.set(service, token);
  }
  /** Tokens of the other services; a service needs no reminder of its own writes. */
  forCallTo(service: AppName): string[] {
    return [...this.tokens].filter(([from]) => from !== service).map(([, token]) => token);
  }
}

export interface Patience {
  /** How long to go on trying a call that is safe to repeat. */
  readonly budgetMs: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}
export const defaultPatience: Patience = { budgetMs: 30_000, firstDelayMs: 100, maxDelayMs: 2_000 };

export interface CallOptions {
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

export interface Call extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly service: AppName;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

export interface ClientOptions {
  /** e.g. `http://127.0.0.1:8080`. */
  readonly gatewayUrl: string;
  /** Bearer token, or how to get a fresh one. */
  readonly token?: string | (() => Promise<string>);
  readonly jar?: ConsistencyJar;
  readonly patience?: Partial<Patience>;
  readonly fetch?: typeof fetch;
}

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const stop = () => { clearTimeout(timer); reject(signal?.reason as Error); };
    const timer = setTimeout(() => { signal?.removeEventListener('abort', stop); resolve(); }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });

const problemOf = (status: number, text: string): ProblemDetails => {
  try {
    const parsed = JSON.parse(text) as Partial<ProblemDetails>;
    if (typeof parsed.code === 'string') return { ...parsed, status, code: parsed.code };
  } catch { /* not JSON: fall through to the plain text */ }
  return { status, code: 'unreadable-answer', detail: text.slice(0, 500) };
};

/** 503 says "not now", which leaves open whether a command was done; 409 `concurrent-change` says "lost a race", and nothing was. */
const isTransient = (problem: ProblemDetails) =>
  problem.status === 503 || problem.status === 502 || problem.code === 'concurrent-change';

/** A call that is sent again must not do its work twice: reads, puts, and commands with an idempotency key. */
const isRepeatable = (call: Call) => call.method !== 'POST' || call.idempotencyKey !== undefined;

export type Send = <T>(call: Call) => Promise<Answer<T>>;

/** @throws LianbanApiError for an answer of 400 and above, UnreachableError when there was none within the budget. */
export const sender = (options: ClientOptions): Send => {
  const patience = { ...defaultPatience, ...options.patience };
  const doFetch = options.fetch ?? fetch;

  const once = async <T>(call: Call): Promise<Answer<T>> => {
    const url = new URL(call.path, options.gatewayUrl);
    for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    const headers = new Headers({ accept: call.accept ?? 'application/json' });
    const token = typeof options.token === 'function' ? await options.token() : options.token;
    if (token) headers.set('authorization', `Bearer ${token}`);
    if (call.body !== undefined) headers.set('content-type', 'application/json');
    if (call.idempotencyKey) headers.set('idempotency-key', call.idempotencyKey);
    if (call.ifMatch) headers.set('if-match', call.ifMatch);
    for (const kept of options.jar?.forCallTo(call.service) ?? []) headers.append('x-consistency-token', kept);
    const response = await doFetch(url, {
      method: call.method, headers, signal: call.signal, body: call.body === undefined ? undefined : JSON.stringify(call.body),
    });
    const text = await response.text();
    if (!response.ok) throw new LianbanApiError(call.method, call.path, response.status, problemOf(response.status, text));
    const consistency = response.headers.get('x-consistency-token');
    if (consistency) options.jar?.keep(call.service, consistency);
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as T, etag: response.headers.get('etag') ?? undefined, headers: response.headers };
  };

  return async <T>(call: Call): Promise<Answer<T>> => {
    const until = Date.now() + patience.budgetMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await once<T>(call);
      } catch (error) {
        call.signal?.throwIfAborted();
        const answered = error instanceof LianbanApiError;
        const wait = Math.min(patience.firstDelayMs * 2 ** attempt, patience.maxDelayMs) * (0.5 + Math.random() / 2);
        const mayRepeat = isRepeatable(call) && Date.now() + wait < until;
        if (answered && !(isTransient(error.problem) && mayRepeat)) throw error;
        if (!answered && !mayRepeat) throw new UnreachableError(`${call.method} ${call.path}: no answer from ${options.gatewayUrl}`, { cause: error });
        await pause(wait, call.signal);
      }
    }
  };
};
