import { toMillis } from '@lianban/working-time';
import type { Clock, SlaState } from '../domain/case-clocks.js';
import { breached, identityOf, lapsed } from '../domain/clock-events.js';
import type { NewClockEvent } from '../domain/clock-events.js';
import type { SlaFacts } from '../domain/facts.js';
import { instantsOf } from '../domain/next-instants.js';
import type { Instant } from '../domain/next-instants.js';
import type { ClockPlan } from '../domain/plan-clocks.js';
import type { Ids } from '../domain/react.js';
import { plansOf, scheduleClock } from '../domain/schedule-clock.js';
import type { Rules } from '../domain/schedule-clock.js';

/**
 * What time alone does to the clocks of `clockIds` until `at`: warnings, breaches, closed windows and supervision, each with its own time. Other clocks of the case
 * wait for their own timers, so that entries made late have time to arrive.
 */
export const fire = (state: SlaState, facts: SlaFacts, rules: Rules, at: string, clockIds: readonly string[], ids: Ids): NewClockEvent[] =>
  plansOf(facts, rules, ids.clock).flatMap((plan) => {
    const clock = state.clocks.find(({ clockId }) => clockId === plan.clockId);
    if (!clock || !clockIds.includes(clock.clockId)) return [];
    return instantsOf(clock, scheduleClock(plan, facts, rules)).filter((instant) => toMillis(instant.at) < toMillis(at)).map((instant) => happened(clock, plan, instant, ids));
  });

const happened = (clock: Clock, plan: ClockPlan, instant: Instant, ids: Ids): NewClockEvent => {
  switch (instant.purpose) {
    case 'warning': return { type: 'lianban.clock.warned.v1', data: { ...identityOf(clock), dueAt: clock.dueAt, warnedAt: instant.at }, occurredAt: instant.at };
    case 'breach': return breached(clock);
    case 'lapse': return lapsed(clock);
    case 'reminder':
    case 'criticism':
    case 'escalation':
      return {
        type: 'lianban.supervision.raised.v1', occurredAt: instant.at,
        data: {
          supervisionId: ids.supervision(clock.clockId, instant.purpose, clock.dueAt), ...identityOf(clock), department: plan.holder ?? clock.department,
          step: instant.purpose, colour: instant.colour, dueAt: clock.dueAt, toTier: instant.toTier,
        },
      };
    default:
      return instant satisfies never;
  }
};
