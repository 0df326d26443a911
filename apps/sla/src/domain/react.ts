/**
 * The clock decider: compares the clocks a case should have with those its stream has, and returns the events that are missing.
 * Hit or missed is decided by the times of the events, never by when they became known: a breach happens at the due time, and a stop, an
 * extension or an end from before the due time that becomes known after the breach puts it right. Both stay in the stream.
 */
import type { Derivation } from '@lianban/contracts';
import { toMillis } from '@lianban/working-time';
import { evolve } from './case-clocks.js';
import type { Clock, ClockEvent, ClockIdentity, SlaState } from './case-clocks.js';
import type { SlaFacts } from './facts.js';
import { endOf } from './plan-clocks.js';
import type { ClockIdOf, ClockPlan } from './plan-clocks.js';
import { plansOf, scheduleClock } from './schedule-clock.js';
import type { ClockSchedule, Rules } from './schedule-clock.js';

export type { Rules } from './schedule-clock.js';

/** `occurredAt` is the time of what caused it, of a breach the due time; absent: that of whatever is being reacted to. */
export type NewClockEvent = ClockEvent & { readonly occurredAt?: string };

export const react = (state: SlaState, facts: SlaFacts, rules: Rules, ids: Ids): NewClockEvent[] =>
  plansOf(facts, rules, ids.clock).flatMap((plan) => {
    const planned = scheduleClock(plan, facts, rules);
    const known = state.clocks.find(({ clockId }) => clockId === plan.clockId);
    const events: NewClockEvent[] = known ? [] : [started(plan, planned)];
    let clock = after(known, events);
    const take = (more: readonly NewClockEvent[]) => {
      events.push(...more);
      clock = after(clock, more);
    };
    if (isRescheduled(clock, planned, plan)) {
      // Overdue when its case was merged, and not helped by the time that was: the breach stands, and with it what followed.
      const stillOverdue = isResumed(clock, plan) && clock.status === 'breached' && clock.dueAt === planned.dueAt;
      take([rescheduled(clock, plan, planned, facts)]);
      if (stillOverdue) take([breached(clock)]);
    }
    take(settle(clock, verdictOf(plan, clock.dueAt)));
    const raised = raisedWith(clock, plan, facts, ids);
    take(withdrawn(clock, raised));
    take(raised.filter(({ data }) => !clock.supervised.some(({ supervisionId }) => supervisionId === data.supervisionId)));
    return events;
  });

/** Ids follow from what they name, so that what is done again names the same. */
export interface Ids {
  readonly clock: ClockIdOf;
  readonly supervision: (clockId: string, step: string, dueAt: string) => string;
}

/**
 * What time alone brings about for the clocks of `clockIds` until `at`: warnings, breaches, closed windows, supervision; each at its own time.
 * The others of the case wait for their own timers: what was recorded late is given time to become complete.
 */
export const fire = (state: SlaState, facts: SlaFacts, rules: Rules, at: string, clockIds: readonly string[], ids: Ids): NewClockEvent[] =>
  plansOf(facts, rules, ids.clock).flatMap((plan) => {
    const clock = state.clocks.find(({ clockId }) => clockId === plan.clockId);
    if (!clock || !clockIds.includes(clock.clockId)) return [];
    return instantsOf(clock, scheduleClock(plan, facts, rules)).filter((instant) => toMillis(instant.at) < toMillis(at)).map((instant) => happened(clock, plan, instant, ids));
  });

export type Instant = { readonly purpose: 'warning' | 'breach' | 'lapse'; readonly at: string } | (Omit<ClockSchedule['supervision'][number], 'step'> & { readonly purpose: ClockSchedule['supervision'][number]['step'] });

