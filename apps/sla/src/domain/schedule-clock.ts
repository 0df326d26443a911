/** Computes when a clock is due, from its plan, the facts (re-ratings, extensions, holds) and the rules. */
import type { DemandKind, Derivation } from '@lianban/contracts';
import { dueInstant, minutesUntil, toInstant, toMillis, workingDayMinutes } from '@lianban/working-time';
import type { CalendarBook, Interval, Limit, ScheduleQuestion, Share, WorkingCalendar } from '@lianban/working-time';
import { counted, countedDue, whileCounted } from './countable.js';
import type { SlaFacts } from './facts.js';
import { endOf, planClocks } from './plan-clocks.js';
import type { ClockIdOf, ClockPlan } from './plan-clocks.js';
import { chooseLimit, isAnswered, milestonesOf } from './policies.js';
import type { ChosenLimit, Policy, PolicyQuestion, SupervisionRule } from './policies.js';
import { shippedPolicies } from './shipped-policies.js';

export interface Rules {
  readonly policies: readonly Policy[];
  readonly calendars: CalendarBook;
  /** The territory and those above it, the territory itself first. Absent: only the territory itself is known. */
  readonly territoriesOf?: (territory: string) => readonly string[];
}

export interface ClockSchedule {
  readonly dueAt: string;
  readonly warnAt: readonly string[];
  readonly provisional: boolean;
  /** Review of the hold that stops the clock now; null if no hold does. */
  readonly heldUntil: string | null;
  readonly derivation: Derivation;
  /** Steps of supervision after a breach, soonest first, for as long as the clock has not stopped. */
  readonly supervision: readonly (Pick<SupervisionRule, 'step' | 'colour' | 'toTier'> & { readonly at: string })[];
  /** The limit at the start, then the one after each re-rating. */
  readonly limits: readonly [LimitInForce, ...LimitInForce[]];
}

interface LimitInForce {
  /** The limit counts from this time on. */
  readonly at: string;
  readonly limit: Limit;
  /** When the limit is used up, without extensions. */
  readonly usedUpAt: () => string;
}

/** A hold stops the clocks of those who work on the case. The first contact runs 7×24, and the call-back is made by others. */
const isHeldByHolds = ({ kind }: ClockPlan): boolean => kind !== 'contact' && kind !== 'call-back';
/** A milestone keeps the level with which its life began. Else a case could gain or lose milestones while they run. */
const isReRated = ({ kind }: ClockPlan): boolean => kind === 'sign' || kind === 'lead' || kind === 'assist';

