export * from './client.js';
export { ConsistencyJar, LianbanApiError, UnreachableError } from './http.js';
export type { Answer, CallOptions, ClientOptions, Patience, ProblemDetails } from './http.js';
export { personaOf, type CaseScript, type Persona, type Step } from './case-script.js';
export { playCase, StillWaitingError, type PlayContext, type Played } from './play-case.js';
