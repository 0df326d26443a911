/** Shows how clocks would have ended under other policies. Judges every case from its facts, once by the present rules and once by the others. Changes nothing. */
import { toMillis } from '@lianban/working-time';
import type { ClockKind } from '@lianban/contracts';
import type { SlaFacts } from '../domain/facts.js';
import type { ClockIdOf } from '../domain/plan-clocks.js';
import { verdictOf } from '../domain/react.js';
import { plansOf, scheduleClock } from '../domain/schedule-clock.js';
import type { Rules } from '../domain/schedule-clock.js';

export const judgements = ['met', 'breached', 'open', 'cancelled'] as const;
export type Judgement = (typeof judgements)[number];

interface Judged {
  readonly kind: ClockKind;
  readonly milestone: string | null;
  readonly department: string | null;
  readonly dueAt: string;
  readonly judgement: Judgement;
}

/** Counts of one kind of clock; milestones are counted by name. */
export interface ClockTally {
  readonly kind: ClockKind;
  readonly milestone: string | null;
  readonly now: Record<Judgement, number>;
  readonly then: Record<Judgement, number>;
  newlyBreached: number;
  noLongerBreached: number;
}

/** Counts of the department that now holds the clock. */
export interface DepartmentTally {
  readonly department: string | null;
  newlyBreached: number;
  noLongerBreached: number;
}

export interface ChangedClock {
  readonly caseId: string;
  readonly kind: ClockKind;
  readonly milestone: string | null;
  readonly department: string | null;
  /** Null: these rules give no such clock. */
  readonly now: { readonly dueAt: string; readonly judgement: Judgement } | null;
  readonly then: { readonly dueAt: string; readonly judgement: Judgement } | null;
}

export interface WhatIf {
  cases: number;
  readonly clocks: ClockTally[];
  readonly departments: DepartmentTally[];
  /** The first clocks whose judgement differs. */
  readonly examples: ChangedClock[];
}

export const emptyWhatIf = (): WhatIf => ({ cases: 0, clocks: [], departments: [], examples: [] });
const mostExamples = 20;

export interface Comparison {
  readonly now: Rules;
  readonly then: Rules;
  /** The time of the comparison. A clock that has not stopped and is due later is open. */
  readonly at: string;
}

/** Adds a case to `result`, which it changes. */
export const compareCase = (result: WhatIf, { caseId, facts }: { readonly caseId: string; readonly facts: SlaFacts }, { now, then, at }: Comparison, clockIdOf: ClockIdOf): void => {
  result.cases += 1;
  const [asIs, asIf] = [judge(facts, now, at, clockIdOf), judge(facts, then, at, clockIdOf)];
  for (const clockId of new Set([...asIs.keys(), ...asIf.keys()])) {
    const [before, after] = [asIs.get(clockId), asIf.get(clockId)];
    const { kind, milestone, department } = (before ?? after) as Judged;
    const tally = oneOf(result.clocks, (one) => one.kind === kind && one.milestone === milestone, () => ({ kind, milestone, now: noCounts(), then: noCounts(), newlyBreached: 0, noLongerBreached: 0 }));
    if (before) tally.now[before.judgement] += 1;
    if (after) tally.then[after.judgement] += 1;
    const [was, is] = [before?.judgement === 'breached', after?.judgement === 'breached'];
    if (was !== is) {
      const what = is ? 'newlyBreached' : 'noLongerBreached';
      tally[what] += 1;
      oneOf(result.departments, (one) => one.department === department, () => ({ department, newlyBreached: 0, noLongerBreached: 0 }))[what] += 1;
    }
    if (before?.judgement !== after?.judgement && result.examples.length < mostExamples) result.examples.push({ caseId, kind, milestone, department, now: outcome(before), then: outcome(after) });
  }
};

/** Return windows are left out: when one closes, nobody is late. */
const judge = (facts: SlaFacts, rules: Rules, at: string, clockIdOf: ClockIdOf): Map<string, Judged> =>
  new Map(plansOf(facts, rules, clockIdOf).filter(({ kind }) => kind !== 'return-window').map((plan) => {
    const { dueAt } = scheduleClock(plan, facts, rules);
    const { status } = verdictOf(plan, dueAt);
    const judgement = status === 'late' ? 'breached' : status !== 'running' ? status : toMillis(dueAt) < toMillis(at) ? 'breached' : 'open';
    return [plan.clockId, { kind: plan.kind, milestone: plan.milestone, department: plan.holder, dueAt, judgement }];
  }));

const noCounts = (): Record<Judgement, number> => ({ met: 0, breached: 0, open: 0, cancelled: 0 });
const outcome = (judged: Judged | undefined) => (judged ? { dueAt: judged.dueAt, judgement: judged.judgement } : null);

const oneOf = <T>(list: T[], fits: (one: T) => boolean, make: () => T): T => {
  const known = list.find(fits) ?? make();
  if (!list.includes(known)) list.push(known);
  return known;
};
