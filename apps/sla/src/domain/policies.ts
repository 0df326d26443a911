/** Policies are dated rows that give clocks their limits. A row is never edited. A row with the same id and a later `effectiveFrom` replaces it. */
import { DomainError } from '@lianban/contracts';
import type { Channel, ClockKind, DemandKind, Level, SupervisionStep, territoryKinds, Urgency } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { minutesOf, shareOf, toMillis } from '@lianban/working-time';
import type { Limit, Share } from '@lianban/working-time';

/** Each milestone (里程碑) that a fitting row names has a clock of its own. */
export type PolicyClock = ClockKind;

/** One step of supervision (督办). */
export interface SupervisionRule {
  readonly step: SupervisionStep;
  readonly colour: 'yellow' | 'red';
  /** Counted from the step before, or from the breach for the first step; null: the step comes at the opening of the next working day. */
  readonly after: Limit | null;
  /** The tier to which an escalation goes; null for other steps. */
  readonly toTier: (typeof territoryKinds)[number] | null;
}

/** What a row asks for. Null: anything will do. */
export interface PolicyConditions {
  readonly urgency: Urgency | null;
  readonly level: Level | null;
  /** `level1`, `level1/level2` or a whole code. It matches this category and those below it. */
  readonly category: string | null;
  /** Matches this territory and those below it. */
  readonly territory: string | null;
  readonly unit: string | null;
  readonly channel: Channel | null;
  readonly greenChannel: boolean | null;
  readonly demandKind: DemandKind | null;
}

export interface Policy extends PolicyConditions {
  /** Names the rule. `id` and `effectiveFrom` together name the row. */
  readonly id: string;
  readonly effectiveFrom: string;
  readonly clock: PolicyClock;
  /** Name of the milestone for a row of clock `milestone`; else null. */
  readonly milestone: string | null;
  /** A row has either its own limit or `shareOfLead`, a share of the limit of the lead's clock in the same round. */
  readonly limit: Limit | null;
  readonly shareOfLead: Share | null;
  /** The share of the limit that the green channel (绿色通道) leaves; null: the limit stays. */
  readonly greenChannelShare: Share | null;
  /** Working time only: counting starts at the opening of the next working day. */
  readonly startNextWorkingDay: boolean;
  /** Working time only: counting runs to the close of its last day. */
  readonly toCloseOfLastDay: boolean;
  /** Warnings are given when these shares of the limit, extensions included, have passed. */
  readonly warnings: readonly Share[];
  /** All extensions together may add at most this share of the limit; null: extensions are not allowed. */
  readonly extensionCap: Share | null;
  readonly supervision: readonly SupervisionRule[];
}

export interface PolicyQuestion {
  readonly clock: PolicyClock;
  readonly milestone?: string | null;
  readonly round: number;
  readonly urgency: Urgency;
  /** Null before the acceptance. Then rows that ask for a level don't fit. */
  readonly level: Level | null;
  readonly greenChannel: boolean;
  readonly category?: string | null;
  /** The case's territory, then those above it. */
  readonly territories?: readonly string[];
  /** The handling unit at work on it. */
  readonly unit?: string | null;
  /** The lead, for a share of its limit; null: no lead yet. Absent: `unit` is taken instead, as in older releases. */
  readonly lead?: string | null;
  readonly channel?: Channel | null;
  /** Null or absent while it is not known. Then rows that ask for a kind don't fit. */
  readonly demandKind?: DemandKind | null;
  /** The day of the case. An old case keeps the policies of its day. */
  readonly on: string;
}

export interface PolicyMatch {
  readonly by: 'urgency' | 'level' | 'category' | 'territory' | 'unit' | 'channel' | 'green-channel' | 'demand-kind';
  readonly value: string;
}

export interface ChosenPolicy {
  readonly row: Policy;
  /** The conditions of the row that the case meets, the one that weighs most first; empty for a row that fits every case. */
  readonly matched: readonly PolicyMatch[];
  /** Other rows in force that fit, the next best first. */
  readonly runnersUp: readonly { readonly row: Policy; readonly matched: readonly PolicyMatch[] }[];
}

export interface ChosenLimit extends Pick<Policy, 'startNextWorkingDay' | 'toCloseOfLastDay' | 'warnings' | 'supervision'> {
  readonly policy: { readonly id: string; readonly effectiveFrom: string };
  readonly matched: readonly PolicyMatch[];
  readonly limit: Limit;
  /** All extensions together may add at most this; null: none is allowed. */
  readonly extensionCap: Limit | null;
  /** The limit is a share of the lead's limit. */
  readonly isShare: boolean;
}