/** What is still to come for a clock if nothing else happens, soonest first. */
const instantsOf = (clock: Clock, { supervision }: Pick<ClockSchedule, 'supervision'>): Instant[] => {
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

/** The next instant of each clock for which time alone can still bring something about. */
export const nextInstants = (state: SlaState, facts: SlaFacts, rules: Rules, clockIdOf: ClockIdOf): NextInstant[] =>
  plansOf(facts, rules, clockIdOf).flatMap((plan) => {
    const clock = state.clocks.find(({ clockId }) => clockId === plan.clockId);
    const [next] = clock ? instantsOf(clock, scheduleClock(plan, facts, rules)) : [];
    return clock && next ? [{ ...next, clock }] : [];
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

/** A window closes silently: who lets it pass is not late. */
const isWindow = ({ kind }: ClockIdentity): boolean => kind === 'return-window';

type Verdict =
  | { readonly status: 'running' }
  | { readonly status: 'met' | 'late'; readonly at: string }
  | { readonly status: 'cancelled'; readonly at: string; readonly reason: 'case-ended' | 'merged' | 'work-order-ended' };

/** A stop at the due instant is in time. A stop and an end at one instant is a stop: what ends a case may be what the clock waited for. */
export const verdictOf = ({ startedAt, stoppedAt, droppedAt, endedAt, endedBy }: ClockPlan, dueAt: string): Verdict => {
  const due = toMillis(dueAt);
  const end = endedAt !== null && (droppedAt === null || toMillis(endedAt) <= toMillis(droppedAt))
    ? { at: endedAt, reason: endedBy }
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
      if (isWindow(clock)) return clock.status === 'lapsed' ? [] : [lapsed(clock)];
      if (isBreached && clock.stoppedAt === verdict.at) return [];
      return [...(isBreached ? [] : [breached(clock)]), stopped(clock, verdict.at, 'late')];
    case 'cancelled':
      return clock.status === 'cancelled' ? [] : [{
        type: 'lianban.clock.cancelled.v2', data: { ...identityOf(clock), reason: verdict.reason }, occurredAt: verdict.at,
      }];
  }
};

/**
 * Whether what the clock was judged by has changed. A clock that has come to its end is judged anew only for a fact from before it
 * (a hold, an extension, a level), not for a calendar that was published since.
 */
const isRescheduled = (clock: Clock, planned: ClockSchedule, plan: ClockPlan): boolean => {
  // A life's round is known for certain only with its first order.
  if (isResumed(clock, plan) || clock.round !== plan.round) return true;
  const { derivation } = clock;
  const changed = factsIn(derivation) !== factsIn(planned.derivation);
  const isOpen = clock.status === 'running' || clock.status === 'held' || (clock.status === 'breached' && clock.stoppedAt === null && plan.stoppedAt === null);
  if (!isOpen || changed) return changed;
  // A review date far away matters only to a clock that still runs.
  const heldUntil = clock.status === 'breached' ? clock.heldUntil : planned.heldUntil;
  return clock.dueAt !== planned.dueAt || clock.provisional !== planned.provisional || clock.heldUntil !== heldUntil;
};

/** It had come to its end with the merging of its case, which has been undone. */
const isResumed = ({ status, stoppedAt }: Clock, plan: ClockPlan): boolean => endOf(plan) === Infinity && (status === 'cancelled' || stoppedAt !== null);

const started = (plan: ClockPlan, { dueAt, warnAt, provisional, derivation }: ClockSchedule): NewClockEvent => ({
  type: 'lianban.clock.started.v2', occurredAt: plan.startedAt,
  data: { ...identityOf(plan), startedAt: plan.startedAt, dueAt, warnAt: [...warnAt], provisional, derivation },
});

const rescheduled = (clock: Clock, { round }: ClockPlan, planned: ClockSchedule, facts: SlaFacts): NewClockEvent => {
  const { cause, at } = causeOf(clock, planned, facts);
  return {
    type: 'lianban.clock.rescheduled.v1',
    data: {
      ...identityOf(clock), round, status: planned.heldUntil === null ? 'running' : 'held', heldUntil: planned.heldUntil, previousDueAt: clock.dueAt, dueAt: planned.dueAt,
      warnAt: [...planned.warnAt], provisional: planned.provisional, cause, derivation: planned.derivation,
    },
    ...(at === undefined ? {} : { occurredAt: at }),
  };
};

type Cause = Extract<ClockEvent, { type: 'lianban.clock.rescheduled.v1' }>['data']['cause'];

/** What changed the due time, and when that happened. A calendar is published when it is published: its time is not in the facts. */
const causeOf = (clock: Clock, planned: ClockSchedule, { holds, extensions, reRatings, merges }: SlaFacts): { cause: Cause; at?: string | undefined } => {
  const [before, now] = [clock.derivation, planned.derivation];
  if (before.held.filter(isMerged).length !== now.held.filter(isMerged).length || clock.status === 'cancelled') return { cause: 'unmerged', at: latest(merges.flatMap(({ to }) => to ?? [])) };
  if (planned.heldUntil !== null && clock.heldUntil !== planned.heldUntil) return { cause: 'held', at: holds.findLast(({ resumedAt }) => resumedAt === null)?.from };
  if (clock.heldUntil !== null && planned.heldUntil === null) return { cause: 'resumed', at: latest(holds.flatMap(({ resumedAt }) => resumedAt ?? [])) };
  if (before.extensions.length !== now.extensions.length) {
    const known = new Set(before.extensions.map(({ extensionId }) => extensionId));
    return { cause: 'extended', at: latest(extensions.filter(({ extensionId }) => !known.has(extensionId)).map(({ at }) => at)) };
  }
  if (policyIn(before) !== policyIn(now)) {
    // Without a re-rating it is another unit that leads: of a clock with a share, too.
    const byUnit = reRatings.length === 0 || [...now.matched, ...before.matched].some(({ by }) => by === 'unit');
    return byUnit ? { cause: 'unit' } : { cause: 're-rated', at: latest(reRatings.map(({ at }) => at)) };
  }
  if (factsIn(before) !== factsIn(now)) return { cause: 'facts' };
  if (clock.dueAt === planned.dueAt && clock.provisional === planned.provisional) return { cause: 'facts' };
  return { cause: before.calendarUnit === now.calendarUnit ? 'calendar' : 'unit' };
};

const isMerged = ({ reason }: Derivation['held'][number]): boolean => reason === 'merged';
const latest = (instants: readonly string[]): string | undefined => [...instants].sort((a, b) => toMillis(a) - toMillis(b)).at(-1);
const policyIn = ({ policy, limit }: Derivation): string => `${policy.id} ${policy.effectiveFrom} ${limit.amount} ${limit.kind} ${limit.unit}`;
/** What of a derivation comes from facts of the case, and not from calendars. */
const factsIn = (derivation: Derivation): string =>
  [policyIn(derivation), ...derivation.extensions.map(({ extensionId }) => extensionId), ...derivation.held.map(({ from, to }) => `${from} ${to}`)].join();

type Supervised = NewClockEvent & { readonly type: 'lianban.supervision.raised.v1' };

/** Supervision that goes with a rework which was raised to a higher tier, in time or not. */
const raisedWith = (clock: Clock, { kind, round, holder }: ClockPlan, { raisedReworks }: SlaFacts, ids: Ids): Supervised[] =>
  raisedReworks.filter((raised) => kind === 'rework' && raised.round === round).map(({ at, toTier }) => ({
    type: 'lianban.supervision.raised.v1', occurredAt: at,
    data: {
      supervisionId: ids.supervision(clock.clockId, 'escalation', at), ...identityOf(clock), department: holder ?? clock.department,
      step: 'escalation', colour: 'red', dueAt: clock.dueAt, toTier,
    },
  }));

/** Supervision that followed a breach which does not stand any more. */
const withdrawn = (clock: Clock, standing: readonly Supervised[]): NewClockEvent[] =>
  (clock.status === 'breached' ? [] : clock.supervised.filter(({ supervisionId }) => !standing.some(({ data }) => data.supervisionId === supervisionId))).map(({ supervisionId, step }) => ({
    type: 'lianban.supervision.withdrawn.v1', data: { supervisionId, clockId: clock.clockId, department: clock.department, step, reason: 'corrected' },
  }));

const stopped = (clock: Clock, stoppedAt: string, outcome: 'met' | 'late'): NewClockEvent => ({
  type: 'lianban.clock.stopped.v2', data: { ...identityOf(clock), dueAt: clock.dueAt, stoppedAt, outcome }, occurredAt: stoppedAt,
});

const corrected = (clock: Clock, stoppedAt: string): NewClockEvent => ({
  type: 'lianban.clock.corrected.v2', data: { ...identityOf(clock), dueAt: clock.dueAt, stoppedAt }, occurredAt: stoppedAt,
});

const breached = (clock: Clock): NewClockEvent => ({
  type: 'lianban.clock.breached.v2', data: { ...identityOf(clock), dueAt: clock.dueAt }, occurredAt: clock.dueAt,
});

const lapsed = (clock: Clock): NewClockEvent => ({
  type: 'lianban.clock.lapsed.v1', data: { ...identityOf(clock), dueAt: clock.dueAt }, occurredAt: clock.dueAt,
});

const after = (clock: Clock | undefined, events: readonly NewClockEvent[]): Clock => {
  const result = events.reduce<SlaState>(evolve, { clocks: clock ? [clock] : [] }).clocks[0];
  if (!result) throw new RangeError('a clock begins with its start');
  return result;
};

const identityOf = ({ clockId, kind, round, milestone, workOrderId, department }: ClockIdentity): ClockIdentity => ({ clockId, kind, round, milestone, workOrderId, department });
