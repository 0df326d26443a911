/**
 * Decides about clocks: compares the clocks a case should have with those in its stream, and returns the missing events. Whether a clock is met or missed follows
 * from the times of the events, never from when they became known. A breach happens at the due time. If a stop, an extension or an end from before the due time
 * becomes known later, it undoes the breach. Both stay in the stream.
 */
import type { Derivation } from '@lianban/contracts';
import { toMillis } from '@lianban/working-time';
import { evolve } from './case-clocks.js';
import type { Clock, ClockEvent, SlaState } from './case-clocks.js';
import { breached, corrected, identityOf, isWindow, lapsed, started, stopped } from './clock-events.js';
import type { NewClockEvent } from './clock-events.js';
import type { SlaFacts } from './facts.js';
import { endOf } from './plan-clocks.js';
import type { ClockIdOf, ClockPlan } from './plan-clocks.js';
import { plansOf, scheduleClock } from './schedule-clock.js';
import type { ClockSchedule, Rules } from './schedule-clock.js';

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
      // Overdue when its case was merged, and still overdue with the merged time taken off. So the breach stands, and its supervision too.
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

/** Ids are made from what they name. So a reaction that runs again makes the same ids. */
export interface Ids {
  readonly clock: ClockIdOf;
  readonly supervision: (clockId: string, step: string, dueAt: string) => string;
}

type Verdict =
  | { readonly status: 'running' }
  | { readonly status: 'met' | 'late'; readonly at: string }
  | { readonly status: 'cancelled'; readonly at: string; readonly reason: 'case-ended' | 'merged' | 'work-order-ended' };

/**
 * A stop at the due instant is in time. If a stop and an end have the same instant, the stop counts, since the event that ends the case may be what the clock waited
 * for.
 */
export const verdictOf = ({ startedAt, stoppedAt, droppedAt, endedAt, endedBy }: ClockPlan, dueAt: string): Verdict => {
  const due = toMillis(dueAt);
  const end = endedAt !== null && (droppedAt === null || toMillis(endedAt) <= toMillis(droppedAt))
    ? { at: endedAt, reason: endedBy }
    : droppedAt === null ? null : { at: droppedAt, reason: 'work-order-ended' as const };
  if (stoppedAt !== null && (end === null || toMillis(stoppedAt) <= toMillis(end.at))) {
    return { status: toMillis(stoppedAt) <= due ? 'met' : 'late', at: stoppedAt };
  }
  if (end === null) return { status: 'running' };
  // It was overdue when its case ended. The breach stays, and the clock stops with the case.
  if (toMillis(end.at) > due) return { status: 'late', at: end.at };
  // The order was issued by someone who did not know of the end yet. Its clock is cancelled at its start.
  return { status: 'cancelled', at: toMillis(end.at) < toMillis(startedAt) ? startedAt : end.at, reason: end.reason };
};

/** The events that bring a clock from its present status to the verdict. */
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
 * Whether the clock must be scheduled again. A clock that has ended is judged again only for a fact from before its end (a hold, an extension, a level), not for a
 * newer calendar.
 */
const isRescheduled = (clock: Clock, planned: ClockSchedule, plan: ClockPlan): boolean => {
  // The round of a life is certain only with its first order.
  if (isResumed(clock, plan) || clock.round !== plan.round) return true;
  const { derivation } = clock;
  const changed = factsIn(derivation) !== factsIn(planned.derivation);
  const isOpen = clock.status === 'running' || clock.status === 'held' || (clock.status === 'breached' && clock.stoppedAt === null && plan.stoppedAt === null);
  if (!isOpen || changed) return changed;
  // A later hold changes nothing for a clock that is already breached, so its `heldUntil` is not compared.
  const heldUntil = clock.status === 'breached' ? clock.heldUntil : planned.heldUntil;
  return clock.dueAt !== planned.dueAt || clock.provisional !== planned.provisional || clock.heldUntil !== heldUntil;
};

/** Whether the clock had ended because its case was merged, and the merge has been undone. */
const isResumed = ({ status, stoppedAt }: Clock, plan: ClockPlan): boolean => endOf(plan) === Infinity && (status === 'cancelled' || stoppedAt !== null);

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

/** What changed the due time, and when. For a calendar the time is unknown, since it is not among the facts. */
const causeOf = (clock: Clock, planned: ClockSchedule, { holds, questions, extensions, reRatings, merges }: SlaFacts): { cause: Cause; at?: string | undefined } => {
  const [before, now] = [clock.derivation, planned.derivation];
  if (before.held.filter(isMerged).length !== now.held.filter(isMerged).length || clock.status === 'cancelled') return { cause: 'unmerged', at: latest(merges.flatMap(({ to }) => to ?? [])) };
  if (planned.heldUntil !== null && clock.heldUntil !== planned.heldUntil) return { cause: 'held', at: latest([...holds.filter(({ resumedAt }) => resumedAt === null), ...questions.filter(({ settledAt }) => settledAt === null)].map(({ from }) => from)) };
  if (clock.heldUntil !== null && planned.heldUntil === null) return { cause: 'resumed', at: latest([...holds.flatMap(({ resumedAt }) => resumedAt ?? []), ...questions.flatMap(({ settledAt }) => settledAt ?? [])]) };
  if (before.extensions.length !== now.extensions.length) {
    const known = new Set(before.extensions.map(({ extensionId }) => extensionId));
    return { cause: 'extended', at: latest(extensions.filter(({ extensionId }) => !known.has(extensionId)).map(({ at }) => at)) };
  }
  if (policyIn(before) !== policyIn(now)) {
    // Without a re-rating, the unit must have changed. A clock with a share changes with the lead's unit too.
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

/** The parts of a derivation that come from facts of the case, not from calendars. */
const factsIn = (derivation: Derivation): string =>
  [policyIn(derivation), ...derivation.extensions.map(({ extensionId }) => extensionId), ...derivation.held.map(({ from, to }) => `${from} ${to}`)].join();

type Supervised = NewClockEvent & { readonly type: 'lianban.supervision.raised.v1' };

/** Supervision of a rework that raised the case to a higher tier. It comes at once, in time or not. */
const raisedWith = (clock: Clock, { kind, round, holder }: ClockPlan, { raisedReworks }: SlaFacts, ids: Ids): Supervised[] =>
  raisedReworks.filter((raised) => kind === 'rework' && raised.round === round).map(({ at, toTier }) => ({
    type: 'lianban.supervision.raised.v1', occurredAt: at,
    data: {
      supervisionId: ids.supervision(clock.clockId, 'escalation', at), ...identityOf(clock), department: holder ?? clock.department,
      step: 'escalation', colour: 'red', dueAt: clock.dueAt, toTier,
    },
  }));

/** Withdraws the supervision of a breach that no longer stands. */
const withdrawn = (clock: Clock, standing: readonly Supervised[]): NewClockEvent[] =>
  (clock.status === 'breached' ? [] : clock.supervised.filter(({ supervisionId }) => !standing.some(({ data }) => data.supervisionId === supervisionId))).map(({ supervisionId, step }) => ({
    type: 'lianban.supervision.withdrawn.v1', data: { supervisionId, clockId: clock.clockId, department: clock.department, step, reason: 'corrected' },
  }));

const after = (clock: Clock | undefined, events: readonly NewClockEvent[]): Clock => {
  const result = events.reduce<SlaState>(evolve, { clocks: clock ? [clock] : [] }).clocks[0];
  if (!result) throw new RangeError('a clock begins with its start');
  return result;
};