/** Deciding, setting timers and telling people all ask for the same schedules. So a schedule is kept with its plan. */
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
  const holds = [...(isHeldByHolds(plan) ? [...holdsOf(plan, facts), ...questionsOf(plan, facts)] : []), ...mergesOf(plan, facts)];
  const choice = (rated: Rated, at: string): Choice => ({ at, chosen: choose({ plan, facts, rules, calendar, holds }, rated, at) });
  const inForce = ({ at, chosen: then }: Choice): LimitInForce => ({ at, limit: then.limit, usedUpAt: () => countedDue(questionFor(plan, then, [], holds), calendar) });
  const choices: [Choice, ...Choice[]] = [choice(ratedAtStart(plan, facts), plan.startedAt)];
  let extensions: Derivation['extensions'] = [];
  // In order of time. A change after the clock has stopped, or after the due time of that moment, has no effect.
  for (const change of changesOf(plan, facts)) {
    const { chosen } = lastOf(choices);
    const heldThen = holds.filter(({ from }) => toMillis(from) <= toMillis(change.at));
    if (toMillis(change.at) > toMillis(countedDue(questionFor(plan, chosen, extensions, heldThen), calendar))) continue;
    if ('level' in change) choices.push(choice({ ...change, on: change.at }, change.at));
    else if (change.by.kind === chosen.limit.kind) extensions = [...extensions, { extensionId: change.extensionId, by: change.by }];
  }
  const { chosen } = lastOf(choices);
  const { dueAt, provisional, countedFrom, calendarVersion, holidays, makeUpDays } = counted(questionFor(plan, chosen, extensions, holds), calendar);
  const held = holds.filter(({ from, to }) => toMillis(from) < toMillis(dueAt) && toMillis(to) > toMillis(plan.startedAt));
  // A hold and a question may stand at once: the clock goes on when both are over.
  const [open] = held.filter(({ open: isOpen }) => isOpen).sort((a, b) => toMillis(b.to) - toMillis(a.to));
  return {
    dueAt, provisional,
    heldUntil: endOf(plan) === Infinity && open ? open.to : null,
    warnAt: [...new Set(chosen.warnings.map((share) => countedDue(questionFor(plan, chosen, extensions, holds, share), calendar)))].filter((at) => toMillis(at) < toMillis(dueAt))
      .sort((a, b) => toMillis(a) - toMillis(b)),
    derivation: {
      policy: chosen.policy, matched: [...chosen.matched], calendarVersion, calendarUnit: calendarVersion === null ? null : calendarUnit, start: countedFrom, limit: chosen.limit, extensions,
      held: held.map(({ from, to, reason }) => ({ from, to, reason })), holidays: [...holidays], makeUpDays: [...makeUpDays], extensionCap: chosen.extensionCap,
    },
    supervision: supervisionOf(chosen, dueAt, calendar),
    limits: [inForce(choices[0]), ...choices.slice(1).map(inForce)],
  };
};

const planned = new WeakMap<SlaFacts, { readonly rules: Rules; readonly clockIdOf: ClockIdOf; readonly plans: readonly ClockPlan[] }>();

/** The clocks a case should have, milestones included. Returns the same plans while facts and rules are the same. */
export const plansOf = (facts: SlaFacts, rules: Rules, clockIdOf: ClockIdOf): readonly ClockPlan[] => {
  const known = planned.get(facts);
  if (known?.rules === rules && known.clockIdOf === clockIdOf) return known.plans;
  const plans = planClocks(facts, clockIdOf, (lead) => milestonesOf(rules.policies, questionOf({ ...lead, kind: 'milestone' }, facts, rules, ratedAtStart(lead, facts))));
  planned.set(facts, { rules, clockIdOf, plans });
  return plans;
};

interface Choice {
  readonly at: string;
  readonly chosen: ChosenLimit;
}
const lastOf = (choices: readonly [Choice, ...Choice[]]): Choice => choices.at(-1) ?? choices[0];

/** A reopened case begins with the level it had then. The clock of the first contact starts without a level. */
const ratedAtStart = (plan: ClockPlan, facts: SlaFacts): Rated => {
  const rated = isBeforeAcceptance(plan, facts) ? null : facts.reRatings.filter(({ at }) => toMillis(at) <= toMillis(plan.startedAt)).at(-1) ?? facts.accepted;
  return { level: rated?.level ?? null, greenChannel: rated?.greenChannel ?? false, kind: kindAt(facts, plan.startedAt), on: plan.policyDay };
};

/** The limit of the first contact uses nothing set at the acceptance. Facts of older releases, which name no life, still use it. */
const isBeforeAcceptance = ({ kind }: ClockPlan, { accepted }: SlaFacts): boolean => kind === 'contact' && (accepted === null || accepted.life !== undefined);

type Rated = Pick<ReRated, 'greenChannel' | 'kind' | 'on'> & { readonly level: ReRated['level'] | null };

interface Judged {
  readonly plan: ClockPlan;
  readonly facts: SlaFacts;
  readonly rules: Rules;
  readonly calendar: WorkingCalendar;
  readonly holds: readonly Interval[];
}

/**
 * The limit of a clock from `at` on. A share is taken of the limit that the lead's clock had then, without extensions. It never ends after the lead's clock: if it
 * would, the lead's remaining time is the limit. If nothing remains, the full share counts. An own due time of an assistant counts instead, as the time until then.
 */
