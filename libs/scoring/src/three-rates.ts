import { isResolved, isSatisfied } from './call-back-outcome.js';
import type { CallBackOutcome } from './call-back-outcome.js';

/**
 * Named in every published figure; another reading of the rates is another version, never an edit of this one. The second counts the last
 * outcome of every demand a case answers, where the first counted the case's last one; they differ for merged cases only.
 */
export const formulaVersion = 'three-rates.v2';

export type ContactStatus = 'running' | 'held' | 'met' | 'breached' | 'cancelled';

/** A recorded outcome with its place among those of its demand: the version it has in satisfaction's stream. */
export interface RecordedOutcome extends Pick<CallBackOutcome, 'reached' | 'resolved' | 'satisfaction'> {
  readonly sequence: number;
}

/** All that the three rates (三率) need to know of one case. */
export interface CaseFacts {
  /** Status of the contact clock; null while none is known. */
  readonly contact: ContactStatus | null;
  /** The last recorded outcome of each demand the case answers, its own and those that joined it; empty while nobody was called. */
  readonly outcomes: readonly Pick<CallBackOutcome, 'reached' | 'resolved' | 'satisfaction'>[];
}

/** What one case, or many, put into the rates. Additive, so a read model may store it by case and sum it in SQL. */
export interface Counts {
  /** Contact clock met or breached. */
  readonly inScope: number;
  readonly contactedInTime: number;
  /** Called back and reached. */
  readonly reached: number;
  readonly resolved: number;
  readonly satisfied: number;
}

export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
  /** 0 to 1, unrounded; null where there is no denominator. */
  readonly value: number | null;
}

export interface ThreeRates {
  readonly response: Rate;
  readonly resolution: Rate;
  readonly satisfaction: Rate;
}

export const noCounts: Counts = { inScope: 0, contactedInTime: 0, reached: 0, resolved: 0, satisfied: 0 };

/** A demand's outcome counts once, by the last recorded, whatever order they become known in. */
export const lastOutcome = <O extends RecordedOutcome>(known: O | null, recorded: O): O =>
  known !== null && known.sequence >= recorded.sequence ? known : recorded;

export const countsOf = ({ contact, outcomes }: CaseFacts): Counts => ({
  inScope: contact === 'met' || contact === 'breached' ? 1 : 0,
  contactedInTime: contact === 'met' ? 1 : 0,
  reached: outcomes.filter(({ reached }) => reached).length,
  resolved: outcomes.filter(isResolved).length,
  satisfied: outcomes.filter(isSatisfied).length,
});

export const addCounts = (a: Counts, b: Counts): Counts => ({
  inScope: a.inScope + b.inScope,
  contactedInTime: a.contactedInTime + b.contactedInTime,
  reached: a.reached + b.reached,
  resolved: a.resolved + b.resolved,
  satisfied: a.satisfied + b.satisfied,
});

const rate = (numerator: number, denominator: number): Rate => ({
  numerator, denominator, value: denominator === 0 ? null : numerator / denominator,
});

export const ratesFromCounts = (counts: Counts): ThreeRates => ({
  response: rate(counts.contactedInTime, counts.inScope),
  resolution: rate(counts.resolved, counts.reached),
  satisfaction: rate(counts.satisfied, counts.reached),
});

export const threeRates = (cases: Iterable<CaseFacts>): ThreeRates => {
  let counts = noCounts;
  for (const facts of cases) counts = addCounts(counts, countsOf(facts));
  return ratesFromCounts(counts);
};

/** The rates of each group; cases whose key is null (no department yet) belong to none. */
export const threeRatesBy = <C extends CaseFacts>(cases: Iterable<C>, keyOf: (facts: C) => string | null): Map<string, ThreeRates> => {
  const groups = new Map<string, Counts>();
  for (const facts of cases) {
    const key = keyOf(facts);
    if (key !== null) groups.set(key, addCounts(groups.get(key) ?? noCounts, countsOf(facts)));
  }
  return new Map([...groups].map(([key, counts]) => [key, ratesFromCounts(counts)]));
};

/** A case counts for the lead at the (last) answer, before that for the current lead. */
export const departmentOf = (leads: { readonly leadAtAnswer: string | null; readonly currentLead: string | null }): string | null =>
  leads.leadAtAnswer ?? leads.currentLead;

const CHINA_OFFSET = 8 * 3_600_000;

/** The period a case counts in: the month of its registration (`occurredAt`) in Asia/Shanghai, `YYYY-MM`. @throws RangeError */
export const periodOf = (registeredAt: string): string =>
  new Date(Date.parse(registeredAt) + CHINA_OFFSET).toISOString().slice(0, 7);
