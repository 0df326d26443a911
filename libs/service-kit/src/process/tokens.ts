/** Injection tokens of what every service has. `SQL` is the pool as a reader outside of transactions. */
export const CONFIG = Symbol('config');
export const LOG = Symbol('log');
export const POOL = Symbol('pool');
export const SQL = Symbol('sql');
export const EVENT_STORE = Symbol('event store');
export const SERVICE = Symbol('service name');
export const AWAIT_SEEN = Symbol('await seen');
