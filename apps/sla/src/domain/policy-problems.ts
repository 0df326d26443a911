/** What makes no sense in a row of the limits, field by field. What is refused here could leave a case without a due time, or would say something that has no effect. */
import { supervisionSteps } from '@lianban/contracts';
import type { ClockKind } from '@lianban/contracts';
import { minutesOf, toMillis } from '@lianban/working-time';
import type { Limit, Share } from '@lianban/working-time';
import { sharingClocks } from './policies.js';
import type { Policy } from './policies.js';

export interface Problem {
  readonly field: string;
  readonly reason: string;
}

/** Ten years: no deadline is longer, and what follows a breach can still be counted. */
const mostDays = 3_650;
/** A plain working day; calendars differ a little, and this only bounds. */
const plainDay = 420;

/** What a clock can't be chosen by, and why. */
const without: Partial<Record<ClockKind, readonly { readonly fields: readonly (keyof Policy)[]; readonly why: string }[]>> = {
  'contact': [
    { fields: ['level', 'greenChannel', 'greenChannelShare'], why: 'the first contact is owed before anybody has given a level; it goes by urgency' },
    { fields: ['unit'], why: 'no handling unit has the case yet' },
  ],
  'milestone': [{ fields: ['unit'], why: 'it is of the case, whoever leads it' }],
  'call-back': [{ fields: ['unit'], why: 'no handling unit makes the call' }],
};

/** @param at now: a row must lie ahead */
export const problemsOf = (row: Policy, at: string): Problem[] => {
  const { clock, limit, shareOfLead, milestone, greenChannelShare, warnings, supervision } = row;
  const begins = Date.parse(row.effectiveFrom);
  return [
    ...(Number.isNaN(begins) || begins >= toMillis('2900-01-01T00:00:00Z') ? [{ field: 'effectiveFrom', reason: 'must be an instant before the year 2900' }]
      : begins > toMillis(at) ? [] : [{ field: 'effectiveFrom', reason: 'must lie in the future: cases keep the policy of their day' }]),
    ...((limit === null) === (shareOfLead === null) ? [{ field: 'limit', reason: 'must be there, or else shareOfLead, and not both' }] : []),
    ...(shareOfLead !== null && !sharingClocks.includes(clock) ? [{ field: 'shareOfLead', reason: `must not be there for the clock ${clock}: no clock of a lead runs beside it; only ${sharingClocks.join(', ')} have one` }] : []),
    ...[['shareOfLead', shareOfLead] as const, ['greenChannelShare', greenChannelShare] as const].flatMap(([field, share]) =>
      (share !== null && !isPart(share) ? [{ field, reason: 'must not be more than the whole' }] : [])),
    ...(limit === null ? [] : amountProblems('limit', limit, greenChannelShare)),
    ...((clock === 'milestone') === (milestone !== null) ? [] : [{ field: 'milestone', reason: 'must be there for the clock milestone, and for no other' }]),
    ...(without[clock] ?? []).flatMap(({ fields, why }) => fields.filter((field) => row[field] !== null).map((field) => ({ field, reason: `must not be there for a ${clock}: ${why}` }))),
    ...(greenChannelShare !== null && row.greenChannel === false ? [{ field: 'greenChannelShare', reason: 'must not be there for cases that are not in the green channel' }] : []),
    ...(['startNextWorkingDay', 'toCloseOfLastDay'] as const).filter((field) => row[field] && limit?.kind === 'elapsed').map((field) => ({ field, reason: 'must not be there for elapsed time, which knows no working days' })),
    ...warnings.flatMap((share, index) => (isPart(share) ? [] : [{ field: `warnings.${index}`, reason: 'must not be more than the whole' }])),
    ...repeated(warnings, ({ numerator, denominator }) => numerator / denominator).map((index) => ({ field: `warnings.${index}`, reason: 'must not be there twice' })),
    ...supervision.flatMap(({ step, toTier, after }, index) => [
      ...((step === 'escalation') === (toTier !== null) ? [] : [{ field: `supervision.${index}.toTier`, reason: 'must be there for an escalation, and for no other step' }]),
      ...(after === null ? [] : amountProblems(`supervision.${index}.after`, after, null)),
    ]),
    ...repeated(supervision, ({ step }) => step).map((index) => ({ field: `supervision.${index}.step`, reason: 'must not be there twice' })),
    ...supervision.flatMap(({ step }, index) => {
      const before = supervision[index - 1]?.step;
      return before && supervisionSteps.indexOf(step) < supervisionSteps.indexOf(before) ? [{ field: `supervision.${index}.step`, reason: `must not follow ${before}: the milder step comes first` }] : [];
    }),
  ];
};

/** Another rule that asks the same from the same day: which of the two counts would hang on their names. */
export const rivalOf = (known: readonly Policy[], row: Policy): Problem[] => {
  const rival = known.find((other) => other.id !== row.id && toMillis(other.effectiveFrom) === toMillis(row.effectiveFrom)
    && asked.every((field) => other[field] === row[field]));
  return rival ? [{ field: 'effectiveFrom', reason: `is that of ${rival.id}, which asks the same of a case: supersede ${rival.id}, or begin on another day` }] : [];
};
const asked = ['clock', 'milestone', 'urgency', 'level', 'category', 'territory', 'unit', 'channel', 'greenChannel'] as const satisfies readonly (keyof Policy)[];

const isPart = ({ numerator, denominator }: Share): boolean => numerator > 0 && numerator <= denominator;

const amountProblems = (field: string, { kind, amount, unit }: Limit, share: Share | null): Problem[] => {
  const dayMinutes = kind === 'elapsed' ? 1_440 : plainDay;
  const minutes = amount * minutesOf(kind, unit, () => plainDay);
  if (!(minutes * 60 >= 1)) return [{ field: `${field}.amount`, reason: 'must be a second or more' }];
  if (!(minutes <= mostDays * dayMinutes)) return [{ field: `${field}.amount`, reason: `must not be more than ${mostDays} days` }];
  return share !== null && (minutes * share.numerator) / share.denominator < 1 / 60 ? [{ field: 'greenChannelShare', reason: 'must leave a second or more' }] : [];
};

/** Where something stands for the second time. */
const repeated = <T>(items: readonly T[], of: (item: T) => unknown): number[] =>
  items.flatMap((item, index) => (items.findIndex((other) => of(other) === of(item)) < index ? [index] : []));
