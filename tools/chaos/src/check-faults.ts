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

/** Kinds by what they hit: how often each took effect, of how often it was tried where that was not each time. */
export const faultTable = (injected: readonly Injected[], servers: readonly string[]): string[] => {
  const columnOf = ({ target }: Fault) => (servers.includes(target) ? target : serviceOf(target));
  const columns = [...new Set(injected.map(({ fault }) => columnOf(fault)))].sort((a, b) => Number(servers.includes(a)) - Number(servers.includes(b)) || a.localeCompare(b));
  const rows = [...grouped(injected, ({ fault }) => fault.kind)].sort(([a], [b]) => a.localeCompare(b)).map(([kind, ofKind]) => [kind, ...columns.map((column) => {
    const tried = ofKind.filter(({ fault }) => columnOf(fault) === column);
    const took = tried.filter(({ outcome }) => outcome.effect !== 'none').length;
    return tried.length === 0 ? '·' : took === tried.length ? String(took) : `${took}/${tried.length}`;
  })]);
  const table = [['took effect', ...columns], ...rows];
  const widths = ['', ...columns].map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table.map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '));
};
