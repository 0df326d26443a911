/**
 * Says which clocks a case should have, and what ended each one. The result follows from the facts alone, not from the order in which they came. So the clocks end
 * the same whichever service is heard first.
 */
import type { ClockKind } from '@lianban/contracts';
import { toMillis } from '@lianban/working-time';
import type { ClockIdentity } from './case-clocks.js';
import type { SlaFacts, WorkOrderFact } from './facts.js';

export interface ClockPlan extends ClockIdentity {
  readonly startedAt: string;
  /** When the thing happened that the clock waits for. */
  readonly stoppedAt: string | null;
  /** When it became clear that this will not happen: the work order or call-back ended in another way. */
  readonly droppedAt: string | null;
  /** End of the case's life in which the clock started, or time of the merge into another case. */
  readonly endedAt: string | null;
  readonly endedBy: 'case-ended' | 'merged';
  /** The day whose policies apply: the day of the registration or of the reopening. */
  readonly policyDay: string;
  /** The handling unit that is at work on it. */
  readonly holder: string | null;
  /** A call-back ordered this round, so the limits of rework apply. */
  readonly isRework: boolean;
  /** The lead's work orders that had the case, in turn. Only clocks that pass from one lead to the next have any. */
  readonly ledBy: readonly string[];
  /** Work orders whose granted extensions lengthen this clock. */
  readonly extendedBy: readonly string[];
  /** The lead's clock in the same round, if this clock may take a share of its limit; else null, as for facts of older releases. */
  readonly lead: ClockPlan | null;
  /** A due time that was set for this clock alone, instead of a limit. */
  readonly ownDueAt?: string | undefined;
}

/** When a clock ended, in epoch milliseconds; Infinity while it goes on. */
export const endOf = ({ stoppedAt, droppedAt, endedAt }: ClockPlan): number =>
  Math.min(...[stoppedAt, droppedAt, endedAt].map((at) => (at === null ? Infinity : toMillis(at))));

/** Makes a clock's id from what it times, so that a reaction that runs again names the same clock. */
export type ClockIdOf = (kind: ClockKind, round: number, of: string | null) => string;

/** A life of a case: from its registration or a reopening to its end. Each life has one lead's clock. */
interface Life {
  readonly number: number;
  readonly from: string;
  readonly endedAt: string | null;
  readonly endedBy: ClockPlan['endedBy'];
}

/** Names of the milestones that the policies give a case in the life of this lead's clock, without repeats. */
export type MilestonesOf = (lead: ClockPlan) => readonly string[];

export const planClocks = (facts: SlaFacts, clockIdOf: ClockIdOf, milestonesOf: MilestonesOf): ClockPlan[] => {
  const { registered, accepted } = facts;
  // Every limit needs the urgency and the day of the case. Both come with the registration.
  if (!registered) return [];
  const lives = livesOf(facts, registered.at);
  const lifeAt = (at: string): Life => lives.findLast(({ from }) => toMillis(from) <= toMillis(at)) ?? (lives[0] as Life);
  const orders = Object.entries(facts.workOrders);
  const plan: Plan = (id, clock) => {
    const life = lifeAt(clock.startedAt);
    return {
      clockId: clockIdOf(id.kind, id.round, id.of), kind: id.kind, round: id.round, milestone: null, workOrderId: null, department: null,
      droppedAt: null, endedAt: life.endedAt, endedBy: life.endedBy, policyDay: life.number === 1 ? registered.at : life.from, holder: null, isRework: orders.some(([, order]) => order.cause === 'rework' && order.round === id.round), ledBy: [], extendedBy: [], lead: null, ...clock,
    };
  };
  // These limits need the level, so their clocks wait for the acceptance.
  const leads = accepted ? lives.flatMap((life) => {
    // A life that ended before the acceptance has no lead's clock. Facts of older releases don't name the life.
    if (accepted.life !== undefined && life.number < accepted.life) return [];
    const led = leadOrders(orders, lifeAt, life);
    // The id of a later life's clock must not depend on its round, since dispatch may not have told it yet.
    const clock = plan({ kind: 'lead', round: 1, of: suffixOf(life) }, {
      round: roundOf(facts, orders, life),
      startedAt: life.number === (accepted.life ?? 1) ? accepted.at : life.from, stoppedAt: firstAnswer(facts, lives, life), endedAt: life.endedAt, endedBy: life.endedBy,
      policyDay: life.number === 1 ? registered.at : life.from, holder: led.at(-1)?.[1].department ?? null, ledBy: led.map(([id]) => id), extendedBy: led.map(([id]) => id),
    });
    return [{ life, clock }];
  }) : [];
  const reworks = orders.filter(([, { role, cause }]) => role === 'lead' && cause === 'rework').map(([id, { round, department, issuedAt }]) => {
    // A round has one clock: after a return, the next lead works against the time that is left. So the id names no order.
    const led = orders.filter(([, order]) => order.role === 'lead' && order.round === round);
    return plan({ kind: 'rework', round, of: null }, {
      workOrderId: id, department, holder: led.sort(byIssue).at(-1)?.[1].department ?? department, ledBy: led.map(([order]) => order), extendedBy: led.map(([order]) => order),
      startedAt: issuedAt, stoppedAt: facts.answeredAt[round] ?? null,
    });
  });
  const leadOf = ({ round, issuedAt, sharesClockOfLead }: WorkOrderFact): ClockPlan | null => {
    if (!sharesClockOfLead) return null;
    return reworks.find((clock) => clock.round === round) ?? (leads.find(({ life }) => life === lifeAt(issuedAt)) ?? leads.at(-1))?.clock ?? null;
  };
  return [
    planContact(facts, plan, registered.at),
    ...leads.flatMap(({ life, clock: leading }) => [
      leading,
      // Milestones are of the case, whoever reaches them. The end of the case ends the clock; the answer does not.
      ...milestonesOf(leading).map((milestone) => ({
        ...leading, clockId: clockIdOf('milestone', 1, [milestone, suffixOf(life)].filter((part) => part !== null).join(' ')), kind: 'milestone' as const, milestone, extendedBy: [],
        stoppedAt: firstWithin(facts.milestones.flatMap((one) => (one.milestone === milestone ? one.at : [])), lives, life), lead: accepted?.life === undefined ? null : leading,
      })),
    ]),
    ...orders.flatMap(([of, order]) => {
      const its = { workOrderId: of, department: order.department, holder: order.department, startedAt: order.issuedAt, lead: leadOf(order) };
      const id = { round: order.round, of };
      return [
        ...(accepted ? [plan({ kind: 'sign', ...id }, { ...its, stoppedAt: order.signedAt ?? order.returnedAt ?? order.completedAt, droppedAt: order.cancelledAt })] : []),
        plan({ kind: 'return-window', ...id }, { ...its, stoppedAt: order.returnedAt ?? order.completedAt, droppedAt: order.cancelledAt }),
        ...(accepted && order.role === 'assist'
          ? [plan({ kind: 'assist', ...id }, { ...its, stoppedAt: order.completedAt, droppedAt: order.returnedAt ?? order.cancelledAt, extendedBy: [of], ownDueAt: order.ownDueAt })] : []),
      ];
    }),
    ...reworks,
    ...Object.values(facts.callBacks).map(({ round, answeredAt, recordedAt, cancelledAt, demandCaseId, after }) =>
      plan({ kind: 'call-back', round, of: demandCaseId === undefined && after === undefined ? null : `${demandCaseId ?? 'own'} ${after ?? 0}` }, { startedAt: answeredAt, stoppedAt: recordedAt, droppedAt: cancelledAt })),
  ];
};