/** Clocks that may have a share of the lead's limit, since they run beside a lead's clock. The others start before it or after it has stopped. */
export const sharingClocks: readonly PolicyClock[] = ['sign', 'assist', 'milestone'];

/** Older releases accepted rows that give no limit. Such a row is skipped. */
const givesLimit = ({ limit, shareOfLead, clock }: Policy): boolean => limit !== null || (shareOfLead !== null && sharingClocks.includes(clock));

/** The limit of the lead's clock in the same round. `dayMinutes` is the length of a working day in the lead's calendar. */
export interface LeadLimit {
  readonly limit: Limit;
  readonly dayMinutes: number;
}

/**
 * Chooses the row for a clock and computes its limit.
 * @param dayMinutes minutes of a plain working day
 * @param lead the lead's limit, for a share of it; absent: the limit that the policies give the lead
 * @throws DomainError `policy-incomplete` when no row fits
 */
export const chooseLimit = (policies: readonly Policy[], question: PolicyQuestion, dayMinutes: number, lead?: LeadLimit): ChosenLimit => {
  const { row, matched } = choosePolicy(policies, question);
  const whole = row.limit ? { limit: row.limit, dayMinutes } : lead ?? { limit: chooseLimit(policies, leadOf(question), dayMinutes).limit, dayMinutes };
  const shares = [row.shareOfLead, question.greenChannel ? row.greenChannelShare : null].filter((share) => share !== null);
  const part = (of: Limit, { numerator, denominator }: Share) => shareOf(of, numerator, denominator, whole.dayMinutes);
  const limit = atLeastASecond(shares.reduce(part, whole.limit), whole.dayMinutes);
  const { startNextWorkingDay, toCloseOfLastDay, warnings, supervision } = row;
  return {
    policy: { id: row.id, effectiveFrom: row.effectiveFrom }, matched, limit, startNextWorkingDay, toCloseOfLastDay, warnings, supervision,
    extensionCap: row.extensionCap && part(limit, row.extensionCap), isShare: row.limit === null,
  };
};

/** From round 2 on, the lead works against the limit of `rework`. */
const leadOf = ({ lead, unit, ...question }: PolicyQuestion): PolicyQuestion =>
  ({ ...question, clock: question.round === 1 ? 'lead' : 'rework', milestone: null, unit: (lead === undefined ? unit : lead) ?? null });

/** Shares of a short limit could leave nothing. A limit is at least a second. */
const atLeastASecond = (limit: Limit, dayMinutes: number): Limit =>
  (limit.amount * minutesOf(limit.kind, limit.unit, () => dayMinutes) < 1 / 60 ? { kind: limit.kind, amount: 1 / 60, unit: 'minutes' } : limit);

/** The most specific row in force on the day of the case. @throws DomainError `policy-incomplete` when no row fits */
export const choosePolicy = (policies: readonly Policy[], question: PolicyQuestion): ChosenPolicy => {
  const [best, ...runnersUp] = answersTo(policies, question);
  if (best) return { ...best, runnersUp };
  const { clock, milestone, urgency, level } = question;
  if (milestone) throw new DomainError('policy-incomplete', say('no-policy-for-milestone', { milestone }));
  throw new DomainError('policy-incomplete', level === null ? say('no-policy', { clock, urgency }) : say('no-policy-for-level', { clock, urgency, level }));
};

/** A day before every fitting row gets the first row of each rule, since every case needs a limit. */
const answersTo = (policies: readonly Policy[], question: PolicyQuestion): Fit[] => {
  const fits = fitting(policies, question);
  return fits.length > 0 ? fits : fitting(policies.filter(isFirst), { ...question, on: latest });
};

const latest = '9999-12-31T00:00:00Z';
const isFirst = (row: Policy, _: number, rows: readonly Policy[]): boolean =>
  !rows.some(({ id, effectiveFrom }) => id === row.id && toMillis(effectiveFrom) < toMillis(row.effectiveFrom));

/** Whether `chooseLimit` finds a limit in these rows. */
export const isAnswered = (policies: readonly Policy[], question: PolicyQuestion): boolean => {
  const [best] = answersTo(policies, question);
  return best !== undefined && (best.row.limit !== null || isAnswered(policies, leadOf(question)));
};

/** Whether rows that were in force on that day give the case a limit. */
export const isCovered = (policies: readonly Policy[], question: PolicyQuestion): boolean => {
  const [best] = fitting(policies, question);
  if (!best) return false;
  return best.row.limit !== null || isCovered(policies, leadOf(question));
};

