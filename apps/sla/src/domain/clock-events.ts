/** Makes the events of clocks. Each has the time of what caused it. */
import type { Clock, ClockEvent, ClockIdentity } from './case-clocks.js';
import type { ClockPlan } from './plan-clocks.js';
import type { ClockSchedule } from './schedule-clock.js';

/** `occurredAt` is the time of the cause; for a breach it is the due time. If absent, the event that is being reacted to gives the time. */
export type NewClockEvent = ClockEvent & { readonly occurredAt?: string };

/** When a return window closes, nobody is late. So it lapses and never breaches. */
export const isWindow = ({ kind }: ClockIdentity): boolean => kind === 'return-window';

export const started = (plan: ClockPlan, { dueAt, warnAt, provisional, derivation }: ClockSchedule): NewClockEvent => ({
  type: 'lianban.clock.started.v2', occurredAt: plan.startedAt,
  data: { ...identityOf(plan), startedAt: plan.startedAt, dueAt, warnAt: [...warnAt], provisional, derivation },
});

export const stopped = (clock: Clock, stoppedAt: string, outcome: 'met' | 'late'): NewClockEvent => ({
  type: 'lianban.clock.stopped.v2', data: { ...identityOf(clock), dueAt: clock.dueAt, stoppedAt, outcome }, occurredAt: stoppedAt,
});

export const corrected = (clock: Clock, stoppedAt: string): NewClockEvent => ({
  type: 'lianban.clock.corrected.v2', data: { ...identityOf(clock), dueAt: clock.dueAt, stoppedAt }, occurredAt: stoppedAt,
});

export const breached = (clock: Clock): NewClockEvent => ({
  type: 'lianban.clock.breached.v2', data: { ...identityOf(clock), dueAt: clock.dueAt }, occurredAt: clock.dueAt,
});

export const lapsed = (clock: Clock): NewClockEvent => ({
  type: 'lianban.clock.lapsed.v1', data: { ...identityOf(clock), dueAt: clock.dueAt }, occurredAt: clock.dueAt,
});

export const identityOf = ({ clockId, kind, round, milestone, workOrderId, department }: ClockIdentity): ClockIdentity => ({ clockId, kind, round, milestone, workOrderId, department });
