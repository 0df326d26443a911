export * from './client.js';
export { ConsistencyJar, LianbanApiError, UnreachableError } from './http.js';
export type { Answer, CallOptions, ClientOptions, Patience, ProblemDetails } from './http.js';
