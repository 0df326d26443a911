import { chinaDayOf } from '@lianban/texts';
import { isResolved, isSatisfied } from './call-back-outcome.js';
import type { CallBackOutcome } from './call-back-outcome.js';
import { formulaOf } from './formulas.js';

export type ContactStatus = 'running' | 'held' | 'met' | 'breached' | 'cancelled';

/** A recorded outcome: whose, and its place among those of its demand. */
export interface RecordedOutcome extends Pick<CallBackOutcome, 'reached' | 'resolved' | 'satisfaction'> {
  /** The case of a demand that joined; null for the case's own. */
  readonly demandCaseId: string | null;
  /** Grows with each outcome of the same demand: the version in satisfaction's stream, or the round. */
  readonly sequence: number;
}

/** All that the three rates (三率) need to know of one case. */
export interface CaseFacts {
  /** Month of registration, which says by which formula it counts; null while that is not known. */
  readonly period: string | null;
  /** Status of the contact clock; null while none is known. */
  readonly contact: ContactStatus | null;
  /** All outcomes that were recorded about it, of demands that have left it too. */
  readonly outcomes: readonly RecordedOutcome[];
  /** Its demand counts with the case it is merged into. */
  readonly merged: boolean;
  /** Cases whose demands it answers besides its own. */
  readonly joined: readonly string[];
}

/** What one case, or many, put into the rates. Additive, so a read model may store it by case and sum it in SQL. */
export interface Counts {
  /** Contact clock met or breached. */
  readonly inScope: number;
  readonly contactedInTime: number;
  /** Called back and reached. */
  readonly reached: number;
  readonly resolved: number;
  /** Of those reached, who counts for satisfaction. */
  readonly asked: number;
  readonly satisfied: number;
}

export interface Rate extends Share {
  /** 0 to 1, unrounded; null where there is no denominator. */
  readonly value: number | null;
}

export interface ThreeRates {
  readonly response: Rate;
  readonly resolution: Rate;
  readonly satisfaction: Rate;
  /** Reached and not asked for satisfaction, or without an answer to it: in no denominator of it. */
  readonly notAsked: number;
}

export const noCounts: Counts = { inScope: 0, contactedInTime: 0, reached: 0, resolved: 0, asked: 0, satisfied: 0 };

/**
 * The outcome of each demand the case answers, in whatever order they became known. An outcome belongs to its demand: it counts while the case answers that
 * demand, so not after the demand has left, and again when it joins once more, since it is not asked anew in the same round.
 */
export const countedOutcomes = ({ outcomes, merged, joined, period }: CaseFacts): RecordedOutcome[] => (merged ? [] : [null, ...joined].flatMap((demand) => {
  const { outcome } = formulaOf(period);
  const counting = outcomes.filter(({ demandCaseId, reached }) => demandCaseId === demand && (outcome === 'last' || reached));
  return counting.length === 0 ? [] : [counting.reduce((last, one) => (one.sequence > last.sequence ? one : last))];
}));

export const countsOf = (facts: CaseFacts): Counts => {
  const reached = countedOutcomes(facts).filter((outcome) => outcome.reached);
  const { asked } = formulaOf(facts.period);
  return {
    inScope: facts.contact === 'met' || facts.contact === 'breached' ? 1 : 0,
    contactedInTime: facts.contact === 'met' ? 1 : 0,
    reached: reached.length,
    resolved: reached.filter(isResolved).length,
    asked: reached.filter(({ satisfaction }) => asked === 'reached' || satisfaction !== null).length,
    satisfied: reached.filter(isSatisfied).length,
  };
};

export const addCounts = (a: Counts, b: Counts): Counts => ({
  inScope: a.inScope + b.inScope,
  contactedInTime: a.contactedInTime + b.contactedInTime,
  reached: a.reached + b.reached,
  resolved: a.resolved + b.resolved,
  asked: a.asked + b.asked,
  satisfied: a.satisfied + b.satisfied,
});

const rate = ({ numerator, denominator }: Share): Rate => ({ numerator, denominator, value: denominator === 0 ? null : numerator / denominator });

/** What counts for each rate. Additive, as the counts are. */
export interface Share { readonly numerator: number; readonly denominator: number }
export const sharesOf = (counts: Counts): Readonly<Record<'response' | 'resolution' | 'satisfaction', Share>> => ({
  response: { numerator: counts.contactedInTime, denominator: counts.inScope },
  resolution: { numerator: counts.resolved, denominator: counts.reached },
  satisfaction: { numerator: counts.satisfied, denominator: counts.asked },
});

export const ratesFromCounts = (counts: Counts): ThreeRates => {
  const { response, resolution, satisfaction } = sharesOf(counts);
  return { response: rate(response), resolution: rate(resolution), satisfaction: rate(satisfaction), notAsked: counts.reached - counts.asked };
};

/** A case counts for the lead at the (last) answer, before that for the current lead. */
export const departmentOf = (leads: { readonly leadAtAnswer: string | null; readonly currentLead: string | null }): string | null =>
  leads.leadAtAnswer ?? leads.currentLead;

/** The period a case counts in: the month of its registration (`occurredAt`) in China, `YYYY-MM`. @throws RangeError */
export const periodOf = (registeredAt: string): string => chinaDayOf(registeredAt).slice(0, 7);