const choose = ({ plan, facts, rules, calendar, holds }: Judged, rated: Rated, at: string): ChosenLimit => {
  const question = questionOf(plan, facts, rules, rated);
  // If the rows of a deployment give no limit, the shipped rows do. So every clock has one.
  const policies = isAnswered(rules.policies, question) ? rules.policies : shippedPolicies;
  const lead = plan.lead && limitOf(plan.lead, facts, rules, at);
  const chosen = chooseLimit(policies, question, workingDayMinutes(plan.startedAt, calendar), lead ?? undefined);
  if (plan.ownDueAt !== undefined) {
    const own = minutesUntil(questionFor(plan, chosen, [], []), plan.ownDueAt, calendar);
    if (own > 0) return { ...chosen, limit: { kind: chosen.limit.kind, amount: own, unit: 'minutes' }, toCloseOfLastDay: false };
  }
  if (!lead || !chosen.isShare) return chosen;
  const [own, leadIsDue] = [questionFor(plan, chosen, [], holds), lead.usedUpAt()];
  if (toMillis(countedDue(own, calendar)) <= toMillis(leadIsDue)) return chosen;
  const left = minutesUntil(own, leadIsDue, calendar);
  return left > 0 ? { ...chosen, limit: { kind: chosen.limit.kind, amount: left, unit: 'minutes' }, toCloseOfLastDay: false } : chosen;
};

const limitOf = (lead: ClockPlan, facts: SlaFacts, rules: Rules, at: string) => {
  const { limits } = scheduleClock(lead, facts, rules);
  const then = limits.findLast((one) => toMillis(one.at) <= toMillis(at)) ?? limits[0];
  return { ...then, dayMinutes: workingDayMinutes(lead.startedAt, rules.calendars.for(lead.holder)) };
};

const questionOf = (plan: ClockPlan, facts: SlaFacts, rules: Rules, { level, greenChannel, kind, on }: Rated): PolicyQuestion => ({
  clock: plan.kind, milestone: plan.milestone, round: plan.isRework ? 2 : 1,
  urgency: facts.registered?.urgency ?? 'normal', level, greenChannel, on,
  category: (isBeforeAcceptance(plan, facts) ? null : facts.accepted?.category) ?? facts.registered?.category ?? null,
  territories: facts.registered ? rules.territoriesOf?.(facts.registered.territory) ?? [facts.registered.territory] : [],
  // A milestone is of the case, so its limit must not change with the lead.
  unit: plan.kind === 'milestone' ? null : plan.holder, channel: facts.registered?.channel ?? null,
  demandKind: isBeforeAcceptance(plan, facts) ? null : kind,
});

interface ReRated {
  readonly at: string;
  readonly level: NonNullable<SlaFacts['accepted']>['level'];
  readonly greenChannel: boolean;
  readonly kind: DemandKind | null;
  readonly on: string;
}

/** The kind of demand known at that time. */
const kindAt = ({ kinds }: SlaFacts, at: string): DemandKind | null => kinds.findLast((set) => toMillis(set.at) <= toMillis(at))?.kind ?? null;

/** Changes of level, green channel or kind of demand after the acceptance. Each has all three values, since together they choose the limit. */
const ratingsOf = (facts: SlaFacts): Omit<ReRated, 'on'>[] => {
  const { accepted, reRatings, kinds } = facts;
  if (!accepted) return [];
  const corrected = kinds.flatMap(({ at }) => (reRatings.some((rated) => rated.at === at) ? [] : [{ ...(reRatings.findLast((rated) => toMillis(rated.at) <= toMillis(at)) ?? accepted), at }]));
  return [...reRatings, ...corrected].map(({ at, level, greenChannel }) => ({ at, level, greenChannel, kind: kindAt(facts, at) }));
};

