/** Policies as dated rows: which limit a clock has. A row is never edited, only superseded by one with a later `effectiveFrom`. */
import { DomainError } from '@lianban/contracts';
import type { ClockKind, Level, Urgency } from '@lianban/contracts';
import { shareOf, toMillis } from '@lianban/working-time';
import type { Limit } from '@lianban/working-time';

export interface Share {
  readonly numerator: number;
  readonly denominator: number;
}

export interface Policy {
  /** Names the rule; together with `effectiveFrom` it names the row. */
  readonly id: string;
  readonly effectiveFrom: string;
  readonly clock: ClockKind;
  /** Narrows the row to cases of that urgency or level; null fits all. The narrowest row that fits wins. */
  readonly urgency: Urgency | null;
  readonly level: Level | null;
  /** Either a limit of its own, or a share of the limit of the lead's clock of the same round. */
  readonly limit: Limit | null;
  readonly shareOfLead: Share | null;
  /** What the green channel (绿色通道) leaves of the limit; null when it changes nothing. */
  readonly greenChannel: Share | null;
  /** Working time only: counting starts at the opening of the next working day. */
  readonly startNextWorkingDay: boolean;
  /** Working time only: counting runs to the close of its last day. */
  readonly toCloseOfLastDay: boolean;
}

export interface PolicyQuestion {
  readonly clock: ClockKind;
  readonly round: number;
  readonly urgency: Urgency;
  /** Null before acceptance; then only rows that don't ask for a level fit. */
  readonly level: Level | null;
  readonly greenChannel: boolean;
  /** The day of the case: an old case keeps the policy of its day. */
  readonly on: string;
}

export interface ChosenLimit {
  readonly policy: { readonly id: string; readonly effectiveFrom: string };
  readonly limit: Limit;
  readonly startNextWorkingDay: boolean;
  readonly toCloseOfLastDay: boolean;
}

/** @param dayMinutes of one plain working day, for shares of it. @throws DomainError `policy-incomplete` when no row fits */
export const chooseLimit = (policies: readonly Policy[], question: PolicyQuestion, dayMinutes: number): ChosenLimit => {
  const row = chooseRow(policies, question);
  const base = row.shareOfLead
    // From round 2 on the lead works against the rework limit.
    ? chooseLimit(policies, { ...question, clock: question.round === 1 ? 'lead' : 'rework' }, dayMinutes).limit
    : row.limit;
  if (!base) throw new DomainError('policy-incomplete', `policy ${row.id} has no limit`);
  const shares = [row.shareOfLead, question.greenChannel ? row.greenChannel : null].filter((share) => share !== null);
  return {
    policy: { id: row.id, effectiveFrom: row.effectiveFrom },
    limit: shares.reduce((limit, { numerator, denominator }) => shareOf(limit, numerator, denominator, dayMinutes), base),
    startNextWorkingDay: row.startNextWorkingDay,
    toCloseOfLastDay: row.toCloseOfLastDay,
  };
};

const chooseRow = (policies: readonly Policy[], { clock, urgency, level, on }: PolicyQuestion): Policy => {
  const fits = policies.filter((row) => row.clock === clock
    && (row.urgency === null || row.urgency === urgency)
    && (row.level === null || row.level === level));
  const narrowness = (row: Policy) => (row.urgency === null ? 0 : 1) + (row.level === null ? 0 : 1);
  const [best] = inForce(fits, on).sort((a, b) => narrowness(b) - narrowness(a) || a.id.localeCompare(b.id));
  if (!best) throw new DomainError('policy-incomplete', `no policy gives the ${clock} clock a limit (urgency ${urgency}, level ${level ?? 'none'})`);
  return best;
};

/** Of each rule the row in force on that day; a day before the first row has the first, since every case needs a limit. */
const inForce = (rows: readonly Policy[], on: string): Policy[] => {
  const byRule = new Map<string, Policy>();
  for (const row of [...rows].sort((a, b) => toMillis(a.effectiveFrom) - toMillis(b.effectiveFrom))) {
    if (!byRule.has(row.id) || toMillis(row.effectiveFrom) <= toMillis(on)) byRule.set(row.id, row);
  }
  return [...byRule.values()];
};
