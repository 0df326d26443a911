/** What will happen to clocks by time alone, and when. Timers are set for this. */
import type { Clock, SlaState } from './case-clocks.js';
import { isWindow } from './clock-events.js';
import type { SlaFacts } from './facts.js';
import type { ClockIdOf } from './plan-clocks.js';
import { plansOf, scheduleClock } from './schedule-clock.js';
import type { ClockSchedule, Rules } from './schedule-clock.js';

export type Instant = { readonly purpose: 'warning' | 'breach' | 'lapse'; readonly at: string } | (Omit<ClockSchedule['supervision'][number], 'step'> & { readonly purpose: ClockSchedule['supervision'][number]['step'] });

/** What is still to come for a clock if nothing else happens, soonest first. */
export const instantsOf = (clock: Clock, { supervision }: Pick<ClockSchedule, 'supervision'>): Instant[] => {
  const isOpen = clock.status === 'running' || clock.status === 'held';
  if (!isOpen && (clock.status !== 'breached' || clock.stoppedAt !== null)) return [];
  const passing: Instant[] = !isOpen ? [] : [
    ...clock.warnAt.filter((at) => !clock.warned.includes(at)).map((at) => ({ purpose: 'warning' as const, at })),
    { purpose: isWindow(clock) ? 'lapse' : 'breach', at: clock.dueAt },
  ];
  const steps = supervision.filter(({ step }) => !clock.supervised.some((taken) => taken.step === step)).map(({ step, ...rest }) => ({ purpose: step, ...rest }));
  return [...passing, ...(isWindow(clock) ? [] : steps)];
};

export type NextInstant = Instant & { readonly clock: Clock };

/** The next instant of each clock to which time alone can still do something. */
export const nextInstants = (state: SlaState, facts: SlaFacts, rules: Rules, clockIdOf: ClockIdOf): NextInstant[] =>
  plansOf(facts, rules, clockIdOf).flatMap((plan) => {
    const clock = state.clocks.find(({ clockId }) => clockId === plan.clockId);
    const [next] = clock ? instantsOf(clock, scheduleClock(plan, facts, rules)) : [];
    return clock && next ? [{ ...next, clock }] : [];
  });
