/** Policies as dated rows: which limit a clock has. A row is never edited, only superseded by one with a later `effectiveFrom`. */
import { DomainError } from '@lianban/contracts';
import type { Channel, ClockKind, DemandKind, Level, SupervisionStep, territoryKinds, Urgency } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { minutesOf, shareOf, toMillis } from '@lianban/working-time';
import type { Limit, Share } from '@lianban/working-time';

/** A milestone row (里程碑) gives a clock of its own to cases of its class, one for each name. */
export type PolicyClock = ClockKind;

/** One step of supervision (督办). */
export interface SupervisionRule {
  readonly step: SupervisionStep;
  readonly colour: 'yellow' | 'red';
  /** Counted from the step before it, the first from the breach; null: at the opening of the next working day. */
  readonly after: Limit | null;
  /** Where an escalation goes. */
  readonly toTier: (typeof territoryKinds)[number] | null;
}

/** What a row asks of a case; null asks for nothing. */
export interface PolicyConditions {
  readonly urgency: Urgency | null;
  readonly level: Level | null;
  /** `level1`, `level1/level2` or a whole code: the category or one above it. */
  readonly category: string | null;
  /** The territory or one above it. */
  readonly territory: string | null;
  readonly unit: string | null;
  readonly channel: Channel | null;
  readonly greenChannel: boolean | null;
  readonly demandKind: DemandKind | null;
}

export interface Policy extends PolicyConditions {
  /** Names the rule; together with `effectiveFrom` it names the row. */
  readonly id: string;
  readonly effectiveFrom: string;
  readonly clock: PolicyClock;
  /** Of a row for `milestone`, else null. */
  readonly milestone: string | null;
  /** Either a limit of its own, or a share of the limit of the lead's clock of the same round. */
  readonly limit: Limit | null;
  readonly shareOfLead: Share | null;
  /** What the green channel (绿色通道) leaves of the limit; null when it changes nothing. */
  readonly greenChannelShare: Share | null;
  /** Working time only: counting starts at the opening of the next working day. */
  readonly startNextWorkingDay: boolean;
  /** Working time only: counting runs to the close of its last day. */
  readonly toCloseOfLastDay: boolean;
  /** Shares of limit and extensions after which those who answer for it are warned. */
  readonly warnings: readonly Share[];
  /** Share of the limit that extensions may add in all; null allows none. */
  readonly extensionCap: Share | null;
  readonly supervision: readonly SupervisionRule[];
}

export interface PolicyQuestion {
  readonly clock: PolicyClock;
  readonly milestone?: string | null;
  readonly round: number;
  readonly urgency: Urgency;
  /** Null before acceptance; then only rows that don't ask for a level fit. */
  readonly level: Level | null;
  readonly greenChannel: boolean;
  readonly category?: string | null;
  /** The case's territory first, then those above it. */
  readonly territories?: readonly string[];
  /** The handling unit that works on it. */
  readonly unit?: string | null;
  /** Whose limit a share is of: the handling unit that leads, null for nobody yet. Absent: the unit above, as it was for cases from before this was asked. */
  readonly lead?: string | null;
  readonly channel?: Channel | null;
  /** Null or absent while nobody has said it; then only rows that don't ask for a kind fit. */
  readonly demandKind?: DemandKind | null;
  /** The day of the case: an old case keeps the policy of its day. */
  readonly on: string;
}

export interface PolicyMatch {
  readonly by: 'urgency' | 'level' | 'category' | 'territory' | 'unit' | 'channel' | 'green-channel' | 'demand-kind';
  readonly value: string;
}

export interface ChosenPolicy {
  readonly row: Policy;
  /** Why: what the row asks for and the case has, what weighs most first; empty for a row that fits every case. */
  readonly matched: readonly PolicyMatch[];
  /** Rows in force that fit as well, the next best first. */
  readonly runnersUp: readonly { readonly row: Policy; readonly matched: readonly PolicyMatch[] }[];
}

