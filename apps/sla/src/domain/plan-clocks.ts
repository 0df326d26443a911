/**
 * Which clocks a case should have by what is known of it, and what ended each. A function of the facts alone, not of the order they came in:
 * that is what makes every interleaving of the sources end in the same clocks.
 */
import type { ClockKind } from '@lianban/contracts';
import { toMillis } from '@lianban/working-time';
import type { ClockIdentity } from './case-clocks.js';
import type { SlaFacts, WorkOrderFact } from './facts.js';

export interface ClockPlan extends ClockIdentity {
  readonly startedAt: string;
  /** What the clock waits for has happened. */
  readonly stoppedAt: string | null;
  /** What it waits for will not happen any more: its work order or call-back ended otherwise. */
  readonly droppedAt: string | null;
  /** End of the life of the case in which the clock started, or when the case was merged into another. */
  readonly endedAt: string | null;
  readonly endedBy: 'case-ended' | 'merged';
  /** The day whose policies count: that of the registration, or of the reopening. */
  readonly policyDay: string;
  /** Who is at work on what it times. */
  readonly holder: string | null;
  /** Of a round that was ordered by a call-back: its limits are those of rework. */
  readonly isRework: boolean;
  /** Lead's orders that had the case in turn, of a clock that goes from one lead to the next. */
  readonly ledBy: readonly string[];
  /** Work orders whose extensions lengthen it. */
  readonly extendedBy: readonly string[];
  /** The lead's clock of its round, whose limit a share is of; null for other clocks, and for facts from before a share was of that clock. */
  readonly lead: ClockPlan | null;
}

/** When a clock ended, in epoch milliseconds; Infinity while it goes on. */
export const endOf = ({ stoppedAt, droppedAt, endedAt }: ClockPlan): number =>
  Math.min(...[stoppedAt, droppedAt, endedAt].map((at) => (at === null ? Infinity : toMillis(at))));

/** A clock's id follows from what it times, so that a reaction done again names the same clock. */
export type ClockIdOf = (kind: ClockKind, round: number, of: string | null) => string;

/** From its first word, or a reopening, to an end. Each has a clock for its lead. */
interface Life {
  readonly number: number;
  readonly from: string;
  readonly endedAt: string | null;
  readonly endedBy: ClockPlan['endedBy'];
}

/** Milestones a clock of a life gives its case, by the policies; names once each. */
export type MilestonesOf = (lead: ClockPlan) => readonly string[];

export const planClocks = (facts: SlaFacts, clockIdOf: ClockIdOf, milestonesOf: MilestonesOf): ClockPlan[] => {
  const { registered, accepted } = facts;
  // Urgency and the day of the case come with the registration: before it is known nothing has a limit.
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
  // Limits of the lead, of signing and of assistants need the level; they wait for the acceptance.
  const leads = accepted ? lives.flatMap((life) => {
    // A life that ended before the acceptance had no lead; facts from before that was kept name no life.
    if (accepted.life !== undefined && life.number < accepted.life) return [];
    const led = leadOrders(orders, lifeAt, life);
    // The id of a later life's clock does not hang on its round, which dispatch may not have told yet.
    const clock = plan({ kind: 'lead', round: 1, of: suffixOf(life) }, {
      round: roundOf(facts, orders, life),
      startedAt: life.number === (accepted.life ?? 1) ? accepted.at : life.from, stoppedAt: firstAnswer(facts, lives, life), endedAt: life.endedAt, endedBy: life.endedBy,
      policyDay: life.number === 1 ? registered.at : life.from, holder: led.at(-1)?.[1].department ?? null, ledBy: led.map(([id]) => id), extendedBy: led.map(([id]) => id),
    });
    return [{ life, clock }];
  }) : [];
  const reworks = orders.filter(([, { role, cause }]) => role === 'lead' && cause === 'rework').map(([id, { round, department, issuedAt }]) => {
    // One clock for the round: another lead after a return works against the time that is left. The id tells no order.
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
      // A milestone is of the case, whoever reaches it; the answer does not stop its clock, the end of the case does.
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
          ? [plan({ kind: 'assist', ...id }, { ...its, stoppedAt: order.completedAt, droppedAt: order.returnedAt ?? order.cancelledAt, extendedBy: [of] })] : []),
      ];
    }),
    ...reworks,
    ...Object.values(facts.callBacks).map(({ round, answeredAt, recordedAt, cancelledAt, demandCaseId, after }) =>
      plan({ kind: 'call-back', round, of: demandCaseId === undefined && after === undefined ? null : `${demandCaseId ?? 'own'} ${after ?? 0}` }, { startedAt: answeredAt, stoppedAt: recordedAt, droppedAt: cancelledAt })),
  ];
};

type Plan = (id: { kind: ClockKind; round: number; of: string | null }, clock: Partial<ClockPlan> & Pick<ClockPlan, 'startedAt' | 'stoppedAt'>) => ClockPlan;

/** The requester of a merged case is owed a contact all the same. Who withdraws waits no longer: that stops the clock, in time or missed by its time. */
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

/** A case that is merged ends in no other way before it is unmerged. */
const endOfLife = ({ endedAt, merges }: SlaFacts): Pick<Life, 'endedAt' | 'endedBy'> => {
  const merge = merges.at(-1);
  return merge?.to === null ? { endedAt: merge.from, endedBy: 'merged' } : { endedAt, endedBy: 'case-ended' };
};

/** The first answer the requester got in a life; later rounds of it have clocks of their own. */
const firstAnswer = (facts: SlaFacts, lives: readonly Life[], life: Life): string | null => firstWithin(Object.values(facts.answeredAt), lives, life);

const firstWithin = (instants: readonly string[], lives: readonly Life[], life: Life): string | null => {
  const next = lives[life.number];
  const within = instants.filter((at) => (life.number === 1 || toMillis(at) >= toMillis(life.from)) && (!next || toMillis(at) < toMillis(next.from)));
  return within.sort((a, b) => toMillis(a) - toMillis(b))[0] ?? null;
};

type Order = readonly [id: string, order: WorkOrderFact];

const byIssue = ([a, first]: Order, [b, second]: Order): number => toMillis(first.issuedAt) - toMillis(second.issuedAt) || (a < b ? -1 : 1);

/** Those who have led the round of a life, the current lead last. */
const leadOrders = (orders: readonly Order[], lifeAt: (at: string) => Life, life: Life): Order[] => {
  const led = orders.filter(([, order]) => order.role === 'lead' && lifeAt(order.issuedAt).number === life.number);
  const first = Math.min(...led.map(([, { round }]) => round));
  return led.filter(([, { round }]) => round === first).sort(byIssue);
};

/** The round dispatch opens a life with: one after that of its last closing, or else of what was issued before. */
const roundOf = ({ earlierLives }: SlaFacts, orders: readonly Order[], life: Life): number => {
  if (life.number === 1) return 1;
  const closedRound = earlierLives[life.number - 2]?.closedRound ?? null;
  return 1 + (closedRound ?? orders.reduce((last, [, order]) => (toMillis(order.issuedAt) < toMillis(life.from) ? Math.max(last, order.round) : last), 0));
};
