/** Whether the faults of a run were any: one that hits nothing proves nothing. */
import { grouped, type Violation } from './history.js';
import { serviceOf, type Fault } from './plan-faults.js';

/** `broke`: it hit, and the system did not cope. */
export interface Outcome { readonly effect: 'took' | 'none' | 'broke'; readonly did: string }
export interface Injected { readonly fault: Fault; readonly outcome: Outcome }

/** Now and then one finds nothing to hit, since others are on; but not all of a kind. */
export const checkFaults = (injected: readonly Injected[]): Violation[] => [
  ...injected.filter(({ outcome }) => outcome.effect === 'broke').map(({ fault, outcome }) =>
    ({ check: 'the system copes with each fault', caseId: '-', detail: `${fault.kind} ${fault.target} at ${(fault.at / 1000).toFixed(1)} s: ${outcome.did}` })),
  ...[...grouped(injected, ({ fault }) => fault.kind)].filter(([, ofKind]) => ofKind.every(({ outcome }) => outcome.effect === 'none')).map(([kind, ofKind]) =>
    ({ check: 'every kind of fault takes effect', caseId: '-', detail: `${kind}: none of ${ofKind.length}; ${ofKind.at(-1)?.outcome.did}` })),
];

/** Of each kind and what it hit, copies together: how many took effect of how many. */
export const faultTable = (injected: readonly Injected[], servers: readonly string[]): Record<string, Record<string, string>> =>
  Object.fromEntries([...grouped(injected, ({ fault }) => fault.kind)].map(([kind, ofKind]) => [kind, Object.fromEntries(
    [...grouped(ofKind, ({ fault: { target } }) => (servers.includes(target) ? target : serviceOf(target)))].map(([target, tried]) => [target, `${tried.filter(({ outcome }) => outcome.effect !== 'none').length}/${tried.length}`]))]));
