/** Adds up the time of many clocks by holder, so that each department answers for its own time (公平计时). */
import type { ClockKind } from '@lianban/contracts';
import type { TimeKind } from '@lianban/working-time';
import type { SlaState } from '../domain/case-clocks.js';
import { stripStates, timeByHolder } from '../domain/clock-strip.js';
import type { StripState } from '../domain/clock-strip.js';
import type { SlaFacts } from '../domain/facts.js';
import type { ClockIdOf } from '../domain/plan-clocks.js';
import { plansOf } from '../domain/schedule-clock.js';
import type { Rules } from '../domain/schedule-clock.js';

/** Minutes are of the clocks' own kind of time. `held` and `waiting-for-requester` don't count and are shown apart. */
export interface HolderSum {
  /** Null: no handling unit had the case. */
  readonly holder: string | null;
  readonly kind: ClockKind;
  readonly time: TimeKind;
  clocks: number;
  readonly minutes: Record<StripState, number>;
  /** Counted and disputed minutes after the due time. */
  overdueMinutes: number;
}

/** Adds the clocks of a case to `sums`, by holder, kind of clock and kind of time; open ones up to `at`. Changes `sums`. */
export const addCase = (sums: Map<string, HolderSum>, { clocks }: SlaState, facts: SlaFacts, rules: Rules, at: string, clockIdOf: ClockIdOf): void => {
  const plans = new Map(plansOf(facts, rules, clockIdOf).map((plan) => [plan.clockId, plan]));
  for (const clock of clocks) {
    const plan = plans.get(clock.clockId);
    // A return window has no holder, so its time is nobody's.
    if (!plan || clock.kind === 'return-window') continue;
    const time = clock.derivation.limit.kind;
    for (const { holder, minutes, overdueMinutes } of timeByHolder(clock, plan, facts, rules.calendars.for(clock.derivation.calendarUnit), at)) {
      const key = `${clock.kind} ${time} ${holder ?? ''}`;
      const sum = sums.get(key) ?? { holder, kind: clock.kind, time, clocks: 0, minutes: { 'counted': 0, 'in-dispute': 0, 'waiting-for-requester': 0, 'held': 0 }, overdueMinutes: 0 };
      sums.set(key, sum);
      sum.clocks += 1;
      sum.overdueMinutes += overdueMinutes;
      for (const state of stripStates) sum.minutes[state] += minutes[state];
    }
  }
};
