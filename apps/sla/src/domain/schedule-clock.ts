/** When a clock is due by all that is known: policy, re-ratings, extensions, holds. A function of plan, facts and rules alone. */
import type { Derivation } from '@lianban/contracts';
import { dueInstant, schedule, toInstant, toMillis, workingDayMinutes } from '@lianban/working-time';
import type { CalendarBook, Interval, Limit, ScheduleQuestion, Share, WorkingCalendar } from '@lianban/working-time';
import type { SlaFacts } from './facts.js';
import { endOf, planClocks } from './plan-clocks.js';
import type { ClockIdOf, ClockPlan } from './plan-clocks.js';
import { chooseLimit, milestonesOf } from './policies.js';
import type { ChosenLimit, Policy, PolicyQuestion, SupervisionRule } from './policies.js';

export interface Rules {
  readonly policies: readonly Policy[];
  readonly calendars: CalendarBook;
  /** A territory and those above it, itself first. */
  readonly territoriesOf?: (territory: string) => readonly string[];
}

export interface ClockSchedule {
  readonly dueAt: string;
  readonly warnAt: readonly string[];
  readonly provisional: boolean;
  /** Review of the hold the clock stands still for; null when it runs. */
  readonly heldUntil: string | null;
  readonly derivation: Derivation;
  /** What follows a breach, soonest first, as long as the clock has not stopped. */
  readonly supervision: readonly (Pick<SupervisionRule, 'step' | 'colour' | 'toTier'> & { readonly at: string })[];
}

/** A hold stops those who work on the case; the first contact runs 7×24, and the call-back is not theirs. */
const isHeldByHolds = ({ kind }: ClockPlan): boolean => kind !== 'contact' && kind !== 'call-back';
/** A milestone keeps the level its life began with: which milestones a case has must not change while they run. */
const isReRated = ({ kind }: ClockPlan): boolean => kind === 'sign' || kind === 'lead' || kind === 'assist';

/** One event has its case's clocks asked for several times: to decide, to set timers, to tell people. What was reckoned for a plan stays with it. */
const scheduled = new WeakMap<ClockPlan, { readonly facts: SlaFacts; readonly rules: Rules; readonly schedule: ClockSchedule }>();

export const scheduleClock = (plan: ClockPlan, facts: SlaFacts, rules: Rules): ClockSchedule => {
  const known = scheduled.get(plan);
  if (known?.facts === facts && known.rules === rules) return known.schedule;
  const found = reckon(plan, facts, rules);
  scheduled.set(plan, { facts, rules, schedule: found });
  return found;
};

const reckon = (plan: ClockPlan, facts: SlaFacts, rules: Rules): ClockSchedule => {
  const calendarUnit = rules.calendars.ownerOf(plan.holder);
  const calendar = rules.calendars.for(calendarUnit);
  const holds = [...(isHeldByHolds(plan) ? holdsOf(plan, facts) : []), ...mergesOf(plan, facts)];
  let chosen = choose(plan, facts, rules, calendar, ratedAtStart(plan, facts));
  let extensions: Derivation['extensions'] = [];
  // In the order of time: what comes when the clock has stopped, or after the due time as it was then, changes nothing.
  for (const change of changesOf(plan, facts)) {
    const heldThen = holds.filter(({ from }) => toMillis(from) <= toMillis(change.at));
    if (toMillis(change.at) > toMillis(dueInstant(questionFor(plan, chosen, extensions, heldThen), calendar))) continue;
    if ('level' in change) chosen = choose(plan, facts, rules, calendar, { ...change, on: change.at });
    else if (change.by.kind === chosen.limit.kind) extensions = [...extensions, { extensionId: change.extensionId, by: change.by }];
  }
  const { dueAt, provisional, countedFrom, calendarVersion, holidays, makeUpDays } = schedule(questionFor(plan, chosen, extensions, holds), calendar);
  const held = holds.filter(({ from, to }) => toMillis(from) < toMillis(dueAt) && toMillis(to) > toMillis(plan.startedAt));
  const open = held.find(({ open: isOpen }) => isOpen);
  return {
    dueAt, provisional,
    heldUntil: endOf(plan) === Infinity && open ? open.to : null,
    warnAt: chosen.warnings.map((share) => dueInstant(questionFor(plan, chosen, extensions, holds, share), calendar)).filter((at) => toMillis(at) < toMillis(dueAt))
      .sort((a, b) => toMillis(a) - toMillis(b)),
    derivation: {
      policy: chosen.policy, matched: [...chosen.matched], calendarVersion, calendarUnit: calendarVersion === null ? null : calendarUnit, start: countedFrom, limit: chosen.limit, extensions,
      held: held.map(({ from, to, reason }) => ({ from, to, reason })), holidays: [...holidays], makeUpDays: [...makeUpDays], extensionCap: chosen.extensionCap,
    },
    supervision: supervisionOf(chosen, dueAt, calendar),
  };
};

