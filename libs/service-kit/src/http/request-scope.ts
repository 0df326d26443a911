import { AsyncLocalStorage } from 'node:async_hooks';

/** What follows a request or an event through asynchronous code; read by the log. */
export interface Scope {
  readonly correlationId: string;
}

export const scope = new AsyncLocalStorage<Scope>();