type Plan = (id: { kind: ClockKind; round: number; of: string | null }, clock: Partial<ClockPlan> & Pick<ClockPlan, 'startedAt' | 'stoppedAt'>) => ClockPlan;

/** The requester of a merged case must still be contacted. A withdrawal stops the clock, in time or late by the time of the withdrawal. */
const planContact = ({ contactedAt, withdrawnAt, merges }: SlaFacts, plan: Plan, registeredAt: string): ClockPlan => {
  const [stoppedAt = null] = [contactedAt, withdrawnAt].flatMap((at) => at ?? []).sort((a, b) => toMillis(a) - toMillis(b));
  const clock = plan({ kind: 'contact', round: 1, of: null }, { startedAt: registeredAt, stoppedAt });
  return clock.endedBy === 'merged' && merges.at(-1)?.contactIsOwed ? { ...clock, endedAt: null, endedBy: 'case-ended' } : clock;
};

const suffixOf = (life: Life): string | null => (life.number === 1 ? null : `life ${life.number}`);

const livesOf = (facts: SlaFacts, registeredAt: string): Life[] => [
  ...facts.earlierLives.map(({ endedAt }, at) => ({ number: at + 1, from: at === 0 ? registeredAt : facts.earlierLives[at - 1]?.reopenedAt ?? registeredAt, endedAt, endedBy: 'case-ended' as const })),
  { number: facts.earlierLives.length + 1, from: facts.earlierLives.at(-1)?.reopenedAt ?? registeredAt, ...endOfLife(facts) },
];

/** A merged case can't end in another way until it is unmerged. */
const endOfLife = ({ endedAt, merges }: SlaFacts): Pick<Life, 'endedAt' | 'endedBy'> => {
  const merge = merges.at(-1);
  return merge?.to === null ? { endedAt: merge.from, endedBy: 'merged' } : { endedAt, endedBy: 'case-ended' };
};

/** The first answer of a life. Later rounds have clocks of their own. */
const firstAnswer = (facts: SlaFacts, lives: readonly Life[], life: Life): string | null => firstWithin(Object.values(facts.answeredAt), lives, life);

const firstWithin = (instants: readonly string[], lives: readonly Life[], life: Life): string | null => {
  const next = lives[life.number];
  const within = instants.filter((at) => (life.number === 1 || toMillis(at) >= toMillis(life.from)) && (!next || toMillis(at) < toMillis(next.from)));
  return within.sort((a, b) => toMillis(a) - toMillis(b))[0] ?? null;
};

type Order = readonly [id: string, order: WorkOrderFact];

const byIssue = ([a, first]: Order, [b, second]: Order): number => toMillis(first.issuedAt) - toMillis(second.issuedAt) || (a < b ? -1 : 1);

/** The lead's orders in the first round of a life, the current one last. */
const leadOrders = (orders: readonly Order[], lifeAt: (at: string) => Life, life: Life): Order[] => {
  const led = orders.filter(([, order]) => order.role === 'lead' && lifeAt(order.issuedAt).number === life.number);
  const first = Math.min(...led.map(([, { round }]) => round));
  return led.filter(([, { round }]) => round === first).sort(byIssue);
};

/** The round with which dispatch opens a life: one after the round that was closed last, or after the last one with an order. */
const roundOf = ({ earlierLives }: SlaFacts, orders: readonly Order[], life: Life): number => {
  if (life.number === 1) return 1;
  const closedRound = earlierLives[life.number - 2]?.closedRound ?? null;
  return 1 + (closedRound ?? orders.reduce((last, [, order]) => (toMillis(order.issuedAt) < toMillis(life.from) ? Math.max(last, order.round) : last), 0));
};