export interface ChosenLimit extends Pick<Policy, 'startNextWorkingDay' | 'toCloseOfLastDay' | 'warnings' | 'supervision'> {
  readonly policy: { readonly id: string; readonly effectiveFrom: string };
  readonly matched: readonly PolicyMatch[];
  readonly limit: Limit;
  /** Most that extensions may add in all; null where none is allowed. */
  readonly extensionCap: Limit | null;
  /** A share of the lead's limit. */
  readonly isShare: boolean;
}

/** Clocks that run beside one of the lead, of which they may have a share. The others begin before there is one, or when it has stopped. */
export const sharingClocks: readonly PolicyClock[] = ['sign', 'assist', 'milestone'];

/** A row from before its fault was refused gives no limit; it is passed over, as if it were not there. */
const givesLimit = ({ limit, shareOfLead, clock }: Policy): boolean => limit !== null || (shareOfLead !== null && sharingClocks.includes(clock));

/** The limit the lead's clock of the same round has. `dayMinutes` are those of its own calendar. */
export interface LeadLimit {
  readonly limit: Limit;
  readonly dayMinutes: number;
}

/**
 * @param dayMinutes of one plain working day, for shares of it
 * @param lead absent: a share is of the limit the policies give the lead
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

/** From round 2 on the lead works against the rework limit. */
const leadOf = ({ lead, unit, ...question }: PolicyQuestion): PolicyQuestion =>
  ({ ...question, clock: question.round === 1 ? 'lead' : 'rework', milestone: null, unit: (lead === undefined ? unit : lead) ?? null });

/** What is left of a short limit by several shares must still be an amount of time. */
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

/** A day before all rows that fit has the first ones, since every case needs a limit. */
const answersTo = (policies: readonly Policy[], question: PolicyQuestion): Fit[] => {
  const fits = fitting(policies, question);
  return fits.length > 0 ? fits : fitting(policies.filter(isFirst), { ...question, on: latest });
};

const latest = '9999-12-31T00:00:00Z';
const isFirst = (row: Policy, _: number, rows: readonly Policy[]): boolean =>
  !rows.some(({ id, effectiveFrom }) => id === row.id && toMillis(effectiveFrom) < toMillis(row.effectiveFrom));

/** Whether these rows give an answer to `chooseLimit`. */
export const isAnswered = (policies: readonly Policy[], question: PolicyQuestion): boolean => {
  const [best] = answersTo(policies, question);
  return best !== undefined && (best.row.limit !== null || isAnswered(policies, leadOf(question)));
};

/** Whether a case of that day has a limit by rows that were in force then. */
export const isCovered = (policies: readonly Policy[], question: PolicyQuestion): boolean => {
  const [best] = fitting(policies, question);
  if (!best) return false;
  return best.row.limit !== null || isCovered(policies, leadOf(question));
};

/** The milestones a case should have. A case from before a milestone's first row has none. */
export const milestonesOf = (policies: readonly Policy[], question: Omit<PolicyQuestion, 'clock' | 'milestone'>): string[] => {
  const names = new Set(policies.flatMap(({ milestone }) => milestone ?? []));
  return [...names].sort().filter((milestone) => fitting(policies, { ...question, clock: 'milestone', milestone }).length > 0);
};

interface Fit {
  readonly row: Policy;
  readonly matched: readonly PolicyMatch[];
}

/** Best first: what weighs most decides, then the later row, then the id. */
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

/** The rows for a clock, the earliest first; sorted once for a list of rows, which nobody changes. */
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
  /** Among rows that ask the same: a deeper territory or longer category is more specific. */
  readonly weight: number;
}
type Condition = (row: Policy, question: PolicyQuestion) => Answer | null | typeof unfit;

const equal = (by: PolicyMatch['by'], asked: string | null, has: string | null | undefined): Answer | null | typeof unfit =>
  asked === null ? null : asked === has ? { match: { by, value: asked }, weight: 1 } : unfit;

/** In the order in which they weigh: a row for a unit wins over one for a territory, whatever else the two ask. */
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

/** Of each rule the row in force on that day, if it was there by then. */
const inForce = (rows: readonly Dated[], on: string): Policy[] => {
  const byRule = new Map<string, Policy>();
  const day = toMillis(on);
  for (const { row, from } of rows) if (from <= day) byRule.set(row.id, row);
  return [...byRule.values()];
};
