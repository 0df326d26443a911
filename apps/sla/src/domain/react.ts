/**
 * The clock decider: compares the clocks a case should have with those its stream has, and returns the events that are missing.
 * Hit or missed is decided by the times of the events, never by when they became known: a breach happens at the due time, and a stop or an
 * end from before the due time that becomes known after the breach puts it right.
 */
import type { Derivation } from '@lianban/contracts';
import { dueDate, toMillis, workingDayMinutes } from '@lianban/working-time';
import type { WorkingCalendar } from '@lianban/working-time';
import { evolve } from './case-clocks.js';
import type { Clock, ClockEvent, ClockIdentity, SlaState } from './case-clocks.js';
import type { SlaFacts } from './facts.js';
import { planClocks } from './plan-clocks.js';
import type { ClockIdOf, ClockPlan } from './plan-clocks.js';
import { chooseLimit } from './policies.js';
import type { Policy } from './policies.js';

/** `occurredAt` is the time of what caused it; of a breach the due time. */
export type NewClockEvent = ClockEvent & { readonly occurredAt: string };

export interface Rules {
  readonly policies: readonly Policy[];
  readonly calendar: WorkingCalendar;
}

export const react = (state: SlaState, facts: SlaFacts, rules: Rules, clockIdOf: ClockIdOf): NewClockEvent[] =>
  planClocks(facts, clockIdOf).flatMap((plan) => {
    const known = state.clocks.find(({ clockId }) => clockId === plan.clockId);
    if (known) return settle(known, verdictOf(plan, known.dueAt, facts.endedAt));
    const started = start(plan, facts, rules);
    const clock = evolve({ clocks: [] }, started).clocks[0];
    return clock ? [started, ...settle(clock, verdictOf(plan, clock.dueAt, facts.endedAt))] : [started];
  });

/**
 * What the timers of `clockIds` do: each of these clocks that runs and whose due time has passed at `at` was breached at its due time.
 * The others of the case wait for their own timers: what was recorded late is given time to become complete.
 */
export const fire = (state: SlaState, at: string, clockIds: readonly string[]): NewClockEvent[] =>
  state.clocks.filter(({ clockId, status, dueAt }) => clockIds.includes(clockId) && status === 'running' && toMillis(dueAt) < toMillis(at)).map(breached);

type Verdict =
  | { readonly status: 'running' }
  | { readonly status: 'met' | 'late'; readonly at: string }
  | { readonly status: 'cancelled'; readonly at: string; readonly reason: 'case-ended' | 'work-order-ended' };

/** A stop at the due instant is in time. A stop and an end at one instant is a stop: what ends a case may be what the clock waited for. */
const verdictOf = ({ startedAt, stoppedAt, droppedAt }: ClockPlan, dueAt: string, endedAt: string | null): Verdict => {
  const due = toMillis(dueAt);
  const end = endedAt !== null && (droppedAt === null || toMillis(endedAt) <= toMillis(droppedAt))
    ? { at: endedAt, reason: 'case-ended' as const }
    : droppedAt === null ? null : { at: droppedAt, reason: 'work-order-ended' as const };
  if (stoppedAt !== null && (end === null || toMillis(stoppedAt) <= toMillis(end.at))) {
    return { status: toMillis(stoppedAt) <= due ? 'met' : 'late', at: stoppedAt };
  }
  if (end === null) return { status: 'running' };
  // Overdue when its case ended: the breach stays, and the clock stops with the case.
  if (toMillis(end.at) > due) return { status: 'late', at: end.at };
  // An order issued by someone who had not heard of the end yet: its clock is cancelled the moment it starts.
  return { status: 'cancelled', at: toMillis(end.at) < toMillis(startedAt) ? startedAt : end.at, reason: end.reason };
};

/** The events that take a clock from where its stream has it to the verdict. */
const settle = (clock: Clock, verdict: Verdict): NewClockEvent[] => {
  const isBreached = clock.status === 'breached';
  switch (verdict.status) {
    case 'running':
      return [];
    case 'met':
      if (clock.status === 'met' && clock.stoppedAt === verdict.at) return [];
      return isBreached ? [corrected(clock, verdict.at)] : [stopped(clock, verdict.at, 'met')];
    case 'late':
      if (isBreached && clock.stoppedAt === verdict.at) return [];
      return [...(isBreached ? [] : [breached(clock)]), stopped(clock, verdict.at, 'late')];
    case 'cancelled':
      return clock.status === 'cancelled' ? [] : [{
        type: 'lianban.clock.cancelled.v2', data: { ...identityOf(clock), reason: verdict.reason }, occurredAt: verdict.at,
      }];
  }
};

const start = (plan: ClockPlan, facts: SlaFacts, { policies, calendar }: Rules): NewClockEvent => {
  const { kind: clock, round, startedAt } = plan;
  const chosen = chooseLimit(policies, {
    clock, round,
    urgency: facts.registered?.urgency ?? 'normal',
    level: facts.accepted?.level ?? null,
    greenChannel: facts.accepted?.greenChannel ?? false,
    on: facts.registered?.at ?? startedAt,
  }, workingDayMinutes(startedAt, calendar));
  const { startNextWorkingDay, toCloseOfLastDay } = chosen;
  const { dueAt, provisional, derivation: how } = dueDate({ start: startedAt, ...chosen.limit, startNextWorkingDay, toCloseOfLastDay }, calendar);
  const derivation: Derivation = {
    policy: chosen.policy, ...how, matched: [], calendarUnit: null, extensions: [], held: [], holidays: [], makeUpDays: [], extensionCap: null,
  };
  return { type: 'lianban.clock.started.v2', data: { ...identityOf(plan), startedAt, dueAt, warnAt: [], provisional, derivation }, occurredAt: startedAt };
};

const stopped = (clock: Clock, stoppedAt: string, outcome: 'met' | 'late'): NewClockEvent => ({
  type: 'lianban.clock.stopped.v2', data: { ...identityOf(clock), dueAt: clock.dueAt, stoppedAt, outcome }, occurredAt: stoppedAt,
});

const corrected = (clock: Clock, stoppedAt: string): NewClockEvent => ({
  type: 'lianban.clock.corrected.v2', data: { ...identityOf(clock), dueAt: clock.dueAt, stoppedAt }, occurredAt: stoppedAt,
});

const breached = (clock: Clock): NewClockEvent => ({
  type: 'lianban.clock.breached.v2', data: { ...identityOf(clock), dueAt: clock.dueAt }, occurredAt: clock.dueAt,
});

const identityOf = ({ clockId, kind, round, milestone, workOrderId, department }: ClockIdentity): ClockIdentity => ({ clockId, kind, round, milestone, workOrderId, department });
