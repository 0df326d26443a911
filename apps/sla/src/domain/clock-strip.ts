/** Shows where the time of a clock went: who held the case, what counted, what stood still and why. It follows from the clock and the facts, and decides nothing. */
import { toInstant, toMillis } from '@lianban/working-time';
import type { WorkingCalendar } from '@lianban/working-time';
import type { Clock } from './case-clocks.js';
import type { SlaFacts } from './facts.js';
import { endOf } from './plan-clocks.js';
import type { ClockPlan } from './plan-clocks.js';

/** `in-dispute`: the last holder has returned the case and nobody has it; this time counts. Held time does not count. */
export const stripStates = ['counted', 'in-dispute', 'waiting-for-requester', 'held'] as const;
export type StripState = (typeof stripStates)[number];

/** Segments of a clock in working time hold only working hours. Nights and holidays lie between them. */
export interface StripSegment {
  readonly state: StripState;
  /** The handling unit that had the case; null if none had it. */
  readonly holder: string | null;
  readonly from: string;
  readonly to: string;
  /** True after the due time. */
  readonly overdue: boolean;
}

/** The time of one holder, in minutes of the clock's own kind (working or elapsed). */
export interface HolderTime {
  readonly holder: string | null;
  readonly minutes: Readonly<Record<StripState, number>>;
  /** Counted and disputed minutes after the due time. */
  readonly overdueMinutes: number;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

type Judged = Pick<Clock, 'derivation' | 'dueAt'>;

/** Segments in order of time, from the start of the count to the end of the clock, or to `now` if it runs. */
export const segmentsOf = (clock: Judged, plan: ClockPlan, facts: SlaFacts, calendar: WorkingCalendar, now: string): StripSegment[] => {
  const stretches = isWorking(clock) ? (part: Stretch) => workedIn(part, calendar) : (part: Stretch) => [part];
  return piecesOf(clock, plan, facts, now).flatMap(({ state, holder, overdue, ...whole }) =>
    stretches(whole).map((part) => ({ state, holder, from: toInstant(part.from), to: toInstant(part.to), overdue })));
};

/** The same time summed for each holder, in the order in which they first had the case. */
export const timeByHolder = (clock: Judged, plan: ClockPlan, facts: SlaFacts, calendar: WorkingCalendar, now: string): HolderTime[] => {
  const between = isWorking(clock) ? calendar.between : (from: number, to: number) => to - from;
  const pieces = piecesOf(clock, plan, facts, now).map((piece) => ({ ...piece, minutes: between(piece.from, piece.to) / 60_000 })).filter(({ minutes }) => minutes > 0);
  return [...new Set(pieces.map(({ holder }) => holder))].map((holder) => {
    const sum = (of: (piece: Piece) => boolean) => pieces.filter((piece) => piece.holder === holder && of(piece)).reduce((all, { minutes }) => all + minutes, 0);
    return {
      holder,
      minutes: Object.fromEntries(stripStates.map((state) => [state, sum((piece) => piece.state === state)])) as Record<StripState, number>,
      overdueMinutes: sum(({ overdue, state }) => overdue && (state === 'counted' || state === 'in-dispute')),
    };
  });
};

const isWorking = ({ derivation }: Judged): boolean => derivation.limit.kind === 'working';

/** A stretch with one state and one holder, before or after the due time. Nights and holidays are included. */
interface Piece extends Stretch, Pick<StripSegment, 'state' | 'holder' | 'overdue'> {}

const piecesOf = (clock: Judged, plan: ClockPlan, facts: SlaFacts, now: string): Piece[] => {
  const whole: Stretch = { from: toMillis(clock.derivation.start), to: Math.min(endOf(plan), toMillis(now)) };
  const due = toMillis(clock.dueAt);
  const terms = termsOf(plan, facts);
  const held = clock.derivation.held.map(({ from, to, reason }) => ({ from: toMillis(from), to: toMillis(to), state: reason === 'waiting-for-requester' ? 'waiting-for-requester' as const : 'held' as const }));
  const cuts = [...new Set([whole.from, whole.to, due, ...terms.map(({ from }) => from), ...held.flatMap(({ from, to }) => [from, to])])]
    .filter((at) => at >= whole.from && at <= whole.to).sort((a, b) => a - b);
  return cuts.slice(1).map((to, at) => {
    const from = cuts[at] as number;
    const term = terms.findLast((one) => one.from <= from);
    const state = held.find((one) => one.from <= from && from < one.to)?.state ?? term?.state ?? 'counted';
    return { state, holder: term?.holder ?? null, from, to, overdue: from >= due };
  });
};

interface Term {
  readonly from: number;
  readonly holder: string | null;
  readonly state: 'counted' | 'in-dispute';
}

/** Says who had the case from when on. A work order's clock has one holder. The lead's, the rework's and the milestones' clocks pass from one lead to the next. */
const termsOf = ({ kind, holder, startedAt, ledBy }: ClockPlan, { workOrders }: SlaFacts): Term[] => {
  if (kind !== 'lead' && kind !== 'rework' && kind !== 'milestone') return [{ from: toMillis(startedAt), holder, state: 'counted' }];
  const led = ledBy.flatMap((id) => workOrders[id] ?? []).sort((a, b) => toMillis(a.issuedAt) - toMillis(b.issuedAt));
  return led.flatMap(({ department, issuedAt, returnedAt, cancelledAt }): Term[] => [
    { from: toMillis(issuedAt), holder: department, state: 'counted' },
    ...(returnedAt === null ? [] : [{ from: toMillis(returnedAt), holder: null, state: 'in-dispute' as const }]),
    ...(cancelledAt === null ? [] : [{ from: toMillis(cancelledAt), holder: null, state: 'counted' as const }]),
  ]).sort((a, b) => a.from - b.from);
};

const workedIn = ({ from, to }: Stretch, calendar: WorkingCalendar): Stretch[] => {
  const stretches: Stretch[] = [];
  for (let at = calendar.opening(from); at < to; at = calendar.opening(at)) {
    const end = Math.min(calendar.stretchEnd(at), to);
    stretches.push({ from: at, to: end });
    at = end;
  }
  return stretches;
};