/** Re-ratings and extensions that came while the clock ran, in order of time. */
const changesOf = (plan: ClockPlan, facts: SlaFacts) => {
  const ran = ({ at }: { at: string }) => toMillis(at) > toMillis(plan.startedAt) && toMillis(at) <= endOf(plan);
  return [
    ...(isReRated(plan) ? ratingsOf(facts) : []),
    ...facts.extensions.filter(({ workOrderId }) => plan.extendedBy.includes(workOrderId)),
  ].filter(ran).sort((a, b) => toMillis(a.at) - toMillis(b.at));
};

type Held = Derivation['held'][number] & { readonly open: boolean };

/** A hold ends at its review, even if no event says so. A clock that has stopped can't be held. */
const holdsOf = (plan: ClockPlan, facts: SlaFacts): Held[] =>
  facts.holds.filter(({ from }) => toMillis(from) < endOf(plan)).map(({ from, reviewAt, resumedAt, reason }) => ({
    from, reason, open: resumedAt === null, to: resumedAt !== null && toMillis(resumedAt) < toMillis(reviewAt) ? resumedAt : reviewAt,
  }));

/**
 * A question of the lead stops every clock of handling, as a hold does; one of an assistant only its own. It waits no longer than the unit has an order, nor than
 * its time, whether or not somebody has said so.
 */
const questionsOf = (plan: ClockPlan, { questions, workOrders }: SlaFacts): Held[] =>
  questions.flatMap(({ department, from, waitsUntil, settledAt }) => {
    const asked = Object.values(workOrders).filter((order) => order.department === department && toMillis(order.issuedAt) <= toMillis(from));
    if (toMillis(from) >= endOf(plan) || !(plan.department === department || asked.some(({ role }) => role === 'lead'))) return [];
    const ends = asked.map(({ returnedAt, completedAt, cancelledAt }) => returnedAt ?? completedAt ?? cancelledAt);
    const orderEnd = ends.length === 0 || ends.includes(null) ? null : ends.flatMap((at) => at ?? []).sort((a, b) => toMillis(a) - toMillis(b)).at(-1) ?? null;
    const [to = waitsUntil] = [settledAt, orderEnd, waitsUntil].flatMap((at) => at ?? []).sort((a, b) => toMillis(a) - toMillis(b));
    return toMillis(to) > toMillis(from) ? [{ from, to, reason: 'waiting-for-requester' as const, open: settledAt === null && orderEnd === null }] : [];
  });

/** While a case was merged, only the first contact was owed. The other clocks stood still and go on with the time that was left. */
const mergesOf = (plan: ClockPlan, { merges }: SlaFacts): Held[] =>
  merges.flatMap(({ from, to, contactIsOwed }) => (to !== null && !(plan.kind === 'contact' && contactIsOwed) && toMillis(from) < endOf(plan) ? [{ from, to, reason: 'merged' as const, open: false }] : []));

const questionFor = (
  { startedAt }: ClockPlan, { limit, startNextWorkingDay, toCloseOfLastDay }: ChosenLimit, extensions: Derivation['extensions'], held: readonly Interval[], share?: Share,
): ScheduleQuestion => ({ startedAt, limit, startNextWorkingDay, toCloseOfLastDay, extensions, held, share });

const supervisionOf = ({ supervision }: ChosenLimit, dueAt: string, calendar: WorkingCalendar): ClockSchedule['supervision'] => {
  const after = (from: string, by: Limit | null) => (by === null
    ? toInstant(calendar.openingNextDay(toMillis(from)))
    : dueInstant({ startedAt: from, limit: by }, calendar));
  let at = dueAt;
  const steps = supervision.filter(({ step }, index) => supervision.findIndex((other) => other.step === step) === index);
  return whileCounted(steps, ({ after: by }) => (at = after(at, by))).map(({ step: { step, colour, toTier }, at: taken }) => ({ step, colour, toTier, at: taken }));
};