const planned = new WeakMap<SlaFacts, { readonly rules: Rules; readonly clockIdOf: ClockIdOf; readonly plans: readonly ClockPlan[] }>();

/** The clocks of a case, its milestones by the policies included; the same plans as long as nothing has changed. */
export const plansOf = (facts: SlaFacts, rules: Rules, clockIdOf: ClockIdOf): readonly ClockPlan[] => {
  const known = planned.get(facts);
  if (known?.rules === rules && known.clockIdOf === clockIdOf) return known.plans;
  const plans = planClocks(facts, clockIdOf, (lead) => milestonesOf(rules.policies, questionOf({ ...lead, kind: 'milestone' }, facts, rules, ratedAtStart(lead, facts))));
  planned.set(facts, { rules, clockIdOf, plans });
  return plans;
};

/** Life 2 begins with the level the case had when it was opened again. */
const ratedAtStart = (plan: ClockPlan, facts: SlaFacts): Rated => {
  const rated = facts.reRatings.filter(({ at }) => toMillis(at) <= toMillis(plan.startedAt)).at(-1) ?? facts.accepted;
  return { level: rated?.level ?? null, greenChannel: rated?.greenChannel ?? false, on: plan.policyDay };
};

type Rated = Pick<ReRated, 'greenChannel' | 'on'> & { readonly level: ReRated['level'] | null };

const choose = (plan: ClockPlan, facts: SlaFacts, rules: Rules, calendar: WorkingCalendar, rated: Rated): ChosenLimit =>
  chooseLimit(rules.policies, questionOf(plan, facts, rules, rated), workingDayMinutes(plan.startedAt, calendar));

const questionOf = (plan: ClockPlan, facts: SlaFacts, rules: Rules, { level, greenChannel, on }: Rated): PolicyQuestion => ({
  clock: plan.kind, milestone: plan.milestone, round: plan.isRework ? 2 : 1,
  urgency: facts.registered?.urgency ?? 'normal', level, greenChannel, on,
  category: facts.accepted?.category ?? facts.registered?.category ?? null,
  territories: facts.registered ? rules.territoriesOf?.(facts.registered.territory) ?? [facts.registered.territory] : [],
  // A milestone is of the case: it must not come and go with the lead.
  unit: plan.kind === 'milestone' ? null : plan.holder, channel: facts.registered?.channel ?? null,
});

interface ReRated {
  readonly level: NonNullable<SlaFacts['accepted']>['level'];
  readonly greenChannel: boolean;
  readonly on: string;
}

/** Re-ratings and extensions that came while the clock ran, by time. */
const changesOf = (plan: ClockPlan, facts: SlaFacts) => {
  const ran = ({ at }: { at: string }) => toMillis(at) > toMillis(plan.startedAt) && toMillis(at) <= endOf(plan);
  return [
    ...(isReRated(plan) ? facts.reRatings : []),
    ...facts.extensions.filter(({ workOrderId }) => plan.extendedBy.includes(workOrderId)),
  ].filter(ran).sort((a, b) => toMillis(a.at) - toMillis(b.at));
};

type Held = Derivation['held'][number] & { readonly open: boolean };

/** The case wakes at the review date whether or not somebody has said so; a clock that has stopped is held no longer. */
const holdsOf = (plan: ClockPlan, facts: SlaFacts): Held[] =>
  facts.holds.filter(({ from }) => toMillis(from) < endOf(plan)).map(({ from, reviewAt, resumedAt, reason }) => ({
    from, reason, open: resumedAt === null, to: resumedAt !== null && toMillis(resumedAt) < toMillis(reviewAt) ? resumedAt : reviewAt,
  }));

/** While a case was merged nobody owed anything for it; every clock goes on afterwards with the time that was left. */
const mergesOf = (plan: ClockPlan, { merges }: SlaFacts): Held[] =>
  merges.flatMap(({ from, to }) => (to !== null && toMillis(from) < endOf(plan) ? [{ from, to, reason: 'merged' as const, open: false }] : []));

const questionFor = (
  { startedAt }: ClockPlan, { limit, startNextWorkingDay, toCloseOfLastDay }: ChosenLimit, extensions: Derivation['extensions'], held: readonly Interval[], share?: Share,
): ScheduleQuestion => ({ startedAt, limit, startNextWorkingDay, toCloseOfLastDay, extensions, held, share });

const supervisionOf = ({ supervision }: ChosenLimit, dueAt: string, calendar: WorkingCalendar): ClockSchedule['supervision'] => {
  const after = (from: string, by: Limit | null) => (by === null
    ? toInstant(calendar.openingNextDay(toMillis(from)))
    : dueInstant({ startedAt: from, limit: by }, calendar));
  let at = dueAt;
  return supervision.map(({ step, colour, toTier, after: by }) => ({ step, colour, toTier, at: (at = after(at, by)) }));
};