/** Names of the milestones a case should have. A case from before a milestone's first row doesn't have it. */
export const milestonesOf = (policies: readonly Policy[], question: Omit<PolicyQuestion, 'clock' | 'milestone'>): string[] => {
  const names = new Set(policies.flatMap(({ milestone }) => milestone ?? []));
  return [...names].sort().filter((milestone) => fitting(policies, { ...question, clock: 'milestone', milestone }).length > 0);
};

interface Fit {
  readonly row: Policy;
  readonly matched: readonly PolicyMatch[];
}

/** The best row first. What weighs most decides, then the later row, then the id. */
const fitting = (policies: readonly Policy[], question: PolicyQuestion): Fit[] =>
  inForce(rowsOf(policies, question.clock, question.milestone ?? null), question.on)
    .flatMap((row) => {
      const answers = conditions.map((condition) => condition(row, question));
      return answers.includes(unfit) ? [] : [{ row, answers: answers.map((answer) => (answer === unfit ? null : answer)) }];
    })
    .sort((a, b) => byWeight(a.answers, b.answers) || toMillis(b.row.effectiveFrom) - toMillis(a.row.effectiveFrom) || (a.row.id < b.row.id ? -1 : 1))
    .map(({ row, answers }) => ({ row, matched: answers.flatMap((answer) => (answer ? [answer.match] : [])) }));

interface Dated { readonly row: Policy; readonly from: number }
const sorted = new WeakMap<readonly Policy[], Map<string, Dated[]>>();

/** The rows for a clock, the earliest first. Sorted once for each list of rows, since nobody changes the list. */
const rowsOf = (policies: readonly Policy[], clock: PolicyClock, milestone: string | null): readonly Dated[] => {
  let byClock = sorted.get(policies);
  if (!byClock) {
    byClock = new Map();
    for (const row of policies.filter(givesLimit)) {
      const key = `${row.clock} ${row.milestone ?? ''}`;
      byClock.set(key, [...byClock.get(key) ?? [], { row, from: toMillis(row.effectiveFrom) }]);
    }
    for (const rows of byClock.values()) rows.sort((a, b) => a.from - b.from);
    sorted.set(policies, byClock);
  }
  return byClock.get(`${clock} ${milestone ?? ''}`) ?? [];
};

const unfit = Symbol('unfit');
interface Answer {
  readonly match: PolicyMatch;
  /** Compares rows with the same conditions: a deeper territory or a longer category weighs more. */
  readonly weight: number;
}
type Condition = (row: Policy, question: PolicyQuestion) => Answer | null | typeof unfit;

const equal = (by: PolicyMatch['by'], asked: string | null, has: string | null | undefined): Answer | null | typeof unfit =>
  asked === null ? null : asked === has ? { match: { by, value: asked }, weight: 1 } : unfit;

/** The first weighs most: a row for a unit wins over one for a territory, whatever else the two ask for. */
const conditions: readonly Condition[] = [
  (row, { unit }) => equal('unit', row.unit, unit),
  ({ territory }, { territories = [] }) => {
    if (territory === null) return null;
    const above = territories.indexOf(territory);
    return above < 0 ? unfit : { match: { by: 'territory', value: territory }, weight: territories.length - above };
  },
  (row, { category }) => {
    if (row.category === null) return null;
    const fits = category === row.category || category?.startsWith(`${row.category}/`);
    return fits ? { match: { by: 'category', value: row.category }, weight: row.category.split('/').length } : unfit;
  },
  (row, { channel }) => equal('channel', row.channel, channel),
  (row, { greenChannel }) => equal('green-channel', row.greenChannel === null ? null : String(row.greenChannel), String(greenChannel)),
  (row, { demandKind }) => equal('demand-kind', row.demandKind, demandKind),
  (row, { level }) => equal('level', row.level, level),
  (row, { urgency }) => equal('urgency', row.urgency, urgency),
];

const byWeight = (a: readonly (Answer | null)[], b: readonly (Answer | null)[]): number => {
  for (const at of conditions.keys()) {
    const difference = (b[at]?.weight ?? 0) - (a[at]?.weight ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** The row of each rule that is in force on that day, if there is one. */
const inForce = (rows: readonly Dated[], on: string): Policy[] => {
  const byRule = new Map<string, Policy>();
  const day = toMillis(on);
  for (const { row, from } of rows) if (from <= day) byRule.set(row.id, row);
  return [...byRule.values()];
};
