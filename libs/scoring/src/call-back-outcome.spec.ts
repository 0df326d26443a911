import { describe, expect, it } from '@jest/globals';
import { decide, isDissatisfied, isResolved, isSatisfied } from './call-back-outcome.js';
import type { CallBackDecision, CallBackOutcome } from './call-back-outcome.js';

const reached = { reached: true, resolved: null, satisfaction: null, unitAtFault: null };
const unreached = { reached: false, resolved: null, satisfaction: null, unitAtFault: null };

const table: [what: string, outcome: CallBackOutcome, decision: CallBackDecision, satisfied: boolean][] = [
  ['resolved and very satisfied', { ...reached, resolved: true, satisfaction: 5 }, 'close', true],
  ['resolved and satisfied', { ...reached, resolved: true, satisfaction: 4 }, 'close', true],
  ['resolved and neither nor', { ...reached, resolved: true, satisfaction: 3, unitAtFault: true }, 'close', false],
  ['dissatisfied through the unit’s fault', { ...reached, resolved: true, satisfaction: 2, unitAtFault: true }, 'rework', false],
  ['very dissatisfied through the unit’s fault', { ...reached, resolved: true, satisfaction: 1, unitAtFault: true }, 'rework', false],
  ['dissatisfied with a policy, not the unit', { ...reached, resolved: true, satisfaction: 1, unitAtFault: false }, 'close', false],
  ['dissatisfied, fault not judged', { ...reached, resolved: true, satisfaction: 1 }, 'close', false],
  ['unresolved', { ...reached, resolved: false, satisfaction: 1 }, 'rework', false],
  ['unresolved yet satisfied with the effort', { ...reached, resolved: false, satisfaction: 5 }, 'rework', true],
  ['reached, nothing said', reached, 'close', false],
  ['unreachable', unreached, 'close', false],
  // Refused by satisfaction's decider; the meaning stays safe even if a foreign record carries it.
  ['unreachable with figures all the same', { ...unreached, resolved: false, satisfaction: 5, unitAtFault: true }, 'close', false],
];

describe('a call-back outcome', () => {
  it.each(table)('%s', (_what, outcome, decision, satisfied) => {
    expect(decide(outcome)).toBe(decision);
    expect(isSatisfied(outcome)).toBe(satisfied);
    if (satisfied) expect(isDissatisfied(outcome)).toBe(false);
    if (isResolved(outcome)) expect(outcome.reached).toBe(true);
  });
});
